import { CodedError } from '../model/errors.js'
import { isAccount, isRegion, partitionOf } from '../restore/references/arn.js'
import { kmsKeyOf } from '../vault/encryption/same-key.js'
import { scheduleFault } from './schedule.js'

/** What somebody says of a deployment; whatever is left out keeps the value that the stack has, or gets the template's default. */
export interface DeploySettings {
  readonly poolIds?: readonly string[] | undefined
  /** Where notifications go. */
  readonly email?: string | undefined
  readonly secondaryRegion?: string | undefined
  readonly frequency?: string | undefined
  /** Requests a second that a backup may make. */
  readonly tps?: number | undefined
  readonly snsPreference?: string | undefined
  /** How many to keep, by the name that `forget` has for it; `within` is a length of time. Empty keeps all. */
  readonly keep?: Readonly<Partial<Record<KeepName, string>>> | undefined
  readonly objectLockDays?: number | undefined
  readonly kmsKeyArn?: string | undefined
  readonly drillFrequency?: string | undefined
  /** Users that a drill restores. */
  readonly drillSample?: number | undefined
  /** An alarm is raised when the latest snapshot is older. */
  readonly maxAgeHours?: number | undefined
  readonly trustedAccountIds?: readonly string[] | undefined
}

export const KEEP_NAMES = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly', 'within'] as const
export type KeepName = (typeof KEEP_NAMES)[number]

/** Of drills that are not to be. */
const OFF = 'OFF'

/**
 * Refuses what can be seen to be wrong without asking anybody.
 *
 * @param region the one that is deployed to
 * @throws CodedError `USAGE`
 */
export function checkSettings(settings: DeploySettings, region: string): void {
  const { email, secondaryRegion, frequency, kmsKeyArn, drillFrequency } = settings
  // What was given is nobody's to repeat: it is meant to be a person's address.
  if (email !== undefined && !/^[^\s@,<>"]{1,64}@[^\s@,<>"]+\.[^\s@,<>".]+$/.test(email))
    throw usage('--email takes one e-mail address', 'such as --email ops@example.com')
  if (secondaryRegion !== undefined) checkSecondary(secondaryRegion, region)
  if (frequency !== undefined) checkSchedule('--frequency', frequency)
  if (drillFrequency !== undefined && drillFrequency !== OFF) checkSchedule('--drill', drillFrequency)
  if (kmsKeyArn !== undefined) checkKey(kmsKeyArn, region)
  for (const account of settings.trustedAccountIds ?? [])
    if (!isAccount(account))
      throw usage(
        `--trusted-account takes account ids of 12 digits, not ${quoted(account)}`,
        undefined,
        account,
      )
}

function checkSecondary(secondary: string, region: string): void {
  if (!isRegion(secondary))
    throw usage(
      `--secondary-region takes a Region, not ${quoted(secondary)}`,
      'such as eu-central-1',
      secondary,
    )
  if (secondary === region)
    throw usage(
      `the secondary Region is the primary one: ${region}`,
      'choose another Region: the replica is there for the day on which this one is lost',
      secondary,
    )
  if (partitionOf(secondary) !== partitionOf(region))
    throw usage(
      `nothing is replicated from ${region} to ${secondary}`,
      'choose a Region that the account can use',
      secondary,
    )
}

function checkSchedule(option: string, text: string): void {
  const fault = scheduleFault(text)
  if (fault === undefined) return
  throw usage(
    `${option} takes a schedule, and ${quoted(text)} is none: ${fault}`,
    "such as EVERY_DAY, 'rate(12 hours)' or 'cron(0 3 * * ? *)', in UTC",
    text,
  )
}

function checkKey(arn: string, region: string): void {
  const key = kmsKeyOf(arn)
  if (key === undefined || !key.name.startsWith('key/'))
    throw usage(
      `--kms-key takes the ARN of a KMS key, not ${quoted(arn)}`,
      'an ARN is like arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab; an alias can be moved, and is not taken',
      arn,
    )
  if (key.region !== region)
    throw usage(
      `the KMS key is of ${key.region}, and the bucket that it is to encrypt of ${region}`,
      `name a key of ${region}, or leave --kms-key out, and the stack makes one`,
      arn,
    )
}

function quoted(text: string): string {
  return JSON.stringify(text)
}

function usage(message: string, hint = 'see cognito-vault deploy --help', value?: string): CodedError {
  return new CodedError('USAGE', message, {
    hint: `${hint}; nothing was created`,
    ...(value === undefined ? {} : { value }),
  })
}
