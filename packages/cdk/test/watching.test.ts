import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { METRIC_NAMESPACE, METRICS } from '../../core/src/lambda/watching/embedded-metric.js'
import { parseStepEvent } from '../../core/src/lambda/workflow/step-event.js'
import { emittedMetrics } from './support/emitted.js'
import { resolved } from './support/resolved.js'
import { type Template, withConstruct } from './support/stacks.js'

const template = createRequire(import.meta.url)('../../../template/cognito-vault.template.json') as Template
const CODE = { PrimaryUserPoolId: 'eu-west-1_AbCdEf123', CodeBucket: 'my-code', CodeKey: 'code.zip' }

function propertiesOf(id: string, values: Readonly<Record<string, string>> = {}) {
  const found = resolved(template, { ...CODE, ...values }).Resources[id]
  if (found === undefined) throw new Error(`the stack has no ${id}`)
  return found.Properties
}

const WORKFLOW = fileURLToPath(new URL('../../core/src/lambda/workflow', import.meta.url))
const emitted = emittedMetrics(WORKFLOW)
const idsOf = (type: string) =>
  Object.entries(template.Resources).flatMap(([id, { Type }]) => (Type === type ? [id] : []))

interface Metric {
  readonly Namespace: string
  readonly MetricName: string
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[]
}
interface Query {
  readonly Id: string
  readonly Expression?: string
  readonly MetricStat?: { readonly Metric: Metric; readonly Stat: string }
}
const queriesOf = (id: string) => (propertiesOf(id)['Metrics'] ?? []) as Query[]
/** What an alarm looks at, whichever way that is said. */
function metricsOf(id: string): Metric[] {
  const found = queriesOf(id).flatMap(({ MetricStat }) => MetricStat?.Metric ?? [])
  const { MetricName } = propertiesOf(id)
  return MetricName === undefined ? found : [...found, propertiesOf(id) as unknown as Metric]
}

it('the code of the functions is read: it writes every metric that there is', () => {
  expect([...new Set([...emitted.ofPools, ...emitted.ofVault])].sort()).toEqual(Object.keys(METRICS).sort())
})

describe('the alarms', () => {
  const alarms = idsOf('AWS::CloudWatch::Alarm')

  it.each(alarms)('%s tells the topic when it goes on, and when it is over', (id) => {
    expect(propertiesOf(id)).toMatchObject({
      AlarmActions: [{ Ref: 'Topic' }],
      OKActions: [{ Ref: 'Topic' }],
    })
    const errorsOnly = propertiesOf(id, { SnsPreference: 'ERRORS_ONLY' })
    expect([errorsOnly['AlarmActions'], errorsOnly['OKActions']]).toEqual([[{ Ref: 'Topic' }], undefined])
  })

  it.each(alarms)('%s looks at metrics that there are, and of this stack', (id) => {
    const { Variables } = propertiesOf('CareFunction')['Environment'] as {
      Variables: Record<string, unknown>
    }
    const executions = ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted']
    expect(metricsOf(id)).not.toEqual([])
    for (const { Namespace, MetricName, Dimensions } of metricsOf(id)) {
      const dimensions = Dimensions.map(({ Name, Value }) => [Name, Value])
      if (Namespace === 'AWS/States') {
        const machine = { Ref: id.replace('Failed', 'Machine') }
        expect([executions, dimensions]).toEqual([
          expect.arrayContaining([MetricName]),
          [['StateMachineArn', machine]],
        ])
      } else if (Namespace === 'AWS/Lambda')
        expect([id, MetricName, dimensions]).toEqual([
          'CareFailed',
          'Errors',
          [['FunctionName', { Ref: 'CareFunction' }]],
        ])
      else if (Namespace === 'AWS/SQS')
        expect([id, MetricName, dimensions]).toEqual([
          'ScheduleFailed',
          'ApproximateNumberOfMessagesVisible',
          [['QueueName', { 'Fn::GetAtt': ['NotStarted', 'QueueName'] }]],
        ])
      else {
        expect([Namespace, dimensions]).toEqual([METRIC_NAMESPACE, [['Vault', Variables['VAULT_NAME']]]])
        expect(emitted.ofPools.has(MetricName) || emitted.ofVault.has(MetricName)).toBe(true)
      }
    }
  })

  it.each(['BackupFailed', 'DrillFailed', 'RestoreFailed'])(
    '%s counts whatever way an execution fails, each once',
    (id) => {
      const counted = queriesOf(id).flatMap(({ Id, MetricStat }) =>
        MetricStat === undefined ? [] : [[Id, MetricStat.Metric.MetricName, MetricStat.Stat] as const],
      )
      expect(counted.map(([, name, statistic]) => `${name} ${statistic}`)).toEqual([
        'ExecutionsFailed Sum',
        'ExecutionsTimedOut Sum',
        'ExecutionsAborted Sum',
      ])
      const sums = queriesOf(id).flatMap(({ Expression }) => Expression ?? [])
      expect(sums).toEqual([counted.map(([query]) => `FILL(${query}, 0)`).join(' + ')])
      expect(propertiesOf(id)).toMatchObject({ Threshold: 0, ComparisonOperator: 'GreaterThanThreshold' })
    },
  )

  it('BackupDidNotHappen is on when nothing says for three hours how old the latest snapshot is', () => {
    expect(propertiesOf('BackupDidNotHappen')).toMatchObject({
      MetricName: 'LatestSnapshotAge',
      Statistic: 'SampleCount',
      Period: 3600,
      EvaluationPeriods: 3,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    })
  })

  it.each([
    [{}, 36],
    [{ ExportFrequency: 'EVERY_DAY' }, 36],
    [{ ExportFrequency: 'EVERY_7_DAYS' }, 192],
    [{ ExportFrequency: 'EVERY_30_DAYS' }, 768],
    [{ ExportFrequency: 'rate(6 hours)' }, 36],
    [{ ExportFrequency: 'EVERY_7_DAYS', MaxSnapshotAgeHours: '48' }, 48],
  ] as const)('with %o a snapshot is too old after %d hours', (values, hours) => {
    expect(Number(propertiesOf('SnapshotTooOld', values)['Threshold'])).toBe(hours)
    const { Variables } = propertiesOf('CareFunction', values)['Environment'] as {
      Variables: Record<string, unknown>
    }
    // The message says the same as the alarm.
    expect(Number(Variables['MAX_SNAPSHOT_AGE_HOURS'])).toBe(hours)
  })

  it.each([
    ['NotificationFailed', 'NotificationFailed'],
    ['UsersFell', 'ShrinkGuardTripped'],
    ['Throttled', 'Throttled'],
  ])('%s is on as soon as the metric %s of this vault counts one', (id, MetricName) => {
    expect(propertiesOf(id)).toMatchObject({
      MetricName,
      Namespace: 'CognitoVault',
      Dimensions: [expect.objectContaining({ Name: 'Vault' })],
      Statistic: 'Sum',
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    })
  })

  it('are all on the dashboard, where they are seen though the topic takes nothing', () => {
    const ids = Object.entries(template.Resources).flatMap(([id, { Type }]) =>
      Type === 'AWS::CloudWatch::Alarm' ? [id] : [],
    )
    expect(ids).toContain('NotificationFailed')
    const dashboard = JSON.stringify(template.Resources['Dashboard'])
    expect(ids.filter((id) => !dashboard.includes(`"${id}","Arn"`))).toEqual([])
  })
})

it('the dashboard searches metrics of pools that the code writes, and has the others of the vault', () => {
  const body = JSON.stringify(template.Resources['Dashboard']).replaceAll('\\', '')
  const searched = [...body.matchAll(/MetricName="(\w+)"/g)].map(([, name]) => name ?? '')
  expect(searched.length).toBeGreaterThan(5)
  expect(searched.filter((name) => !emitted.ofPools.has(name))).toEqual([])
  const named = [...body.matchAll(/\["CognitoVault","(\w+)","Vault"/g)].map(([, name]) => name ?? '')
  expect(named).toEqual(['Throttled'])
  expect(named.filter((name) => !emitted.ofVault.has(name))).toEqual([])
  expect(body.match(/CognitoVault,PoolId,Vault/g)).toHaveLength(searched.length)
})

describe('the schedules', () => {
  const targetOf = (id: string) =>
    propertiesOf(id)['Target'] as {
      Arn: unknown
      Input: string
      DeadLetterConfig?: unknown
      RoleArn: unknown
    }
  const stepsOf = (name: string) =>
    [...readFileSync(`${WORKFLOW}/${name}.ts`, 'utf8').matchAll(/case '([\w-]+)':/g)].map(([, step]) => step)

  it.each(idsOf('AWS::Scheduler::Schedule'))('%s puts what it could not start into the queue', (id) => {
    expect(targetOf(id).DeadLetterConfig).toEqual({ Arn: { 'Fn::GetAtt': ['NotStarted', 'Arn'] } })
    expect(targetOf(id).RoleArn).toEqual({ 'Fn::GetAtt': ['ScheduleRole', 'Arn'] })
    expect(JSON.stringify(propertiesOf('ScheduleRole'))).toContain('"sqs:SendMessage"')
  })

  it('start the machines with nothing said, and the care with a step that it has', () => {
    expect(idsOf('AWS::Scheduler::Schedule').sort()).toEqual([
      'BackupSchedule',
      'CheckSchedule',
      'DrillSchedule',
    ])
    expect([targetOf('BackupSchedule'), targetOf('DrillSchedule')]).toMatchObject([
      { Arn: { Ref: 'BackupMachine' }, Input: '{}' },
      { Arn: { Ref: 'DrillMachine' }, Input: '{}' },
    ])
    const { Arn, Input } = targetOf('CheckSchedule')
    expect(Arn).toEqual({ 'Fn::GetAtt': ['CareFunction', 'Arn'] })
    const { step } = parseStepEvent(JSON.parse(Input))
    expect([step, stepsOf('care')]).toEqual(['check', expect.arrayContaining([step])])
  })

  it.each(['Backup', 'Restore', 'Drill'])(
    'the steps of the %s machine are known to its functions',
    (name) => {
      const definition = String(propertiesOf(`${name}Machine`)['DefinitionString'])
      const { States } = JSON.parse(definition) as {
        States: Record<string, { Resource?: string; Parameters?: { step?: string } }>
      }
      const steps = Object.values(States).flatMap(({ Parameters }) => Parameters?.step ?? [])
      expect(steps).toEqual(expect.arrayContaining(['prepare', 'slice', 'finish', 'fail']))
      for (const step of steps) expect(parseStepEvent({ step }).step).toBe(step)
    },
  )
})

describe('the policies of what is stored and told', () => {
  const statements = (policy: unknown) => (policy as { Statement: object[] }).Statement

  it('the bucket takes nothing that would replace an object, and nothing without TLS', () => {
    const all = statements(propertiesOf('BucketPolicy')['PolicyDocument'])
    expect(propertiesOf('BucketPolicy')['Bucket']).toEqual({ Ref: 'Bucket' })
    const denied = { Effect: 'Deny', Principal: '*' }
    const objects = { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, '/*']] }
    expect(all).toContainEqual({
      ...denied,
      Sid: 'AppendOnly',
      Action: 's3:PutObject',
      Resource: objects,
      Condition: { Null: { 's3:if-none-match': 'true' } },
    })
    expect(all).toContainEqual({
      ...denied,
      Sid: 'TlsOnly',
      Action: 's3:*',
      Resource: [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, objects],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    })
  })

  it('alarms reach the topic: CloudWatch may publish, and use the key that encrypts it', () => {
    const cloudWatch = { Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' } }
    expect(statements(propertiesOf('TopicPolicy')['PolicyDocument'])).toContainEqual(
      expect.objectContaining({ ...cloudWatch, Action: 'sns:Publish', Resource: { Ref: 'Topic' } }),
    )
    expect(statements(propertiesOf('Key')['KeyPolicy'])).toContainEqual(
      expect.objectContaining({
        ...cloudWatch,
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Resource: '*',
      }),
    )
    expect(JSON.stringify(propertiesOf('Topic')['KmsMasterKeyId'])).toContain('"Key"')
  })
})

describe('the bucket', () => {
  const bucketOf = (props: Parameters<typeof withConstruct>[0]) =>
    Object.values(withConstruct(props).template.Resources).find(({ Type }) => Type === 'AWS::S3::Bucket')
      ?.Properties ?? {}

  it('blocks all public access', () => {
    expect(propertiesOf('Bucket')['PublicAccessBlockConfiguration']).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    })
  })

  it('can lock, and the functions know for how many days, where days are said', () => {
    const daysOf = (values: Record<string, string>): unknown => {
      const { Variables } = propertiesOf('BackupFunction', values)['Environment'] as {
        Variables: Record<string, unknown>
      }
      return Variables['OBJECT_LOCK_DAYS']
    }
    expect(propertiesOf('Bucket', { ObjectLockDays: '30' })['ObjectLockEnabled']).toBe(true)
    expect(bucketOf({ objectLockDays: 30 })['ObjectLockEnabled']).toBe(true)
    expect(daysOf({ ObjectLockDays: '30' })).toBe('30')
    expect(propertiesOf('Bucket')).not.toHaveProperty('ObjectLockEnabled')
    expect(daysOf({})).toBe('0')
  })
})
