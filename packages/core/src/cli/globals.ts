import type { Command } from 'commander'
import { DEFAULT_QUOTAS, type QuotaCategory, type QuotaOverrides } from '../limiter/quotas.js'
import { CodedError } from '../model/errors.js'
import type { Environment } from './cli-io.js'
import { addStorageOptions, parseStorageOptions, type StorageOptions } from './storage-options.js'

/** The options that every command takes, checked. */
export interface Globals {
  readonly vault: string | undefined
  readonly region: string | undefined
  readonly profile: string | undefined
  readonly endpointUrl: string | undefined
  readonly json: boolean
  readonly quiet: boolean
  readonly verbose: boolean
  readonly tps: number | undefined
  /** `undefined` where nobody said: what is right depends on the command. */
  readonly quotaShare: number | undefined
  readonly concurrency: number
  readonly quotas: QuotaOverrides
  readonly storage: StorageOptions
  /** Where what a restore writes is kept, of a vault that is only read; of the commands that take it. */
  readonly journal: string | undefined
  /** Where the passphrase is, which goes before one in the environment. */
  readonly passphraseFile: string | undefined
  /** The environment's. */
  readonly passphrase: string | undefined
  /** Only with these KMS keys is the vault to be opened. */
  readonly expectKmsKeys: readonly string[] | undefined
}

const DEFAULT_CONCURRENCY = 16
const MAX_CONCURRENCY = 256

/** Adds the options to the program, which takes them before and after the command's name. */
export function addGlobalOptions(program: Command): Command {
  const reached = program
    .option(
      '--vault <url>',
      'the vault: a path, file:///path, s3://bucket/prefix or dynamodb://table (default: $COGNITO_VAULT)',
    )
    .option(
      '--passphrase-file <file>',
      'the passphrase of an encrypted vault (default: $COGNITO_VAULT_PASSPHRASE)',
    )
    .option(
      '--expect-kms-key <arn>',
      'refuse a vault that this KMS key does not open (default: $COGNITO_VAULT_KMS_KEY); repeatable',
      (value: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), value],
    )
    .option('--region <region>', 'the AWS Region (default: $AWS_REGION, the pool id, the profile)')
    .option('--profile <name>', 'the AWS profile')
    .option(
      '--endpoint-url <url>',
      'another endpoint of Cognito, for user pools and identity pools alike, such as an emulator',
    )
    .option('--json', 'one JSON document on stdout')
    .option('--quiet', 'no progress')
    .option('--verbose', 'every event, and the causes of errors')
    .option('--tps <n>', 'ceiling on requests a second')
    .option(
      '--quota-share <0..1>',
      'of each request quota (default: 0.5; 0.25 when restoring into a live pool)',
    )
    .option('--concurrency <n>', `requests under way at once (default: ${DEFAULT_CONCURRENCY})`)
    .option(
      '--quota <category=rps>',
      'a request quota of the account that is not the default one; repeatable',
      (value: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), value],
    )
  return addStorageOptions(reached)
}

/**
 * The options as they were given, completed from the environment.
 *
 * @throws CodedError `USAGE`
 */
export function parseGlobals(given: Readonly<Record<string, unknown>>, env: Environment): Globals {
  const text = (name: string): string | undefined => nonEmpty(given[name])
  return {
    vault: text('vault') ?? nonEmpty(env['COGNITO_VAULT']),
    region: text('region') ?? nonEmpty(env['AWS_REGION']) ?? nonEmpty(env['AWS_DEFAULT_REGION']),
    profile: text('profile') ?? nonEmpty(env['AWS_PROFILE']),
    endpointUrl: endpoint(text('endpointUrl')),
    json: given['json'] === true,
    quiet: given['quiet'] === true,
    verbose: given['verbose'] === true,
    tps: numberOption('--tps', text('tps'), 'a number above 0', (n) => n > 0),
    quotaShare: numberOption(
      '--quota-share',
      text('quotaShare'),
      'a number above 0 and at most 1',
      (n) => n > 0 && n <= 1,
    ),
    concurrency:
      numberOption(
        '--concurrency',
        text('concurrency'),
        `a whole number from 1 to ${MAX_CONCURRENCY}`,
        (n) => Number.isInteger(n) && n >= 1 && n <= MAX_CONCURRENCY,
      ) ?? DEFAULT_CONCURRENCY,
    quotas: quotaOverrides(given['quota']),
    storage: parseStorageOptions(given, env),
    journal:
      given['journal'] === undefined
        ? undefined
        : (text('journal') ?? nonEmpty(env['COGNITO_VAULT_JOURNAL'])),
    passphraseFile: text('passphraseFile'),
    passphrase: nonEmpty(env['COGNITO_VAULT_PASSPHRASE']),
    expectKmsKeys: expectedKeys(given['expectKmsKey'], env['COGNITO_VAULT_KMS_KEY']),
  }
}

function expectedKeys(given: unknown, fromEnvironment: string | undefined): string[] | undefined {
  const keys = Array.isArray(given) ? given.map(String) : (fromEnvironment ?? '').split(/[\s,]+/)
  const named = keys.filter((key) => key !== '')
  return named.length === 0 ? undefined : named
}

function nonEmpty(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The address is not repeated in the message: it may hold credentials. */
function endpoint(url: string | undefined): string | undefined {
  if (url === undefined) return undefined
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return url
  throw new CodedError('USAGE', '--endpoint-url takes a URL', { hint: 'for instance http://localhost:9229' })
}

function numberOption(
  name: string,
  given: string | undefined,
  what: string,
  fits: (n: number) => boolean,
): number | undefined {
  if (given === undefined) return undefined
  const number = /^[0-9]*\.?[0-9]+$/.test(given) ? Number(given) : Number.NaN
  if (Number.isFinite(number) && fits(number)) return number
  throw new CodedError('USAGE', `${name} takes ${what}, not "${given}"`, {
    value: given,
    hint: 'see cognito-vault --help',
  })
}

function quotaOverrides(given: unknown): QuotaOverrides {
  const quotas: Partial<Record<QuotaCategory, number>> = {}
  for (const item of Array.isArray(given) ? given.map(String) : []) {
    const [category = '', rps = ''] = item.split('=', 2)
    if (!isCategory(category)) {
      throw new CodedError('USAGE', `--quota takes CATEGORY=REQUESTS_PER_SECOND, not "${item}"`, {
        value: item,
        hint: `the categories are ${Object.keys(DEFAULT_QUOTAS).join(', ')}`,
      })
    }
    const limit = numberOption(`--quota ${category}`, rps, 'a number above 0', (n) => n > 0)
    if (limit !== undefined) quotas[category] = limit
  }
  return quotas
}

function isCategory(name: string): name is QuotaCategory {
  return Object.hasOwn(DEFAULT_QUOTAS, name)
}
