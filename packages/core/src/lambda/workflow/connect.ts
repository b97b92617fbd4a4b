import type { Environment, FunctionSettings } from './environment.js'
import type { CognitoContext, VaultContext } from '../../actions/context.js'
import { classifyFailure, withBudget } from '../../cognito/budgeted-api.js'
import { createImageFetcher } from '../../cognito/fetch-image.js'
import { createFilePutter } from '../../cognito/put-file.js'
import { createSdkApi } from '../../cognito/sdk-api.js'
import { createSdkClient } from '../../cognito/sdk-client.js'
import { createKmsKeyService } from '../../kms/kms-key-service.js'
import { createBudget } from '../../limiter/budget.js'
import { createAskAccount } from '../../references-aws/ask-account.js'
import { createReferenceChecker } from '../../references-aws/create-checker.js'
import type { SettingsOf } from '../../references-aws/aws-service.js'
import { openStore, type StoreDependencies } from '../../storage/open-store.js'
import { createReadOnlyStore } from '../../storage/read-only/read-only-store.js'
import type { ObjectStore } from '../../storage/object-store.js'
import type { KeyService, VaultKeys } from '../../vault/encryption/key-service.js'
import { withKeys } from '../../vault/keyed-store.js'
import { type ReplicaStore, replicaOf } from '../../vault/replica-store.js'
import type { AwsCredentials } from './assume-role.js'

/** What a function's work needs of the world; everything is handed in. */
export type World = Omit<VaultContext, 'store'>

const TIMEOUT_MS = 60_000
/** Of each quota: what production needs keeps at least the other half, in a pool that people use meanwhile more. */
const SHARE = 0.5
const SHARE_IN_LIVE_POOL = 0.25
const CONCURRENCY = 16

/** The vault of the stack, with what opens it, not read yet. */
export interface Vaults {
  readonly context: VaultContext
  readonly keyService: KeyService
  /** The same for reading only, without the snapshots that another Region's replication has not brought whole. */
  readonly replica: ReplicaStore
}

export function openVaults(world: World, settings: FunctionSettings, env: Environment): Vaults {
  const endpoint = env['AWS_ENDPOINT_URL_KMS'] || env['AWS_ENDPOINT_URL']
  const keyService = createKmsKeyService({
    region: settings.region,
    ...(endpoint ? { endpoint } : {}),
    signal: world.signal,
  })
  const keys: VaultKeys = {
    keyService,
    // A vault in the clear that somebody put in the place of the own one is none that is written to.
    ...(settings.kmsKeys.length === 0 ? {} : { expectedKmsKeys: settings.kmsKeys }),
  }
  const { clock, random } = world
  const stored = openStore(settings.vault, { clock, random, s3: s3Access(settings, env) })
  return {
    context: { ...world, store: withKeys(stored, keys) },
    keyService,
    replica: replicaOf(withKeys(readOnly(stored), keys)),
  }
}

function readOnly(stored: ObjectStore): ObjectStore {
  return createReadOnlyStore(stored, 'this is only looked at')
}

function s3Access(settings: FunctionSettings, env: Environment): NonNullable<StoreDependencies['s3']> {
  const endpoint = env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL']
  const { objectLockDays: days, region } = settings
  return {
    objectLock: days === undefined ? undefined : { days, mode: 'governance' },
    connect: async () => {
      const { S3Client } = await import('@aws-sdk/client-s3')
      return new S3Client({
        region,
        // Names of buckets are no names of hosts at another's address.
        ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
        maxAttempts: 1,
        requestHandler: {
          connectionTimeout: 5_000,
          requestTimeout: TIMEOUT_MS,
          throwOnRequestTimeout: true,
          socketTimeout: TIMEOUT_MS,
          httpsAgent: { keepAlive: true, maxSockets: 64 },
          httpAgent: { keepAlive: true, maxSockets: 64 },
        },
      })
    },
  }
}

export interface CognitoAccess {
  /** The Region to be called. */
  readonly region: string
  /** Another account's, where not the function's own. */
  readonly credentials?: AwsCredentials | undefined
  /** Whether a pool is written to that people use meanwhile. */
  readonly intoLivePool?: boolean | undefined
}

/** Does the work with a context that can call Cognito, and ends the connections when it is done. */
export async function withCognito<T>(
  vault: VaultContext,
  settings: FunctionSettings,
  env: Environment,
  { region, credentials, intoLivePool = false }: CognitoAccess,
  work: (context: CognitoContext) => Promise<T>,
): Promise<T> {
  const { clock, random, sink } = vault
  const identity = credentials === undefined ? {} : { credentials }
  const endpoint = env['AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER'] || env['AWS_ENDPOINT_URL']
  const clients: ReturnType<typeof createSdkClient>[] = []

  function connected(to: string, share: number): Pick<CognitoContext, 'api' | 'budget'> {
    const client = createSdkClient({ region: to, ...(endpoint ? { endpoint } : {}), ...identity })
    clients.push(client)
    const budget = createBudget({
      clock,
      random,
      sink,
      classify: classifyFailure,
      share,
      tps: settings.tps,
      quotas: {},
      maxInFlight: CONCURRENCY,
    })
    return { api: withBudget(createSdkApi(client, to, clock), budget), budget }
  }

  const settingsOf: SettingsOf = (service, where) => {
    const other = env[`AWS_ENDPOINT_URL_${service}`] || env['AWS_ENDPOINT_URL']
    return { ...identity, region: where, ...(other ? { endpoint: other } : {}) }
  }
  const account = createAskAccount(settingsOf, region)
  try {
    return await work({
      ...vault,
      ...connected(region, intoLivePool ? SHARE_IN_LIVE_POOL : SHARE),
      fetchImage: createImageFetcher(clock),
      putFile: createFilePutter(clock),
      elsewhere: (other) => connected(other, SHARE),
      concurrency: CONCURRENCY,
      account,
      checkReference: createReferenceChecker(settingsOf, account, region),
    })
  } finally {
    for (const client of clients) client.destroy()
  }
}
