import { parallel } from '../../model/parallel.js'
import type { JsonObject } from '../../model/canonical.js'
import { isException } from '../cognito-api.js'
import type { FoundResource, PoolReading } from './resource-kind.js'

/** Clients that one kind asks about at once; it bounds how many answers are held, some of which are megabytes. */
const AT_ONCE = 4

/**
 * Reads what each client has one of, under the client's id. The first client is asked about alone, so that what the tier
 * lacks costs one call. Of a client that is gone, or that has none of it, there is nothing.
 */
export async function* ofEachClient(
  reading: Pick<PoolReading, 'clientIds'>,
  describe: (clientId: string) => Promise<JsonObject | undefined>,
): AsyncGenerator<FoundResource> {
  const ids = await reading.clientIds()
  for (let at = 0; at < ids.length; at += at === 0 ? 1 : AT_ONCE) {
    const found = new Map<string, JsonObject>()
    const batch = ids.slice(at, at === 0 ? 1 : at + AT_ONCE)
    await parallel(batch, AT_ONCE, undefined, async (id) => {
      const body = await unlessGone(describe(id))
      if (body !== undefined) found.set(id, body)
    })
    for (const [name, body] of found) yield { name, body }
  }
}

/** The answer, or `undefined` where the service says that there is no such thing. */
export async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (isException(error, 'ResourceNotFoundException')) return undefined
    throw error
  }
}
