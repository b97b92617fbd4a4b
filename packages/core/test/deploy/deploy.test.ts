import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ran, RunOptions } from '../cli/cli-lab.js'
import { CloudFormationRefusal } from '../support/cloudformation-model.js'
import { ACCOUNT, type DeployLab, openDeployLab } from './deploy-lab.js'
import { smallTemplate } from './small-stack.js'

const EMAIL = 'ann.operator@example.com'
const HERE = 'eu-west-1'
const THERE = 'eu-central-1'

let lab: DeployLab
let names = 0

beforeAll(async () => {
  lab = await openDeployLab()
})

afterAll(() => lab.close())

const newName = (): string => `vault-${++names}`
const codeBucket = (region: string): string => `cognito-vault-code-${ACCOUNT}-${region}`
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ')

function deploy(name: string, options: readonly string[], how?: RunOptions): Promise<Ran> {
  return lab.deploy(['--stack-name', name, ...options], how)
}
const first = (name: string, ...options: readonly string[]): Promise<Ran> =>
  deploy(name, ['--pool', lab.poolId, '--email', EMAIL, '--yes', ...options])

const stack = (name: string, region = HERE) => lab.cloudFormation.of(region).find(name)
const keysIn = (region: string): string[] =>
  (lab.s3.buckets.all.get(codeBucket(region))?.bucket.current('') ?? []).map(({ key }) => key)
/** The operations that changed something since. */
function changing(): string[] {
  const changes = [
    ...lab.s3.requests.map(({ operation }) => operation),
    ...lab.cloudFormation.asked.map(({ operation }) => operation),
  ].filter((operation) => !/^(Head|Get|Describe)/.test(operation))
  return changes
}
function forgetRequests(): void {
  lab.s3.requests.length = 0
  ;(lab.cloudFormation.asked as unknown[]).length = 0
}

describe('a first deployment', () => {
  it('makes the bucket, uploads the code, makes the stack, and says what comes next', async () => {
    const name = newName()
    const ran = await first(name, '--tps', '5', '--keep-daily', '14', '--keep-within', '30d')
    expect([ran.code, ran.stderr.includes('CREATE_FAILED')]).toEqual([0, false])
    expect(stack(name)).toMatchObject({ status: 'CREATE_COMPLETE' })
    expect(stack(name)!.current!.parameters).toMatchObject({
      PrimaryUserPoolId: lab.poolId,
      NotificationEmail: EMAIL,
      CognitoTPS: '5',
      Retention: 'keep-daily=14,keep-within=30d',
      Role: 'primary',
      CodeBucket: codeBucket(HERE),
    })
    const [key, ...others] = keysIn(HERE)
    expect([key, others]).toEqual([stack(name)!.current!.parameters['CodeKey'], []])
    const { settings, region, owner } = lab.s3.buckets.all.get(codeBucket(HERE))!
    expect([region, owner]).toEqual([HERE, ACCOUNT])
    expect(settings.get('BucketEncryption')).toContain('AES256')
    expect(settings.get('BucketVersioning')).toContain('Enabled')
    expect(settings.get('PublicAccessBlock')!.match(/true/g)).toHaveLength(4)

    expect(ran.stdout).toContain('add  Bucket        AWS::S3::Bucket')
    expect(ran.stdout).toContain(`The vault: s3://${name}-${HERE}-bucket`)
    expect(oneLine(ran.stdout)).toContain('until the link in it is followed')
    expect(ran.stdout).toContain('aws stepfunctions start-execution --state-machine-arn arn:aws:states:')
    expect(ran.stdout).toContain(`cognito-vault snapshots --vault s3://${name}-${HERE}-bucket`)
    expect(ran.stdout + ran.stderr).not.toContain(EMAIL)
  })

  it('tells each event once, in order', async () => {
    const name = newName()
    const { stderr } = await first(name)
    const told = stderr.split('\n').filter((line) => line.startsWith(`${HERE}: `) && line.includes('AWS::'))
    const happened = stack(name)!.events.slice(1)
    expect(told.map((line) => /^\S+ (\S+) \(\S+\) (\w+)/.exec(line)!.slice(1))).toEqual(
      happened.map(({ logicalId, status }) => [logicalId, status]),
    )
    expect(happened.length).toBeGreaterThan(10)
  })

  it('asks first, and leaves nothing where that is refused', async () => {
    const name = newName()
    forgetRequests()
    const refused = await deploy(name, ['--pool', lab.poolId], { typed: 'no\n' })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('nothing was deployed')
    expect(stack(name)).toBeUndefined()
    expect(changing()).toEqual(['CreateChangeSet', 'DeleteStack'])
    const silent = await deploy(name, ['--pool', lab.poolId])
    expect([silent.code, silent.stderr]).toEqual([2, expect.stringContaining('--dry-run')])
    const agreed = await deploy(name, ['--pool', lab.poolId], { typed: 'yes\n' })
    expect(agreed.code).toBe(0)
    expect(oneLine(agreed.stdout)).toContain('Nobody is told how backups go')
  })

  it('makes the replica first, and gives its bucket and key to the primary', async () => {
    const name = newName()
    const ran = await first(name, '--secondary-region', THERE, '--json', '--quiet')
    expect(ran.code).toBe(0)
    expect(ran.json).toMatchObject({
      dryRun: false,
      laterReplica: null,
      vault: `s3://${name}-${HERE}-bucket`,
      stacks: [
        { role: 'secondary', region: THERE, action: 'create', end: 'done' },
        { role: 'primary', region: HERE, action: 'create', end: 'done' },
      ],
    })
    expect(stack(name, THERE)!.current!.parameters).toMatchObject({
      Role: 'secondary',
      SecondaryRegion: '',
      CodeBucket: codeBucket(THERE),
    })
    expect(stack(name)!.current!.parameters).toMatchObject({
      SecondaryRegion: THERE,
      SecondaryBucketArn: `arn:aws:s3:::${name}-${THERE}-bucket`,
      SecondaryKeyArn: expect.stringContaining(`arn:aws:kms:${THERE}:${ACCOUNT}:key/`) as string,
    })
    expect(keysIn(THERE)).toEqual(keysIn(HERE))
  })
})

describe('a deployment of a stack that is there', () => {
  it('changes what was given, keeps the rest, and uploads no code twice', async () => {
    const name = newName()
    await first(name, '--tps', '5', '--secondary-region', THERE)
    forgetRequests()
    const ran = await deploy(name, ['--region', HERE, '--frequency', 'rate(12 hours)', '--yes'])
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('modify  Schedule  AWS::Scheduler::Schedule')
    expect(oneLine(ran.stdout)).toContain(`The stack ${name} in ${THERE} (the replica) is up to date.`)
    expect(ran.stdout).not.toContain('link in it')
    expect(stack(name)!.current!.parameters).toMatchObject({
      ExportFrequency: 'rate(12 hours)',
      CognitoTPS: '5',
      NotificationEmail: EMAIL,
    })
    expect(changing()).not.toContain('PutObject')
  })

  it('says that there is nothing to do', async () => {
    const name = newName()
    await first(name)
    const { code, stdout } = await first(name)
    expect(code).toBe(0)
    expect(oneLine(stdout)).toContain(`The stack ${name} in ${HERE} (backups) is up to date.`)
    expect(stack(name)!.status).toBe('CREATE_COMPLETE')
    expect(lab.cloudFormation.of(HERE).changeSets.size).toBe(0)
  })

  it('gets a replica later, which is told what the primary was told', async () => {
    const name = newName()
    await first(name, '--tps', '5')
    const { code, stdout } = await deploy(name, ['--region', HERE, '--secondary-region', THERE, '--yes'])
    expect(code).toBe(0)
    const keyArn = stack(name)!.current!.parameters['SecondaryKeyArn']!
    expect(stdout).toContain(
      `cognito-vault key add --vault s3://${name}-${HERE}-bucket --storage-region ${HERE} --kms-key ${keyArn}`,
    )
    expect(stdout).toContain('S3 Batch Replication')
    const again = await deploy(name, ['--region', HERE, '--tps', '7', '--yes'])
    expect([again.code, again.stdout.includes('key add')]).toEqual([0, false])
    expect(stack(name, THERE)!.current!.parameters).toMatchObject({
      CognitoTPS: '7',
      PrimaryUserPoolId: lab.poolId,
    })
    expect(stack(name)!.current!.parameters).toMatchObject({ SecondaryRegion: THERE })
  })

  it('replaces no bucket of a vault that nobody said is to be replaced', async () => {
    const name = newName()
    await first(name)
    await lab.install(smallTemplate({ bucketName: 'another' }))
    try {
      const refused = await first(name)
      expect(refused.code).toBe(1)
      expect(refused.stdout).toContain('is replaced')
      expect(refused.stderr).toContain('--replace-vault')
      expect(stack(name)!.status).toBe('CREATE_COMPLETE')
      expect(lab.cloudFormation.of(HERE).changeSets.size).toBe(0)
      const shown = await deploy(name, ['--pool', lab.poolId, '--dry-run'])
      expect([shown.code, oneLine(shown.stdout)]).toEqual([
        0,
        expect.stringContaining('out of reach, or gone'),
      ])
      expect((await first(name, '--replace-vault')).code).toBe(0)
    } finally {
      await lab.install(smallTemplate())
    }
  })

  it('is not given another key, in place of the one that opens the vault, that nobody said is meant', async () => {
    const name = newName()
    await first(name)
    const key = `arn:aws:kms:${HERE}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
    lab.services.account = { account: ACCOUNT, things: { [key]: 'Enabled' } }
    forgetRequests()
    const refused = await first(name, '--kms-key', key)
    expect([refused.code, oneLine(refused.stderr)]).toEqual([
      1,
      expect.stringContaining('opens by the key that the stack made'),
    ])
    expect(changing()).toEqual([])
    expect((await first(name, '--kms-key', key, '--replace-vault')).code).toBe(0)
  })

  it('is updated with new code under another key', async () => {
    const name = newName()
    await first(name)
    const before = stack(name)!.current!.parameters['CodeKey']
    await lab.install(smallTemplate(), 'export const backup = 2')
    const { code, stdout } = await deploy(name, ['--region', HERE, '--yes'])
    await lab.install(smallTemplate())
    expect([code, stdout]).toEqual([0, expect.stringContaining('modify  Work')])
    expect(keysIn(HERE)).toContain(stack(name)!.current!.parameters['CodeKey'])
    expect(stack(name)!.current!.parameters['CodeKey']).not.toBe(before)
  })
})

describe('a dry run', () => {
  it('shows what would be made in both Regions, and leaves nothing behind', async () => {
    const name = newName()
    lab.s3.buckets.all.delete(codeBucket(THERE))
    forgetRequests()
    const ran = await deploy(name, ['--pool', lab.poolId, '--secondary-region', THERE, '--dry-run'])
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('add  Bucket')
    expect(oneLine(ran.stdout)).toContain(`the bucket ${codeBucket(THERE)} would be made`)
    expect(ran.stdout).toContain('Nothing was changed.')
    expect([stack(name), stack(name, THERE), keysIn(THERE)]).toEqual([undefined, undefined, []])
    expect(changing()).toEqual(['CreateChangeSet', 'DeleteStack', 'CreateChangeSet', 'DeleteStack'])
  })

  it('of an update leaves the stack as it was', async () => {
    const name = newName()
    await first(name)
    const { code, stdout } = await deploy(name, ['--region', HERE, '--tps', '7', '--dry-run'])
    expect([code, stdout]).toEqual([0, expect.stringContaining('modify  Work')])
    expect(stack(name)!.current!.parameters['CognitoTPS']).toBe('10')
    expect(lab.cloudFormation.of(HERE).changeSets.size).toBe(0)
  })
})

describe('a template that is too long for a request', () => {
  const other = 'eu-north-1'
  const long = smallTemplate({ padding: 60_000 })

  it('is shown from what it says before there is a bucket, and makes nothing before a yes', async () => {
    await lab.install(long)
    try {
      const poolId = lab.cli.simulator.seed.pool({ PoolName: 'north' })
      const name = newName()
      forgetRequests()
      const elsewhere = ['--pool', poolId, '--secondary-region', other]
      const shown = await deploy(name, [...elsewhere, '--dry-run', '--json', '--quiet'])
      expect(shown.code).toBe(0)
      expect(shown.json).toMatchObject({
        stacks: [
          {
            region: other,
            end: 'shown',
            changes: ['Bucket', 'Key', 'Role', 'Work'].map((logicalId) => ({ logicalId })),
          },
          { region: HERE, end: 'shown' },
        ],
      })
      expect(lab.s3.buckets.all.has(codeBucket(other))).toBe(false)
      const refused = await deploy(name, elsewhere, { typed: 'no\n' })
      expect([refused.code, lab.s3.buckets.all.has(codeBucket(other))]).toEqual([2, false])
      const typed = new PassThrough()
      const answer = (text: string): unknown => text.includes('Type yes') && typed.write('yes\n')
      const ran = await deploy(name, elsewhere, { typed, onError: answer })
      expect(ran.code).toBe(0)
      expect(ran.stderr.match(/Type yes/g)).toHaveLength(2)
      expect(keysIn(other).map((key) => key.split('/')[1])).toEqual(['code', 'template'])
      expect(stack(name)!.status).toBe('CREATE_COMPLETE')
    } finally {
      await lab.install(smallTemplate())
    }
  })
})

describe('what is refused before anything is created', () => {
  const arn = (region: string, rest = 'key/1234abcd-12ab-34cd-56ef-1234567890ab'): string =>
    `arn:aws:kms:${region}:${ACCOUNT}:${rest}`

  it.each([
    [['--secondary-region', HERE], 'is the primary one'],
    [['--secondary-region', 'Frankfurt'], 'takes a Region'],
    [['--secondary-region', 'us-gov-west-1'], 'nothing is replicated'],
    [['--frequency', 'DAILY'], '--frequency takes a schedule'],
    [['--frequency', 'cron(0 3 * * * *)'], 'has to be ?'],
    [['--drill', 'rate(1 days)'], 'write rate(1 day)'],
    [['--email', 'ann.operator'], 'one e-mail address'],
    [['--kms-key', arn(THERE)], `the KMS key is of ${THERE}`],
    [['--kms-key', arn(HERE, 'alias/mine')], 'takes the ARN of a KMS key'],
    [['--kms-key', arn(HERE, 'key/00000000-12ab-34cd-56ef-1234567890ab')], 'there is no such key'],
    [['--trusted-account', '12345678901'], '12 digits'],
    [['--tps', '31'], 'at most 30'],
    [['--sns-preference', 'ALL'], 'INFO_AND_ERRORS'],
    [['--keep-daily', '0'], 'whole number'],
    [['--keep-daily', '100000'], 'from 1 to 99999'],
    [['--keep-all', '--keep-daily', '3'], 'no other --keep'],
    [['--keep-within', 'a month'], 'length of time'],
    [['--keep-within', '0d'], 'length of time'],
    [['--keep-within', '1d1y'], 'length of time'],
    [['--stack-name', 'my_vault'], 'name of a stack'],
    [['--stack-name', 'v'.repeat(73)], 'has 73 characters, and may have 72'],
    [['--object-lock-days', '7', '--object-lock-mode', 'compliance'], 'governance'],
  ])('%s', async (options, why) => {
    forgetRequests()
    const ran = await first(newName(), ...options)
    expect([ran.code, oneLine(ran.stderr)]).toEqual([2, expect.stringContaining(why)])
    expect(changing()).toEqual([])
    expect(ran.stderr).not.toContain('ann.operator')
  })

  it.each([
    [['--pool', 'nonsense'], 'not the id of a user pool'],
    [['--pool', `${HERE}_Ab12Cd34E`, '--secondary-region', HERE], 'is the primary one'],
  ])('before anybody is asked for credentials or a yes: %s', async (options, why) => {
    forgetRequests()
    const asked = (): number => lab.cli.simulator.ledger.requests.count('DescribeUserPool')
    const before = asked()
    const ran = await deploy(newName(), options)
    expect([ran.code, oneLine(ran.stderr)]).toEqual([2, expect.stringContaining(why)])
    expect(asked()).toBe(before)
    expect(changing()).toEqual([])
  })

  it('a pool that is not there', async () => {
    forgetRequests()
    const ran = await deploy(newName(), ['--pool', `${lab.poolId},${HERE}_Nothing11`, '--yes'])
    expect([ran.code, ran.stderr]).toEqual([10, expect.stringContaining(`${HERE}_Nothing11`)])
    const none = await deploy(newName(), ['--region', HERE, '--yes'])
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('no pool was named')])
    expect(changing()).toEqual([])
  })

  it('a code bucket of another account', async () => {
    const other = 'eu-south-1'
    lab.s3.buckets.all.set(codeBucket(other), {
      ...lab.s3.buckets.all.get('bucket')!,
      region: other,
      owner: '999999999999',
    })
    forgetRequests()
    const ran = await first(newName(), '--secondary-region', other)
    expect([ran.code, oneLine(ran.stderr)]).toEqual([
      13,
      expect.stringContaining('belongs to another account'),
    ])
    expect(changing()).toEqual([])
  })

  it('a code bucket that another account made in the meantime', async () => {
    const other = 'eu-west-3'
    lab.s3.refuseNext('CreateBucket', 409, 'BucketAlreadyExists')
    const name = newName()
    const ran = await first(name, '--secondary-region', other)
    expect([ran.code, oneLine(ran.stderr)]).toEqual([
      13,
      expect.stringContaining('belongs to another account'),
    ])
    expect([stack(name), stack(name, other)]).toEqual([undefined, undefined])
  })
})

describe('a stack that was left', () => {
  it('by a failure is told of with the first reason, and then with how to go on', async () => {
    const name = newName()
    const { failing } = lab.cloudFormation.of(HERE)
    failing.set('Topic', `you may not write to ${EMAIL} (Service: Sns, Status Code: 403)`)
    const ran = await first(name)
    failing.clear()
    expect(ran.code).toBe(1)
    expect(oneLine(ran.stderr)).toContain(
      `is ROLLBACK_COMPLETE: Topic (AWS::SNS::Topic): you may not write to (address) (Service: Sns`,
    )
    expect(ran.stderr).toContain(`aws cloudformation delete-stack --stack-name ${name} --region ${HERE}`)
    expect(ran.stdout + ran.stderr).not.toContain(EMAIL)
    const again = await first(name)
    expect([again.code, oneLine(again.stderr)]).toEqual([
      1,
      expect.stringContaining('a first deployment failed'),
    ])
  })

  it('by a failed update is as it was before', async () => {
    const name = newName()
    await first(name)
    const { failing } = lab.cloudFormation.of(HERE)
    failing.set('Work', 'too little memory')
    const ran = await first(name, '--tps', '3', '--json', '--quiet')
    failing.clear()
    expect(ran.code).toBe(1)
    expect(ran.json).toMatchObject({ stacks: [], error: { code: 'DEPLOY_FAILED' } })
    expect((await first(name, '--tps', '4')).code).toBe(0)
  })

  it('in review by two deployments stays when one carries out its own, and the other is told no', async () => {
    const name = newName()
    const model = lab.cloudFormation.of(HERE)
    const template = JSON.parse(smallTemplate()) as Parameters<typeof model.createChangeSet>[0]['template']
    const parameters = ['CodeBucket', 'CodeKey'].map((key) => ({ key, value: 'x', previous: false }))
    const capabilities = ['CAPABILITY_IAM']
    const typed = new PassThrough()
    const ran = await deploy(name, ['--pool', lab.poolId], {
      typed,
      onError: (text) => {
        if (!text.includes('Type yes')) return
        const request = {
          stackName: name,
          name: 'another',
          type: 'CREATE',
          template,
          parameters,
          capabilities,
        }
        const { id } = model.createChangeSet({ ...request, type: 'CREATE' })
        model.describeChangeSet(id)
        model.describeChangeSet(id)
        model.execute(id)
        model.proceed(stack(name)!)
        typed.write('no\n')
      },
    })
    expect([ran.code, stack(name)?.status]).toEqual([2, 'CREATE_IN_PROGRESS'])
  })

  it('in review is made', async () => {
    const name = newName()
    const model = lab.cloudFormation.of(HERE)
    const input = {
      stackName: name,
      name: 'by-hand',
      type: 'CREATE',
      capabilities: ['CAPABILITY_IAM'],
    } as const
    const template = JSON.parse(smallTemplate()) as Parameters<typeof model.createChangeSet>[0]['template']
    const parameters = ['CodeBucket', 'CodeKey'].map((key) => ({ key, value: 'x', previous: false }))
    const { stack: inReview } = model.createChangeSet({ ...input, template, parameters })
    const shown = await deploy(name, ['--pool', lab.poolId, '--dry-run'])
    expect([shown.code, stack(name)?.status]).toEqual([0, 'REVIEW_IN_PROGRESS'])
    expect((await first(name)).code).toBe(0)
    expect(stack(name)).toMatchObject({ id: inReview.id, status: 'CREATE_COMPLETE' })
  })

  it.each([
    ['UPDATE_IN_PROGRESS', 11, 'describe-stack-events'],
    ['UPDATE_ROLLBACK_FAILED', 1, 'continue-update-rollback'],
    ['DELETE_FAILED', 1, 'delete-stack'],
  ])('%s', async (status, code, hint) => {
    const name = newName()
    await first(name)
    stack(name)!.status = status
    const ran = await first(name)
    expect([ran.code, ran.stderr]).toEqual([code, expect.stringContaining(hint)])
  })
})

describe('who stops', () => {
  it('during the deployment is told that it goes on, and how to watch', async () => {
    const name = newName()
    const stop = new AbortController()
    const ran = await deploy(name, ['--pool', lab.poolId, '--yes'], {
      signal: stop.signal,
      onError: (text) => text.includes('CREATE_IN_PROGRESS') && stop.abort(),
    })
    expect(ran.code).toBe(130)
    expect(oneLine(ran.stderr)).toContain(`the deployment of ${name} goes on in ${HERE}`)
    expect(ran.stderr).toContain(`describe-stack-events --stack-name ${name}`)
    expect(stack(name)!.status).toBe('CREATE_IN_PROGRESS')
  })
})

describe('what a service refuses', () => {
  it('while the deployment is under way does not end that, and the error says so', async () => {
    const name = newName()
    let isRefused = false
    const ran = await deploy(name, ['--pool', lab.poolId, '--yes'], {
      onError: (text) => {
        if (isRefused || !text.includes('CREATE_IN_PROGRESS')) return
        isRefused = true
        lab.cloudFormation.refuseNext(
          'DescribeStackEvents',
          new CloudFormationRefusal('AccessDenied', 'no', 403),
        )
      },
    })
    expect([ran.code, oneLine(ran.stderr)]).toEqual([
      13,
      expect.stringContaining(`the deployment of ${name} goes on in ${HERE}`),
    ])
    expect(stack(name)!.status).toBe('CREATE_IN_PROGRESS')
  })

  it('is told with the permission that is lacking, or in its words', async () => {
    const refuse = (code: string, words: string, status?: number): void =>
      lab.cloudFormation.refuseNext('CreateChangeSet', new CloudFormationRefusal(code, words, status))
    refuse('AccessDenied', 'User: arn:aws:iam::1:user/ann is not authorized', 403)
    const denied = await first(newName())
    expect([denied.code, denied.stderr]).toEqual([
      13,
      expect.stringContaining('cloudformation:CreateChangeSet'),
    ])
    expect(denied.stderr).not.toContain('user/ann')
    refuse('ValidationError', 'Template error: unresolved dependencies')
    const invalid = await first(newName())
    expect([invalid.code, oneLine(invalid.stderr)]).toEqual([
      1,
      expect.stringContaining('unresolved dependencies'),
    ])
    const name = newName()
    await first(name)
    refuse('ValidationError', 'No updates are to be performed.')
    expect(oneLine((await first(name)).stdout)).toContain('is up to date')
    refuse('ExpiredToken', 'the token has expired', 403)
    expect((await first(newName())).stderr).toContain('aws sso login')
  })
})

describe('template', () => {
  it('prints what the package carries, and writes the code that deploy uploads', async () => {
    const name = newName()
    await first(name)
    const file = join(lab.cli.folder, 'code.zip')
    const ran = await lab.printTemplate(['--code', file])
    expect([ran.code, JSON.parse(ran.stdout)]).toEqual([0, JSON.parse(smallTemplate())])
    const key = stack(name)!.current!.parameters['CodeKey']!
    expect(ran.stderr).toContain(key)
    expect(lab.s3.buckets.all.get(codeBucket(HERE))!.bucket.find(key)!.bytes).toEqual(await readFile(file))
    const again = await lab.printTemplate(['--code', file])
    expect([again.code, again.stdout, again.stderr]).toEqual([
      2,
      '',
      expect.stringContaining('it is there already'),
    ])
  })

  it('says what is missing from an installation', async () => {
    const missing = await lab.cli.run(['template'], { packageRoot: new URL('file:///nowhere/at/all/') })
    expect([missing.code, missing.stdout, missing.stderr]).toEqual([
      1,
      '',
      expect.stringContaining('missing from this installation'),
    ])
  })
})

const OWN = fileURLToPath(new URL('../../../../template/cognito-vault.template.json', import.meta.url))

describe.skipIf(!existsSync(OWN))('the template of this project', () => {
  it('takes every option, for both Regions', async () => {
    await lab.install(await readFile(OWN, 'utf8'))
    const name = newName()
    const key = `arn:aws:kms:${HERE}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
    lab.services.account = { account: ACCOUNT, things: { [key]: 'Enabled' } }
    const ran = await first(
      name,
      ...['--secondary-region', THERE, '--frequency', 'cron(0 3 * * ? *)', '--tps', '5', '--kms-key', key],
      ...['--sns-preference', 'ERRORS_ONLY', '--keep-daily', '14', '--keep-within', '30d', '--drill', 'OFF'],
      ...['--object-lock-days', '7', '--trusted-account', '210987654321', '--max-age-hours', '48'],
      ...['--drill-sample', '50'],
    )
    await lab.install(smallTemplate())
    expect([ran.code, ran.stderr.includes('FAILED')]).toEqual([0, false])
    const { RestoreFunction, BackupFunction } = stack(name)!.current!.resources
    expect([RestoreFunction, BackupFunction]).toMatchObject([{}, {}])
    expect(stack(name)!.current!.parameters).toMatchObject({
      Retention: 'keep-daily=14,keep-within=30d',
      RestoreTestFrequency: 'OFF',
      ObjectLockDays: '7',
      KmsKeyArn: key,
      TrustedAccountIds: '210987654321',
      MaxSnapshotAgeHours: '48',
      RestoreTestSample: '50',
    })
    expect(stack(name, THERE)!.current!.parameters).toMatchObject({
      Role: 'secondary',
      KmsKeyArn: '',
      ObjectLockDays: '7',
    })
    expect(Object.keys(stack(name, THERE)!.current!.resources)).not.toContain('BackupFunction')
  })
})
