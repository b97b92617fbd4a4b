import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { resolved } from './support/resolved.js'
import { type Template, withConstruct } from './support/stacks.js'

const template = createRequire(import.meta.url)('../../../template/cognito-vault.template.json') as Template
const CODE = { PrimaryUserPoolId: 'eu-west-1_AbCdEf123', CodeBucket: 'my-code', CodeKey: 'code.zip' }

function propertiesOf(id: string, values: Readonly<Record<string, string>> = {}) {
  const found = resolved(template, { ...CODE, ...values }).Resources[id]
  if (found === undefined) throw new Error(`the stack has no ${id}`)
  return found.Properties
}

describe('the alarms', () => {
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
