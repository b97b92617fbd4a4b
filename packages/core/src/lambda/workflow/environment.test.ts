import { expect, it } from 'vitest'
import { functionSettings } from './environment.js'

const least = { COGNITO_VAULT: 's3://bucket/vault', AWS_REGION: 'eu-west-1' }

it('reads what the stack tells its functions', () => {
  expect(
    functionSettings({
      ...least,
      KMS_KEY_ARNS: 'arn:a, arn:b',
      USER_POOL_IDS: 'eu-west-1_A,eu-west-1_B,eu-west-1_A',
      COGNITO_TPS: '5',
      OBJECT_LOCK_DAYS: '30',
      RETENTION: 'keep-daily=30, keep-monthly=12, keep-within=30d',
      TOPIC_ARN: 'arn:topic',
      SNS_PREFERENCE: 'ERRORS_ONLY',
      DRILL_SAMPLE: '20',
    }),
  ).toEqual({
    vault: 's3://bucket/vault',
    region: 'eu-west-1',
    kmsKeys: ['arn:a', 'arn:b'],
    poolIds: ['eu-west-1_A', 'eu-west-1_B'],
    tps: 5,
    objectLockDays: 30,
    retention: 'keep-daily=30, keep-monthly=12, keep-within=30d',
    topicArn: 'arn:topic',
    preference: 'ERRORS_ONLY',
    drillSample: 20,
    maxSnapshotAgeHours: undefined,
    vaultName: 'cognito-vault',
    sliceSeconds: 600,
    slicesAnExecution: 400,
  })
})

it('takes an empty variable, which is what a template has for a parameter that is left out, for none', () => {
  const settings = functionSettings({
    ...least,
    RETENTION: '',
    OBJECT_LOCK_DAYS: '',
    COGNITO_TPS: '',
    TOPIC_ARN: '',
  })
  expect(settings).toMatchObject({
    retention: undefined,
    objectLockDays: undefined,
    tps: undefined,
    topicArn: undefined,
  })
})

it.each([
  ['COGNITO_VAULT', { AWS_REGION: 'eu-west-1' }, 'is not set'],
  ['COGNITO_TPS', { ...least, COGNITO_TPS: 'many' }, 'takes a number from 0.1 to 1000, not "many"'],
  ['SNS_PREFERENCE', { ...least, SNS_PREFERENCE: 'NEVER' }, 'takes INFO_AND_ERRORS or ERRORS_ONLY'],
])('names %s where it is wrong', (name, env, why) => {
  expect(() => functionSettings(env)).toThrow(expect.objectContaining({ code: 'USAGE', value: name }))
  expect(() => functionSettings(env)).toThrow(why)
})

it('takes a retention as it stands: one that is none must not keep backups and restores from being done', () => {
  const RETENTION = 'keep-daily=30,keep-all'
  expect(functionSettings({ ...least, RETENTION }).retention).toBe(RETENTION)
})
