import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as Validate from '@aws/cloudformation-validate'
import { bundleFolder } from '../src/code.js'
import { resolved } from './support/resolved.js'
import { refusals } from './support/rules.js'
import {
  cdk,
  type Resource,
  synthesise,
  type Synthesised,
  vaultCdk,
  withConstruct,
} from './support/stacks.js'

const load = createRequire(import.meta.url)
const COMMITTED = fileURLToPath(new URL('../../../template/cognito-vault.template.json', import.meta.url))

let stack: Synthesised
let construct: Synthesised
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cognito-vault-cdk-'))
  stack = synthesise((app) => new vaultCdk.CognitoVaultStack(app, 'CognitoVault'))
  construct = withConstruct({
    secondary: {
      region: 'eu-central-1',
      bucketArn: 'arn:aws:s3:::replica',
      keyArn: 'arn:aws:kms:eu-central-1:111122223333:key/1234',
    },
    notificationEmail: 'ops@example.com',
    objectLockDays: 30,
    trustedAccountIds: ['444455556666'],
  })
}, 120_000)
afterAll(() => rm(folder, { recursive: true }))

function ofType(synthesised: Synthesised, type: string): [string, Resource][] {
  return Object.entries(synthesised.template.Resources).filter(([, resource]) => resource.Type === type)
}

function resource(id: string): Resource {
  const found = stack.template.Resources[id]
  if (found === undefined) throw new Error(`the template has no ${id}`)
  return found
}

it('the committed template is what the stack synthesises: else run npm run template', () => {
  expect(JSON.parse(readFileSync(COMMITTED, 'utf8'))).toEqual(stack.template)
  expect(readFileSync(COMMITTED, 'utf8')).toBe(vaultCdk.synthesizeTemplate())
})

it.each([
  ['the template', () => stack],
  ['the construct', () => construct],
])('%s has at most 4 functions and 45 resources, none of them custom', (_, of) => {
  const types = Object.values(of().template.Resources).map(({ Type }) => Type)
  expect(types.filter((type) => type === 'AWS::Lambda::Function')).toHaveLength(4)
  expect(types.filter((type) => type === 'AWS::StepFunctions::StateMachine')).toHaveLength(3)
  expect(
    types.filter((type) => type.startsWith('Custom::') || type.startsWith('AWS::CloudFormation::')),
  ).toEqual([])
  expect(types.length).toBeLessThanOrEqual(45)
})

it('docs/stack.md names every parameter, and counts the resources', () => {
  const page = readFileSync(fileURLToPath(new URL('../../../docs/stack.md', import.meta.url)), 'utf8')
  expect(Object.keys(stack.template.Parameters).filter((name) => !page.includes(`\`${name}\``))).toEqual([])
  expect(page).toContain(`${Object.keys(stack.template.Resources).length} resources, no custom ones`)
})

it('the secondary has the bucket, the key and a restore, and nothing that backs up', () => {
  const byCondition = Object.values(stack.template.Resources)
    .filter(({ Condition }) => Condition !== 'IsPrimary' && Condition !== 'Replicates')
    .map(({ Type }) => Type)
  const ofConstruct = Object.values(withConstruct({ role: 'secondary' }).template.Resources).map(
    ({ Type }) => Type,
  )
  // No email was given to the construct.
  expect(ofConstruct.sort()).toEqual(byCondition.filter((type) => type !== 'AWS::SNS::Subscription').sort())
  expect(ofConstruct.filter((type) => type === 'AWS::Scheduler::Schedule')).toEqual([])
  expect(ofConstruct.filter((type) => type === 'AWS::Lambda::Function')).toHaveLength(1)
})

it.each([
  ['the template', () => stack],
  ['the construct', () => construct],
])('%s passes cdk-nag (AwsSolutions)', (_, of) => expect(of().findings).toEqual([]))

it('cdk-nag is listened to: a bucket without anything is found', () => {
  const { findings } = synthesise((app) => {
    const plain = new cdk.Stack(app, 'Plain')
    new cdk.aws_s3.CfnBucket(plain, 'Bucket')
    return plain
  })
  expect(findings.join()).toContain('AwsSolutions-S10')
})

/** What CloudFormation Validate says though it is not so. */
const MISTAKEN: Readonly<Record<string, string>> = {
  W1001: 'an output that chooses between a key and a parameter by the condition under which the key is there',
  W1028:
    'it takes SecondaryRegion and AWS::Region, which a rule compares, for the same, and so the replication for impossible',
}

/** What is said of the values of parameters, that stand in the template only here: a number as text, an account in an ARN. */
const OF_VALUES = new Set(['W9003', 'W9013'])

const CODE = { PrimaryUserPoolId: 'eu-west-1_AbCdEf123', CodeBucket: 'my-code', CodeKey: 'code.zip' }
const REPLICATED = {
  ...CODE,
  SecondaryRegion: 'eu-central-1',
  SecondaryBucketArn: 'arn:aws:s3:::replica',
  SecondaryKeyArn: 'arn:aws:kms:eu-central-1:111122223333:key/1234',
}

/** Deployments in which each condition of the template is true once, and once false. */
const VARIANTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plain: {
    ...CODE,
    SnsPreference: 'ERRORS_ONLY',
    RestoreTestFrequency: 'OFF',
    ExportFrequency: 'rate(6 hours)',
  },
  'all that there is': {
    ...REPLICATED,
    ObjectLockDays: '30',
    TrustedAccountIds: '444455556666,777788889999',
    NotificationEmail: 'ops@example.com',
    MaxSnapshotAgeHours: '48',
    KmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/12345678-90ab-cdef-1234-567890abcdef',
  },
  secondary: { Role: 'secondary', CodeBucket: 'my-code', CodeKey: 'code.zip', ObjectLockDays: '30' },
}

it('the template, deployed, and the construct pass CloudFormation Validate', () => {
  const { CelEngine, TemplateFile } = load('@aws/cloudformation-validate') as typeof Validate
  const engine = new CelEngine()
  const said = (path: string) =>
    engine
      .validateStandard(new TemplateFile(path), { severityLevel: 'WARN' })
      .diagnostics.map(({ ruleId, message }) => ({ ruleId, message }))
  try {
    const found = said(COMMITTED)
    expect(found.filter(({ ruleId }) => MISTAKEN[ruleId] === undefined)).toEqual([])
    expect([...new Set(found.map(({ ruleId }) => ruleId))].sort()).toEqual(Object.keys(MISTAKEN))

    const path = join(folder, 'construct.json')
    writeFileSync(path, JSON.stringify(construct.template))
    expect(said(path)).toEqual([])

    for (const [variant, values] of Object.entries(VARIANTS)) {
      writeFileSync(path, JSON.stringify(resolved(stack.template, values)))
      const found = said(path).filter(({ ruleId }) => !OF_VALUES.has(ruleId))
      expect([variant, found]).toEqual([variant, []])
    }

    const Wrong = { Type: 'AWS::S3::Bucket', Properties: { Versioning: true } }
    writeFileSync(path, JSON.stringify({ Resources: { Wrong } }))
    expect(said(path)).not.toEqual([])
  } finally {
    engine.free()
  }
}, 120_000)

describe('state machines', () => {
  const names = ['BackupMachine', 'RestoreMachine', 'DrillMachine']
  const validate = load('asl-validator') as (definition: unknown) => {
    isValid: boolean
    errorsText(): string
  }

  it.each(names)('%s passes asl-validator', (name) => {
    const { DefinitionString, DefinitionSubstitutions } = resource(name).Properties as {
      DefinitionString: string
      DefinitionSubstitutions: Record<string, unknown>
    }
    const text = Object.keys(DefinitionSubstitutions).reduce(
      (rest, key) =>
        rest.replaceAll(
          `\${${key}}`,
          key === 'Partition' ? 'aws-cn' : `arn:aws-cn:lambda:cn-north-1:111122223333:function:${key}`,
        ),
      DefinitionString,
    )
    expect(text).not.toContain('${')
    expect(text).not.toContain('arn:aws:')
    const answer = validate(JSON.parse(text))
    expect([answer.isValid, answer.errorsText()]).toEqual([true, ''])
  })

  it('asl-validator is listened to: a state that leads nowhere is found', () => {
    const definition = { StartAt: 'Begin', States: { Begin: { Type: 'Pass', Next: 'Nowhere' } } }
    expect(validate(definition).isValid).toBe(false)
  })

  it.each(names)(
    '%s calls a function again that was killed: for its time, its memory, or with its machine',
    (name) => {
      const { States } = JSON.parse(String(resource(name).Properties['DefinitionString'])) as {
        States: Record<string, { Type: string; Resource?: string; Retry?: { ErrorEquals: string[] }[] }>
      }
      const calls = Object.values(States).filter(({ Resource }) =>
        ['${Work}', '${ClearUp}'].includes(Resource ?? ''),
      )
      expect(calls.length).toBeGreaterThan(3)
      const killed = ['Sandbox.Timedout', 'Runtime.OutOfMemory', 'Runtime.ExitError', 'Lambda.Unknown']
      for (const { Retry } of calls)
        expect(Retry?.flatMap(({ ErrorEquals }) => ErrorEquals)).toEqual(expect.arrayContaining(killed))
    },
  )

  it.each(names)('%s goes by JSONPath, is a Standard one, and logs no data of an execution', (name) => {
    const { StateMachineType, DefinitionString, LoggingConfiguration } = resource(name).Properties
    expect(StateMachineType).toBe('STANDARD')
    expect(DefinitionString).not.toMatch(/QueryLanguage|JSONata|ItemReader|"Map"/)
    expect(LoggingConfiguration).toMatchObject({ IncludeExecutionData: false, Level: 'ALL' })
  })
})

it.each(['BackupFailed', 'DrillFailed', 'RestoreFailed'])(
  '%s is on for counts that come late, too',
  (name) => {
    expect(resource(name).Properties).toMatchObject({ EvaluationPeriods: 3, DatapointsToAlarm: 1 })
  },
)

describe('storage', () => {
  it.each(['Bucket', 'Key'])(
    'the %s stays when the stack goes or has another, and goes with a first deployment that fails',
    (id) => {
      expect(resource(id)).toMatchObject({
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      })
    },
  )

  it('deletions are not replicated, and replicas have the key of their Region', () => {
    const [[, bucket] = ['', undefined]] = ofType(construct, 'AWS::S3::Bucket')
    expect(bucket?.Properties).toMatchObject({
      ObjectLockEnabled: true,
      VersioningConfiguration: { Status: 'Enabled' },
    })
    const { Rules } = bucket?.Properties['ReplicationConfiguration'] as { Rules: object[] }
    expect(Rules.length).toBeGreaterThan(0)
    for (const rule of Rules)
      expect(rule).toMatchObject({
        DeleteMarkerReplication: { Status: 'Disabled' },
        Destination: {
          EncryptionConfiguration: { ReplicaKmsKeyID: 'arn:aws:kms:eu-central-1:111122223333:key/1234' },
        },
      })
  })

  it('replicates all that a vault consists of by docs/format.md, but what is being read and the log of locks', () => {
    const page = readFileSync(fileURLToPath(new URL('../../../docs/format.md', import.meta.url)), 'utf8')
    const layout = page.slice(page.indexOf('\n    vault.json'), page.indexOf('A reader refuses'))
    const beginnings = [...layout.matchAll(/^ {4}([\w.]+\/?)/gm)].map(([, beginning]) => beginning)
    const [[, bucket] = ['', undefined]] = ofType(construct, 'AWS::S3::Bucket')
    const { Rules } = bucket?.Properties['ReplicationConfiguration'] as {
      Rules: { Id: string; Priority: number; Filter: { Prefix: string } }[]
    }
    const prefixes = Rules.map(({ Filter }) => Filter.Prefix)
    expect([...prefixes, 'captures/', 'leases/', 'tmp/'].sort()).toEqual([...new Set(beginnings)].sort())
    expect(new Set(Rules.map(({ Priority }) => Priority)).size).toBe(Rules.length)
    expect(new Set(Rules.map(({ Id }) => Id)).size).toBe(Rules.length)
  })

  it('what backups in slices have read on their way expires, and is not kept as an old version', () => {
    const { Rules } = resource('Bucket').Properties['LifecycleConfiguration'] as { Rules: object[] }
    expect(Rules).toContainEqual({
      Id: 'Captures',
      Status: 'Enabled',
      Prefix: 'captures/',
      ExpirationInDays: 7,
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
    })
  })

  it('the template replicates as the construct does', () => {
    const [[, bucket] = ['', undefined]] = ofType(construct, 'AWS::S3::Bucket')
    const withoutRole = (of: Resource | undefined) => ({
      ...(of?.Properties['ReplicationConfiguration'] as object),
      Role: '',
    })
    const deployed = (values: Record<string, string>) => resolved(stack.template, values).Resources['Bucket']
    expect(withoutRole(deployed(REPLICATED))).toEqual(withoutRole(bucket))
    expect(deployed(CODE)?.Properties).not.toHaveProperty('ReplicationConfiguration')
  })

  it('trusted accounts may read, and no more', () => {
    const policies = ['AWS::S3::BucketPolicy', 'AWS::KMS::Key'].flatMap((type) => ofType(construct, type))
    const allowed = JSON.stringify(policies)
      .match(/\{[^{}]*"Effect":"Allow","Principal":\{"AWS":\["444455556666"\]\}[^{}]*/g)
      ?.flatMap((statement) => statement.match(/(s3|kms):\w+/g) ?? [])
    expect(allowed?.sort()).toEqual([
      'kms:Decrypt',
      'kms:DescribeKey',
      's3:GetBucketLocation',
      's3:GetObject',
      's3:ListBucket',
    ])
  })
})

describe('parameters that CloudFormation refuses before it makes anything', () => {
  const good = { PrimaryUserPoolId: 'eu-west-1_AbCdEf123', CodeBucket: 'my-code', CodeKey: 'code.zip' }
  const secondary = {
    SecondaryRegion: 'eu-central-1',
    SecondaryBucketArn: 'arn:aws:s3:::replica',
    SecondaryKeyArn: 'arn:aws:kms:eu-central-1:111122223333:key/12-34',
  }
  const refused = (values: Record<string, string>) => refusals(stack.template, values, 'eu-west-1')

  it.each([
    {},
    { PrimaryUserPoolId: 'eu-west-1_AbCdEf123,eu-west-1_x' },
    secondary,
    { Role: 'secondary', PrimaryUserPoolId: '' },
    { ExportFrequency: 'EVERY_7_DAYS' },
    { ExportFrequency: 'rate(6 hours)' },
    { ExportFrequency: 'rate(1 day)', RestoreTestFrequency: 'OFF' },
    { ExportFrequency: 'cron(0 3 * * ? *)' },
    { Retention: 'keep-last=5,keep-daily=30,keep-within=1y6m' },
    { TrustedAccountIds: '111122223333,444455556666', NotificationEmail: 'ops@example.com' },
  ])('accepted: %o', (values) => expect(refused({ ...good, ...values })).toEqual([]))

  it.each([
    [{ PrimaryUserPoolId: '' }, 'at least one user pool'],
    [{ PrimaryUserPoolId: 'my pool' }, 'ids of user pools'],
    [{ PrimaryUserPoolId: 'eu-west-1_a, eu-west-1_b' }, 'without spaces'],
    [{ ...secondary, SecondaryRegion: 'eu-west-1' }, 'another Region'],
    [{ SecondaryRegion: 'eu-central-1' }, 'SecondaryBucketArn and SecondaryKeyArn'],
    [{ ...secondary, SecondaryRegion: '' }, 'need SecondaryRegion'],
    [{ ...secondary, Role: 'secondary' }, 'is for the primary'],
    [{ ExportFrequency: 'daily' }, 'ExportFrequency must be'],
    [{ ExportFrequency: 'OFF' }, 'ExportFrequency must be'],
    [{ ExportFrequency: 'rate(1 days)' }, 'ExportFrequency must be'],
    [{ ExportFrequency: 'rate(0 hours)' }, 'ExportFrequency must be'],
    [{ ExportFrequency: 'cron(0 3 * * *)' }, 'ExportFrequency must be'],
    [{ RestoreTestFrequency: 'never' }, 'RestoreTestFrequency must be'],
    [{ CognitoTPS: '31' }, 'CognitoTPS'],
    [{ NotificationEmail: 'ops' }, 'an email address'],
    [{ SnsPreference: 'ALL' }, 'SnsPreference'],
    [{ Retention: '--keep-daily 30' }, 'Retention must be'],
    [{ Retention: 'keep-daily=100000' }, 'Retention must be'],
    [{ Retention: 'keep-within=1d1y' }, 'Retention must be'],
    [{ ObjectLockDays: '-1' }, 'ObjectLockDays'],
    [{ KmsKeyArn: 'alias/mine' }, 'the ARN of a KMS key'],
    [{ TrustedAccountIds: '1234' }, 'of 12 digits'],
    [{ CodeBucket: '' }, 'name of a bucket'],
    [{ Role: 'third' }, 'Role'],
  ])('%o: %s', (values, message) => expect(refused({ ...good, ...values }).join('\n')).toContain(message))
})

describe('the construct', () => {
  it('refuses what could not work, before it makes anything', () => {
    const secondary = (region: string) => ({
      region,
      bucketArn: 'arn:aws:s3:::replica',
      keyArn: 'arn:aws:kms:eu-central-1:111122223333:key/1',
    })
    expect(() => withConstruct({ userPools: [] })).toThrow('name at least one pool')
    expect(() => withConstruct({ secondary: secondary('eu-west-1') })).toThrow('name another one')
    expect(() => withConstruct({ role: 'secondary', secondary: secondary('eu-west-2') })).toThrow(
      'only the primary',
    )
    expect(() => withConstruct({ exportFrequency: 'rate(1 days)' })).toThrow(
      'exportFrequency: "rate(1 days)" is not',
    )
    expect(() => withConstruct({ cognitoTps: 0 })).toThrow('cognitoTps: 0 is not a whole number from 1 to 30')
    expect(() =>
      synthesise((app) => {
        const here = new cdk.Stack(app, 'Here', { env: { account: '111122223333', region: 'eu-west-1' } })
        const there = cdk.aws_cognito.UserPool.fromUserPoolArn(
          here,
          'There',
          'arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_AbCdEf123',
        )
        new vaultCdk.CognitoVault(here, 'Vault', { userPools: [there], code: { bucket: 'code', key: 'k' } })
        return here
      }),
    ).toThrow('is in us-east-1, this stack in eu-west-1')
  })

  it('says what to do where the code of the functions has not been built', () => {
    expect(() => bundleFolder([folder])).toThrow('npm run bundle')
    writeFileSync(join(folder, 'index.mjs'), '')
    expect(bundleFolder(['/nowhere', folder])).toBe(folder)
  })
})
