import { CodedError } from '../../model/errors.js'

export type Environment = Readonly<Record<string, string | undefined>>

export const SNS_PREFERENCES = ['INFO_AND_ERRORS', 'ERRORS_ONLY'] as const
export type SnsPreference = (typeof SNS_PREFERENCES)[number]

/** What the stack tells its functions. */
export interface FunctionSettings {
  /** `COGNITO_VAULT`: `s3://bucket/prefix`. */
  readonly vault: string
  /** `AWS_REGION`, which Lambda sets. */
  readonly region: string
  /** `KMS_KEY_ARNS`: what wraps the data key of a vault that is made; the own Region's first. */
  readonly kmsKeys: readonly string[]
  /** `USER_POOL_IDS`: the pools that are backed up, in this order. */
  readonly poolIds: readonly string[]
  /** `COGNITO_TPS`: ceiling on requests a second. */
  readonly tps: number | undefined
  /** `OBJECT_LOCK_DAYS`: none where 0. */
  readonly objectLockDays: number | undefined
  /** `RETENTION` as it stands, so that one that is none stops only what needs it; nothing is forgotten without one. */
  readonly retention: string | undefined
  /** `TOPIC_ARN`: nobody is told without one. */
  readonly topicArn: string | undefined
  /** `SNS_PREFERENCE`. */
  readonly preference: SnsPreference
  /** `VAULT_NAME`: by which metrics and alarms know the stack. */
  readonly vaultName: string
  /** `DRILL_SAMPLE`: how many users a drill restores. */
  readonly drillSample: number
  /** `MAX_SNAPSHOT_AGE_HOURS`: from when on a backup has not happened that should have; without it the alarms alone say so. */
  readonly maxSnapshotAgeHours: number | undefined
  /** `SLICE_SECONDS`: after which a slice stops by itself. */
  readonly sliceSeconds: number
  /** `SLICES_AN_EXECUTION`: after which an execution goes on in another, before its history is full (25,000 events). */
  readonly slicesAnExecution: number
}

/**
 * @throws CodedError `USAGE` that names the variable
 */
export function functionSettings(env: Environment): FunctionSettings {
  const days = numberIn(env, 'OBJECT_LOCK_DAYS', 0, { least: 0, most: 36_500 })
  return {
    vault: required(env, 'COGNITO_VAULT', 'the vault, as s3://bucket/prefix'),
    region: required(env, 'AWS_REGION', 'the Region; Lambda sets it'),
    kmsKeys: listIn(env, 'KMS_KEY_ARNS'),
    poolIds: listIn(env, 'USER_POOL_IDS'),
    tps: optionalNumberIn(env, 'COGNITO_TPS', { least: 0.1, most: 1_000 }),
    objectLockDays: days === 0 ? undefined : days,
    retention: env['RETENTION'] || undefined,
    topicArn: env['TOPIC_ARN'] || undefined,
    preference: preferenceIn(env),
    vaultName: env['VAULT_NAME'] || 'cognito-vault',
    drillSample: numberIn(env, 'DRILL_SAMPLE', 50, { least: 1, most: 5_000 }),
    maxSnapshotAgeHours: optionalNumberIn(env, 'MAX_SNAPSHOT_AGE_HOURS', { least: 0 }),
    slicesAnExecution: numberIn(env, 'SLICES_AN_EXECUTION', 400, { least: 1, most: 2_000 }),
    sliceSeconds: numberIn(env, 'SLICE_SECONDS', 600, { least: 0.001, most: 840 }),
  }
}

function required(env: Environment, name: string, what: string): string {
  const value = env[name]
  if (value) return value
  throw new CodedError('USAGE', `the environment variable ${name} is not set: ${what}`, {
    value: name,
    hint: 'the stack sets it: deploy it again, or set it in the configuration of the function',
  })
}

function listIn(env: Environment, name: string): string[] {
  const items = (env[name] ?? '').split(/[\s,]+/).filter((item) => item !== '')
  return [...new Set(items)]
}

function numberIn(
  env: Environment,
  name: string,
  otherwise: number,
  { least, most = Number.MAX_SAFE_INTEGER }: { least: number; most?: number },
): number {
  const given = env[name]
  if (!given) return otherwise
  const number = /^\d*\.?\d+$/.test(given) ? Number(given) : Number.NaN
  if (number >= least && number <= most) return number
  throw refused(name, given, `a number from ${least}${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`}`)
}

function optionalNumberIn(
  env: Environment,
  name: string,
  range: { least: number; most?: number },
): number | undefined {
  return env[name] ? numberIn(env, name, 0, range) : undefined
}

function preferenceIn(env: Environment): SnsPreference {
  const given = env['SNS_PREFERENCE'] || 'INFO_AND_ERRORS'
  const preference = SNS_PREFERENCES.find((one) => one === given)
  if (preference === undefined) throw refused('SNS_PREFERENCE', given, SNS_PREFERENCES.join(' or '))
  return preference
}

function refused(name: string, given: string, takes: string): CodedError {
  return new CodedError('USAGE', `the environment variable ${name} takes ${takes}, not "${given}"`, {
    value: name,
    hint: 'correct the parameter of the stack that it comes from, and deploy it again',
  })
}
