import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { type CliLab, openCliLab, type Ran, type RunOptions, seedPool } from '../cli/cli-lab.js'
import type { Clock } from '../../src/model/clock.js'
import { type S3Server, startS3Server } from '../storage/s3-server.js'
import { type AwsServices, startAwsServices } from '../support/aws-services.js'
import { type CloudFormationServer, startCloudFormation } from '../support/cloudformation-server.js'
import { smallTemplate } from './small-stack.js'

export const ACCOUNT = '123456789012'

/** The command line with an account around it: CloudFormation, S3, STS and KMS. */
export interface DeployLab {
  readonly cli: CliLab
  readonly poolId: string
  readonly s3: S3Server
  readonly cloudFormation: CloudFormationServer
  readonly services: AwsServices
  /** Takes another template, and other code, for what the package carries. */
  install(template: string, code?: string): Promise<void>
  deploy(options: readonly string[], how?: RunOptions): Promise<Ran>
  printTemplate(options: readonly string[]): Promise<Ran>
  close(): Promise<void>
}

export async function openDeployLab(): Promise<DeployLab> {
  const cli = await openCliLab()
  const s3 = await startS3Server({ account: ACCOUNT })
  const services = await startAwsServices({ account: ACCOUNT, things: {} })
  const cloudFormation = await startCloudFormation({
    account: ACCOUNT,
    readTemplate: (url) => {
      const [, bucket = '', key = ''] = /^https:\/\/([^.]+)\.s3\.[^.]+\.amazonaws\.com\/(.+)$/.exec(url) ?? []
      return s3.buckets.all.get(bucket)?.bucket.find(key)?.bytes.toString('utf8')
    },
  })
  const clock = jumpingClock()
  const folder = await mkdtemp(join(tmpdir(), 'cognito-vault-package-'))

  async function install(template: string, code = 'export const backup = 1'): Promise<void> {
    await mkdir(join(folder, 'template'), { recursive: true })
    await mkdir(join(folder, 'dist-lambda'), { recursive: true })
    await writeFile(join(folder, 'template', 'cognito-vault.template.json'), template)
    await writeFile(join(folder, 'dist-lambda', 'index.mjs'), code)
  }
  await install(smallTemplate())

  return {
    cli,
    poolId: seedPool(cli.simulator),
    s3,
    cloudFormation,
    services,
    install,
    deploy: (options, how = {}) =>
      cli.run(['deploy', ...options], {
        clock,
        ...how,
        packageRoot: pathToFileURL(`${folder}/`),
        env: {
          COGNITO_VAULT: undefined,
          AWS_ENDPOINT_URL: services.url,
          AWS_ENDPOINT_URL_S3: s3.url,
          AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
          ...how.env,
        },
      }),
    printTemplate: (options) =>
      cli.run(['template', ...options], { packageRoot: pathToFileURL(`${folder}/`) }),
    close: async () => {
      await Promise.all([s3.close(), services.close(), cloudFormation.close(), cli.close()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Whoever sleeps wakes at once, later by that. */
function jumpingClock(): Clock {
  let now = Date.parse('2026-11-25T12:00:00Z')
  return {
    now: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      now += ms
      await setImmediate()
    },
  }
}
