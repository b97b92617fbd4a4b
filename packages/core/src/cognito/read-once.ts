import type { JsonObject } from '../model/canonical.js'
import { parallel } from '../model/parallel.js'
import { text } from './canonical-body.js'
import { type CognitoApi, CognitoError, isCredentialsFailure } from './cognito-api.js'
import type { FetchImage } from './fetch-image.js'
import { listClientIds } from './resources/client.js'
import { ALL_CLIENTS } from './resources/client-name.js'
import type { FoundResource, ResourceKind } from './resources/resource-kind.js'
import { RESOURCE_KINDS } from './resources/resource-kinds.js'

/** How one kind of configuration was read. */
export interface KindRead {
  readonly kind: ResourceKind
  readonly found: readonly FoundResource[]
  /** Requests for the pool as a whole, and those for the clients that were asked about, by operation. */
  readonly ofPool: ReadonlyMap<string, number>
  readonly ofClient: ReadonlyMap<string, number>
  /** Why it was not read whole. */
  readonly error?: CognitoError
}

/** A pool's configuration as a capture reads it, but for all clients except the first, or first few. */
export interface ReadOnce {
  /** By ListUserPoolClients; none where they cannot be listed. */
  readonly clients: readonly string[]
  /** The requests that this took, by operation. */
  readonly listing: ReadonlyMap<string, number>
  readonly kinds: readonly KindRead[]
}

export interface ReadOnceOptions {
  /** The answer of DescribeUserPool. */
  readonly pool: JsonObject
  readonly fetchImage: FetchImage
  readonly signal?: AbortSignal | undefined
  /** Clients that are looked at; one where it is left open. */
  readonly mostClients?: number
}

const KINDS_AT_ONCE = 6

/**
 * Reads each kind of a pool's configuration by the calls that a capture makes, of clients the first only: so each read
 * operation of it is tried, and what all of them take is known, by few requests.
 *
 * @throws CognitoError when the caller's credentials are refused
 */
export async function readOnce(
  api: CognitoApi,
  { pool, fetchImage, signal, mostClients = 1 }: ReadOnceOptions,
): Promise<ReadOnce> {
  const listing = countingCalls(api, signal)
  let asked: Promise<readonly string[]> | undefined
  const clients = (): Promise<readonly string[]> => (asked ??= listClientIds(listing.api, text(pool, 'Id')))
  const kinds: KindRead[] = []
  await parallel(RESOURCE_KINDS.entries(), KINDS_AT_ONCE, signal, async ([place, kind]) => {
    const calls = countingCalls(api, signal)
    const found: FoundResource[] = []
    const reading = {
      api: calls.api,
      pool,
      clientIds: async () => (await clients()).slice(0, mostClients),
      fetchImage: (url: string) => fetchImage(url, signal),
    }
    const error = await failureOf(async () => {
      for await (const resource of kind.read(reading)) found.push(resource)
    })
    kinds[place] = { kind, found, ...calls.counts, ...(error === undefined ? {} : { error }) }
  })
  return { clients: await clients().catch(() => []), listing: listing.counts.ofPool, kinds }
}

async function failureOf(read: () => Promise<void>): Promise<CognitoError | undefined> {
  try {
    await read()
    return undefined
  } catch (error) {
    if (!(error instanceof CognitoError) || isCredentialsFailure(error)) throw error
    return error
  }
}

interface CountingCalls {
  readonly api: CognitoApi
  readonly counts: { readonly ofPool: Map<string, number>; readonly ofClient: Map<string, number> }
}

function countingCalls(api: CognitoApi, signal: AbortSignal | undefined): CountingCalls {
  const counts = { ofPool: new Map<string, number>(), ofClient: new Map<string, number>() }
  return {
    counts,
    api: {
      ...api,
      call: (operation, input) => {
        const isOfClient = !['', ALL_CLIENTS].includes(text(input, 'ClientId'))
        const of = isOfClient ? counts.ofClient : counts.ofPool
        of.set(operation, (of.get(operation) ?? 0) + 1)
        return api.call(operation, input, { signal })
      },
    },
  }
}
