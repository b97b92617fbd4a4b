import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ListBucketsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliLab, openCliLab, type Ran, seedPool } from '../cli/cli-lab.js'
import { s3ClientFor } from '../storage/s3-client.js'
import type { Emulator } from './emulator.js'
import { MOTO, startMoto } from './moto.js'

const command = process.env[MOTO]

/** What moto can make, under the parameters that a deployment gives. */
function template(parameters: readonly string[]): string {
  const text = { Type: 'String', Default: '' }
  return JSON.stringify({
    Parameters: Object.fromEntries(parameters.map((name) => [name, text])),
    Resources: {
      Bucket: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain' },
      Queue: { Type: 'AWS::SQS::Queue' },
      Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: { Ref: 'CognitoTPS' } } },
    },
    Outputs: {
      VaultUrl: { Value: { 'Fn::Join': ['', ['s3://', { Ref: 'Bucket' }]] } },
    },
  })
}

const PARAMETERS = ['PrimaryUserPoolId', 'NotificationEmail', 'CognitoTPS', 'Role', 'CodeBucket', 'CodeKey']
const CODE_BUCKET = 'cognito-vault-code-123456789012-eu-west-1'

describe('deploy with CloudFormation, S3 and STS as moto has them', () => {
  if (command === undefined) {
    it.skip(`${MOTO} does not name a moto_server`)
    return
  }
  let moto: Emulator
  let lab: CliLab
  let folder: string
  let poolId: string

  beforeAll(async () => {
    moto = await startMoto(command)
    lab = await openCliLab()
    poolId = seedPool(lab.simulator)
    folder = await mkdtemp(join(tmpdir(), 'cognito-vault-package-'))
    for (const name of ['template', 'dist-lambda']) await mkdir(join(folder, name))
    await writeFile(join(folder, 'template', 'cognito-vault.template.json'), template(PARAMETERS))
    await writeFile(join(folder, 'dist-lambda', 'index.mjs'), 'export const backup = 1')
  }, 60_000)
  afterAll(async () => {
    await moto.close()
    await lab.close()
    await rm(folder, { recursive: true, force: true })
  })

  const deploy = (...options: readonly string[]): Promise<Ran> =>
    lab.run(['deploy', '--pool', poolId, '--json', '--quiet', ...options], {
      packageRoot: pathToFileURL(`${folder}/`),
      env: { AWS_ENDPOINT_URL: moto.url },
    })

  // moto gives no outputs of a stack that a change set made, so that there is neither a vault's address nor a replica.
  it('makes, updates, shows, and finds nothing to do', async () => {
    const shown = await deploy('--email', 'ops@example.com', '--dry-run')
    expect([shown.code, shown.json]).toMatchObject([0, { stacks: [{ action: 'create', end: 'shown' }] }])
    const made = await deploy('--email', 'ops@example.com', '--tps', '5', '--yes')
    expect([made.code, made.json]).toMatchObject([
      0,
      { account: '123456789012', stacks: [{ region: 'eu-west-1', action: 'create', end: 'done' }] },
    ])
    const client = s3ClientFor(moto.url)
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: CODE_BUCKET }))
    const { codeKey } = made.json as unknown as { codeKey: string }
    expect(Contents?.map(({ Key }) => Key)).toEqual([codeKey])
    const { Buckets } = await client.send(new ListBucketsCommand({}))
    // The stack's own is really there.
    expect(Buckets).toHaveLength(2)
    client.destroy()
    const updated = await deploy('--tps', '7', '--yes')
    expect([updated.code, updated.json]).toMatchObject([0, { stacks: [{ action: 'update', end: 'done' }] }])
    const again = await deploy('--email', 'ops@example.com', '--tps', '7', '--yes')
    expect([again.code, again.json]).toMatchObject([0, { stacks: [{ end: 'unchanged' }] }])
  })
})
