import type { CognitoContext, VaultContext } from '../actions/context.js'
import { classifyFailure, withBudget } from '../cognito/budgeted-api.js'
import { createImageFetcher } from '../cognito/fetch-image.js'
import { createFilePutter } from '../cognito/put-file.js'
import { createSdkApi } from '../cognito/sdk-api.js'
import { createSdkClient } from '../cognito/sdk-client.js'
import { createBudget, type RequestBudget } from '../limiter/budget.js'
import { CodedError } from '../model/errors.js'
import type { EventSink } from '../model/events.js'
import type { ObjectStore } from '../storage/object-store.js'
import { openStore } from '../storage/open-store.js'
import type { VaultKeys } from '../vault/encryption/key-service.js'
import { withKeys } from '../vault/keyed-store.js'
import { replicaOf } from '../vault/replica-store.js'
import type { CliIo } from './cli-io.js'
import type { Globals } from './globals.js'
import { identitySettings } from './identity-settings.js'
import { withJournal } from './journal.js'
import { outsideContext } from './outside-context.js'
import { chooseRegion, type PoolHint } from './region.js'
import { openReplica } from './open-replica.js'
import { storageAccess } from './storage-access.js'
import { vaultKeys } from './vault-keys.js'

/** Of each quota, when nobody says: what production needs keeps at least the other half, in a live pool more. */
const SHARE = 0.5
const SHARE_IN_LIVE_POOL = 0.25

export interface CognitoSettings extends PoolHint {
  /** Whether a pool is written to that people use meanwhile. */
  readonly intoLivePool?: boolean | undefined
}

/** What an action needs of the world, the vault opened but not read. */
export function vaultContext(io: CliIo, globals: Globals, sink: EventSink): VaultContext {
  if (globals.vault === undefined) {
    throw new CodedError('USAGE', 'no vault was named', {
      hint: 'give --vault file:///path, s3://bucket/prefix or dynamodb://table, or set COGNITO_VAULT',
    })
  }
  const { clock, random, tempDirectory, holder, signal } = io
  const reach = { clock, random, ...storageAccess(io.env, globals) }
  const stored = openStore(globals.vault, reach)
  const keys = vaultKeys(io, globals)
  const store = storeOf(globals, stored, keys, (url) => openStore(url, reach))
  return { store, clock, random, sink, tempDirectory, holder, signal }
}

function storeOf(
  { journal, storage: { replica } }: Globals,
  stored: ObjectStore,
  keys: VaultKeys,
  open: (url: string) => ObjectStore,
): ObjectStore {
  if (journal === undefined) return replica ? openReplica(stored, keys) : withKeys(stored, keys)
  const store = withKeys(withJournal(stored, open(journal)), keys)
  return replica ? replicaOf(store) : store
}

/** What reaches Cognito needs of the world; a vault is not a part of it. */
type World = Pick<VaultContext, 'clock' | 'random' | 'sink'>

/** Does the work with a context that can call Cognito, and ends the connections when it is done. */
export async function withCognito<W extends World, T>(
  io: CliIo,
  globals: Globals,
  vault: W,
  settings: CognitoSettings,
  work: (context: W & Omit<CognitoContext, keyof VaultContext>) => Promise<T>,
): Promise<T> {
  const { clock, random, sink } = vault
  const region = await chooseRegion(globals, settings)
  const identity = identitySettings(io.env, globals)
  const endpoint = globals.endpointUrl === undefined ? {} : { endpoint: globals.endpointUrl }
  const clients: ReturnType<typeof createSdkClient>[] = []

  function connect(to: string): ReturnType<typeof createSdkClient> {
    const connected = createSdkClient({ region: to, ...endpoint, ...identity })
    clients.push(connected)
    return connected
  }

  /** Quotas are an account's in one Region. */
  function newBudget(intoLivePool: boolean): RequestBudget {
    return createBudget({
      clock,
      random,
      sink,
      classify: classifyFailure,
      share: globals.quotaShare ?? (intoLivePool ? SHARE_IN_LIVE_POOL : SHARE),
      tps: globals.tps,
      quotas: globals.quotas,
      maxInFlight: globals.concurrency,
    })
  }

  function elsewhere(other: string): Pick<CognitoContext, 'api' | 'budget'> {
    // A pool of another Region is only read, while people use it.
    const budget = newBudget(false)
    return { api: withBudget(createSdkApi(connect(other), other, clock), budget), budget }
  }

  try {
    const client = connect(region)
    // Asked once before all calls, so that what is wrong with them is said once.
    await client.userPools.config.credentials().catch((error: unknown) => {
      throw noCredentials(error)
    })
    const budget = newBudget(settings.intoLivePool === true)
    const api = withBudget(createSdkApi(client, region, clock), budget)
    return await work({
      ...vault,
      api,
      fetchImage: createImageFetcher(clock),
      putFile: createFilePutter(clock),
      budget,
      elsewhere,
      concurrency: globals.concurrency,
      ...outsideContext(io.env, globals, region, identity),
    })
  } finally {
    for (const client of clients) client.destroy()
  }
}

function noCredentials(error: unknown): CodedError {
  const said = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : ''
  return new CodedError('CREDENTIALS_REJECTED', `no AWS credentials can be used: ${said}`, {
    hint: 'log in (aws sso login), choose another --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    cause: error,
  })
}
