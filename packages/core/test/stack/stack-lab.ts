import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Simulator, type SimulatorOptions, startSimulator } from 'cognito-vault-simulator'
import { type KmsServer, startKms } from '../support/kms-server.js'
import { type QueryServices, startQueryServices } from '../support/query-services.js'
import { type S3Server, startS3Server } from '../storage/s3-server.js'
import { createLambdaHost, type LambdaHost } from './lambda-host.js'
import { type Ended, runMachine } from './run-machine.js'
import { ACCOUNT, type Deployed, deployed, REGION, STACK } from './template.js'

export const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:topic`
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/11111111-2222-4333-8444-555555555555`

/** The stack of the template, its functions in the bundle that is deployed, and an account of small stand-ins around it. */
export interface StackLab {
  readonly simulator: Simulator
  readonly s3: S3Server
  readonly kms: KmsServer
  readonly services: QueryServices
  readonly host: LambdaHost
  readonly stack: Deployed
  run(machine: string, input?: object): Promise<Ended>
  /** Calls the care function as its schedule does. */
  check(): Promise<unknown>
  functionArn(id: string): string
  /** The same account, with other parameters of the template or other settings of the functions. */
  with(parameters: Readonly<Record<string, string>>, env?: Readonly<Record<string, string>>): StackLab
  close(): Promise<void>
}

const run = promisify(execFile)

/** The bundle as `npm run bundle` makes it. */
export async function makeBundle(folder: string): Promise<string> {
  const script = fileURLToPath(new URL('../../scripts/bundle.js', import.meta.url))
  const { stdout } = await run(process.execPath, [script, folder])
  return stdout
}

export async function openStackLab(options: SimulatorOptions = {}): Promise<StackLab> {
  const folder = await mkdtemp(join(tmpdir(), 'cognito-vault-stack-'))
  const [simulator, s3, kms, services] = await Promise.all([
    startSimulator({ quotas: false, seed: 5, region: REGION, ...options }),
    startS3Server({ region: REGION }),
    startKms(),
    startQueryServices(),
    makeBundle(folder),
  ])
  kms.keys.set(KEY, 'Enabled')
  const endpoints = {
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: simulator.url,
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_ENDPOINT_URL_KMS: kms.url,
    AWS_ENDPOINT_URL_SNS: services.url,
    AWS_ENDPOINT_URL_STS: services.url,
    // As the tests look at nothing outside, and nothing may be asked of AWS itself.
    AWS_ENDPOINT_URL: services.url,
    TMPDIR: folder,
  }
  const hosts: LambdaHost[] = []
  let executions = 0

  function lab(
    parameters: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>>,
  ): StackLab {
    const stack = deployed({
      parameters: { CodeBucket: 'code', CodeKey: 'code.zip', ...parameters },
      refs: { Bucket: 'bucket', Topic: TOPIC },
      attributes: { 'Key.Arn': KEY },
    })
    const host = createLambdaHost(join(folder, 'index.mjs'), stack.functions.values(), {
      ...endpoints,
      ...env,
    })
    hosts.push(host)
    const functionArn = (id: string): string => stack.functions.get(id)!.arn
    return {
      simulator,
      s3,
      kms,
      services,
      host,
      stack,
      functionArn,
      run: (machine, input = {}) => runMachine(stack, host, machine, input, `${STACK}-${++executions}`),
      check: () => host.invoke(functionArn('CareFunction'), { step: 'check' }),
      with: (other, more = {}) => lab({ ...parameters, ...other }, { ...env, ...more }),
      close: async () => {
        await Promise.all(hosts.map((one) => one.close()))
        await Promise.all([simulator.close(), s3.close(), kms.close(), services.close()])
        await rm(folder, { recursive: true, force: true })
      },
    }
  }

  return lab({ PrimaryUserPoolId: 'none' }, { SLICE_SECONDS: '10', COGNITO_TPS: '400' })
}

/** Keys of the snapshots in the bucket, of a pool. */
export function snapshotsIn({ s3 }: StackLab, poolId: string): string[] {
  return s3.bucket.current(`pools/${poolId}/snapshots/`).map(({ key }) => key)
}
