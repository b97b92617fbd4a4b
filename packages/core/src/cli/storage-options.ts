import type { Command } from 'commander'
import { CodedError } from '../model/errors.js'
import type { ThrottleLimits } from '../storage/throttle/throttle-store.js'
import type { Environment } from './cli-io.js'

/** How the vault's place is reached, where it is one of AWS. */
export interface StorageOptions {
  /** Where nobody said: what holds for everything else. */
  readonly region: string | undefined
  readonly endpointUrl: string | undefined
  /** It is a replica, into which another Region's vault arrives: it is only read, and without what has not arrived. */
  readonly replica: boolean
  /** What the vault may take of a line that others use too. */
  readonly limits: ThrottleLimits
  readonly objectLock: { readonly days: number; readonly mode: 'governance' | 'compliance' } | undefined
}

const MOST_DAYS = 36_500

export function addStorageOptions(program: Command): Command {
  return program
    .option(
      '--storage-region <region>',
      'the Region of the bucket or table (default: $COGNITO_VAULT_STORAGE_REGION, then as --region)',
    )
    .option('--storage-endpoint-url <url>', 'another server with the API of S3 or DynamoDB')
    .option(
      '--object-lock-days <n>',
      'S3: keep every object of a new snapshot so long, by Object Lock (default: $COGNITO_VAULT_OBJECT_LOCK_DAYS)',
    )
    .option('--object-lock-mode <mode>', 'governance (default) or compliance, which nobody can end')
    .option('--limit-upload <kib>', 'put objects at no more than so many KiB a second')
    .option('--limit-download <kib>', 'read objects at no more than so many KiB a second')
    .option(
      '--replica',
      'the vault is a replica: only read it, and pass over snapshots that are still arriving',
    )
}

/** @throws CodedError `USAGE` */
export function parseStorageOptions(
  given: Readonly<Record<string, unknown>>,
  env: Environment,
): StorageOptions {
  const from = (option: string, variable: string): string | undefined => {
    const value = given[option] ?? env[variable]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const days = from('objectLockDays', 'COGNITO_VAULT_OBJECT_LOCK_DAYS')
  const mode = from('objectLockMode', 'COGNITO_VAULT_OBJECT_LOCK_MODE')
  return {
    region: from('storageRegion', 'COGNITO_VAULT_STORAGE_REGION'),
    endpointUrl: endpoint(from('storageEndpointUrl', 'COGNITO_VAULT_STORAGE_ENDPOINT_URL')),
    replica: given['replica'] === true,
    limits: {
      uploadBytesPerSecond: rate('--limit-upload', given['limitUpload']),
      downloadBytesPerSecond: rate('--limit-download', given['limitDownload']),
    },
    objectLock: objectLock(days, mode),
  }
}

function objectLock(days: string | undefined, mode: string | undefined): StorageOptions['objectLock'] {
  if (mode !== undefined && mode !== 'governance' && mode !== 'compliance') {
    throw usage(`--object-lock-mode takes governance or compliance, not "${mode}"`, mode)
  }
  if (days === undefined) {
    if (mode !== undefined) throw usage('--object-lock-mode says nothing without --object-lock-days', mode)
    return undefined
  }
  const number = /^\d+$/.test(days) ? Number(days) : 0
  if (number < 1 || number > MOST_DAYS) {
    throw usage(`--object-lock-days takes a whole number from 1 to ${MOST_DAYS}, not "${days}"`, days)
  }
  return { days: number, mode: mode ?? 'governance' }
}

/** KiB a second, as restic has it. */
function rate(option: string, given: unknown): number | undefined {
  if (typeof given !== 'string') return undefined
  const kib = /^\d{1,9}$/.test(given) ? Number(given) : 0
  if (kib < 1) throw usage(`${option} takes a whole number of KiB a second from 1 on, not "${given}"`, given)
  return kib * 1024
}

/** The address is not repeated in the message: it may hold credentials. */
function endpoint(url: string | undefined): string | undefined {
  if (url === undefined) return undefined
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return url
  throw new CodedError('USAGE', '--storage-endpoint-url takes a URL', {
    hint: 'for instance http://localhost:9000',
  })
}

function usage(message: string, value: string): CodedError {
  return new CodedError('USAGE', message, { value, hint: 'see cognito-vault --help' })
}
