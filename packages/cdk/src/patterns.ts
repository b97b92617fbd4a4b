/** What values have to look like: the construct checks them when it is made, CloudFormation before it makes anything. */

const RATE = String.raw`rate\((1 (minute|hour|day)|([2-9]|[1-9][0-9]+) (minutes|hours|days))\)`
const CRON = String.raw`cron\([^ ()]+( [^ ()]+){5}\)`
const POOL_ID = String.raw`[\w-]+_[0-9a-zA-Z]+`
/** What `parseSpan` and `parseRetention` of the functions take: a test compares. */
const LENGTH = '0*(9000000|[0-8]?[0-9]{1,6})'
const SPAN = `(?=[0-9ymwdh]*[1-9])${['y', 'm', 'w', 'd', 'h'].map((unit) => `(${LENGTH}${unit})?`).join('')}`
const KEEP = `keep-((last|hourly|daily|weekly|monthly|yearly)=[1-9][0-9]{0,4}|within=${SPAN})`
const ACCOUNT = '[0-9]{12}'

export interface Pattern {
  readonly pattern: string
  /** What it has to be, for the message. */
  readonly must: string
}

export const PATTERNS = {
  poolIds: {
    pattern: `(${POOL_ID}(,${POOL_ID})*)?`,
    must: 'ids of user pools, such as eu-west-1_AbCdEf123, separated by commas without spaces',
  },
  region: { pattern: '([a-z]{2}(-[a-z]+)+-[0-9])?', must: 'a Region, such as eu-central-1, or nothing' },
  exportFrequency: {
    pattern: `EVERY_DAY|EVERY_7_DAYS|EVERY_30_DAYS|${RATE}|${CRON}`,
    must: 'EVERY_DAY, EVERY_7_DAYS, EVERY_30_DAYS, rate(6 hours), or a cron expression of six fields such as cron(0 3 * * ? *) (UTC)',
  },
  restoreTestFrequency: {
    pattern: `OFF|EVERY_DAY|EVERY_7_DAYS|EVERY_30_DAYS|${RATE}|${CRON}`,
    must: 'OFF, EVERY_DAY, EVERY_7_DAYS, EVERY_30_DAYS, rate(90 days), or a cron expression of six fields (UTC)',
  },
  email: { pattern: String.raw`([^\s@,]+@[^\s@,]+\.[^\s@,]+)?`, must: 'an email address, or nothing' },
  retention: {
    pattern: `(${KEEP}(,${KEEP})*)?`,
    must: 'such as keep-daily=30,keep-monthly=12,keep-within=30d; nothing keeps every snapshot',
  },
  keyArn: {
    pattern: `(arn:[a-z-]+:kms:[a-z0-9-]+:${ACCOUNT}:key/[0-9a-zA-Z-]+)?`,
    must: 'the ARN of a KMS key (no alias), or nothing',
  },
  bucketArn: {
    pattern: '(arn:[a-z-]+:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?',
    must: 'the ARN of a bucket, or nothing',
  },
  accountIds: {
    pattern: `(${ACCOUNT}(,${ACCOUNT})*)?`,
    must: 'numbers of accounts, of 12 digits, separated by commas without spaces',
  },
} as const satisfies Record<string, Pattern>

export const SNS_PREFERENCES = ['INFO_AND_ERRORS', 'ERRORS_ONLY'] as const
export type SnsPreference = (typeof SNS_PREFERENCES)[number]

/** Whether a value is as a pattern has it. */
export function matches({ pattern }: Pattern, value: string): boolean {
  return new RegExp(`^(${pattern})$`).test(value)
}

/** What users of the AWS workflow say, as EventBridge Scheduler has it, and after how many hours a snapshot made so is too old. */
export const FREQUENCIES = {
  EVERY_DAY: { expression: 'rate(1 day)', maxAgeHours: 36 },
  EVERY_7_DAYS: { expression: 'rate(7 days)', maxAgeHours: 8 * 24 },
  EVERY_30_DAYS: { expression: 'rate(30 days)', maxAgeHours: 32 * 24 },
} as const

/** After how many hours a snapshot is too old that another expression makes, where nothing is said. */
export const DEFAULT_MAX_AGE_HOURS = 36

export type Frequency = keyof typeof FREQUENCIES
