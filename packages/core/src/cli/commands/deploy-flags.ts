import type { Command } from 'commander'
import { type DeploySettings } from '../../actions/deploy.js'
import { KEEP_NAMES, type KeepName } from '../../deploy/settings.js'
import { CodedError } from '../../model/errors.js'
import { parseSpan } from '../../retention/calendar.js'
import type { Globals } from '../globals.js'

/** The options of `deploy`, as they were given. */
export interface DeployFlags {
  readonly pool?: readonly string[]
  readonly email?: string
  readonly secondaryRegion?: string
  readonly frequency?: string
  readonly snsPreference?: string
  readonly keepAll?: boolean
  readonly keepLast?: string
  readonly keepHourly?: string
  readonly keepDaily?: string
  readonly keepWeekly?: string
  readonly keepMonthly?: string
  readonly keepYearly?: string
  readonly keepWithin?: string
  readonly kmsKey?: string
  readonly maxAgeHours?: string
  readonly drill?: string
  readonly drillSample?: string
  readonly trustedAccount?: readonly string[]
  readonly stackName: string
  readonly dryRun?: boolean
  readonly replaceVault?: boolean
  readonly yes?: boolean
}

export const DEFAULT_STACK = 'cognito-vault'

export function addDeployOptions(command: Command): Command {
  return command
    .option('--pool <id...>', 'the pools to back up, of one Region; repeatable, or separated by commas')
    .option('--email <address>', 'who is told how backups went')
    .option('--secondary-region <region>', 'keep a replica of the vault there')
    .option(
      '--frequency <schedule>',
      "how often: EVERY_DAY (default), EVERY_7_DAYS, EVERY_30_DAYS, 'rate(12 hours)', 'cron(0 3 * * ? *)'; in UTC",
    )
    .option('--sns-preference <what>', 'INFO_AND_ERRORS (default) or ERRORS_ONLY')
    .option(
      '--keep-all',
      'forget nothing; without this or what follows 30 daily and 12 monthly snapshots are kept',
    )
    .option('--keep-last <n>', 'after each backup forget as forget does: keep the last n snapshots')
    .option('--keep-hourly <n>', 'keep the newest of each of the last n hours that have one')
    .option('--keep-daily <n>', 'the same of days')
    .option('--keep-weekly <n>', 'of weeks')
    .option('--keep-monthly <n>', 'of months')
    .option('--keep-yearly <n>', 'of years')
    .option('--keep-within <time>', 'keep all of a time before the newest, such as 30d')
    .option('--kms-key <arn>', 'encrypt with this key of the Region, instead of one that the stack makes')
    .option('--max-age-hours <n>', 'raise an alarm when the latest snapshot is older')
    .option('--drill <schedule>', 'try a restore so often (default: EVERY_30_DAYS), or OFF')
    .option('--drill-sample <n>', 'of so many users, who become monthly active (default: 100)')
    .option(
      '--trusted-account <id...>',
      'accounts that may read the vault; repeatable, or separated by commas',
    )
    .option('--stack-name <name>', 'what the stack is called', DEFAULT_STACK)
    .option('--dry-run', 'show what would be made or changed, and do not do it')
    .option('--replace-vault', 'go on where the bucket or the key of the vault would be replaced or removed')
    .option('--yes', 'do not ask')
}

/**
 * What the options say of the stack. `--tps` and `--object-lock-days` are those that every command has; here they are the stack's.
 *
 * @param given the options of the program, as they were given
 * @throws CodedError `USAGE`
 */
export function deploySettings(
  flags: DeployFlags,
  globals: Globals,
  given: Readonly<Record<string, unknown>>,
): DeploySettings {
  if (given['objectLockMode'] === 'compliance')
    throw usage(
      '--object-lock-mode',
      'the functions of the stack lock in governance mode, and compliance cannot be chosen for them',
    )
  return {
    poolIds: listOf(flags.pool),
    email: flags.email,
    secondaryRegion: flags.secondaryRegion,
    frequency: flags.frequency,
    tps: globals.tps,
    snsPreference: flags.snsPreference,
    keep: keepOf(flags),
    // What COGNITO_VAULT_OBJECT_LOCK_DAYS says is of a vault of its own.
    objectLockDays: given['objectLockDays'] === undefined ? undefined : globals.storage.objectLock?.days,
    kmsKeyArn: flags.kmsKey,
    maxAgeHours: numberOf('--max-age-hours', flags.maxAgeHours),
    drillFrequency: flags.drill,
    drillSample: numberOf('--drill-sample', flags.drillSample),
    trustedAccountIds: listOf(flags.trustedAccount),
  }
}

function listOf(given: readonly string[] | undefined): string[] | undefined {
  const items = given?.flatMap((item) => item.split(',')).map((item) => item.trim())
  return items === undefined ? undefined : [...new Set(items.filter((item) => item !== ''))]
}

function keepOf(flags: DeployFlags): DeploySettings['keep'] {
  const given: Record<KeepName, string | undefined> = {
    last: flags.keepLast,
    hourly: flags.keepHourly,
    daily: flags.keepDaily,
    weekly: flags.keepWeekly,
    monthly: flags.keepMonthly,
    yearly: flags.keepYearly,
    within: flags.keepWithin,
  }
  const named = KEEP_NAMES.flatMap((name): [KeepName, string][] => {
    const value = given[name]
    return value === undefined ? [] : [[name, value]]
  })
  if (flags.keepAll === true && named.length > 0) throw usage('--keep-all', 'it goes with no other --keep')
  if (named.length === 0) return flags.keepAll === true ? {} : undefined
  for (const [name, value] of named) {
    if (name === 'within') parseSpan(value)
    else countOf(`--keep-${name}`, value)
  }
  return Object.fromEntries(named)
}

function numberOf(option: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined
  if (/^[1-9]\d{0,8}$/.test(given)) return Number(given)
  throw usage(option, `it takes a whole number from 1, not ${JSON.stringify(given)}`)
}

/** As many as the functions and the template take. */
function countOf(option: string, given: string): void {
  if (!/^[1-9]\d{0,4}$/.test(given))
    throw usage(option, `it takes a whole number from 1 to 99999, not ${JSON.stringify(given)}`)
}

function usage(option: string, what: string): CodedError {
  return new CodedError('USAGE', `${option}: ${what}`, {
    value: option,
    hint: 'see cognito-vault deploy --help; nothing was created',
  })
}
