import type { Account } from '../account.js'
import type { JsonObject } from '../json.js'
import { notFound } from '../service-error.js'
import type { Client, ClientSecret, Pool } from './pool.js'

const SECRET_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** The client of an id; ResourceNotFoundException without one. */
export function clientOf(pool: Pool, id: string | undefined): Client {
  const client = pool.clients.get(id ?? '')
  if (client === undefined) throw notFound(`User pool client ${id ?? ''} does not exist.`)
  return client
}

/** A new secret: the caller's, or one of the service's making. Its id is the client's and the time. */
export function createSecret(
  account: Account,
  clientId: string,
  given: string | undefined,
  others: readonly ClientSecret[] = [],
): ClientSecret {
  // Two of the same millisecond would share an id.
  const createdAt = Math.max(account.clock.now(), ...others.map((other) => other.createdAt + 1))
  return {
    id: `${clientId}--${createdAt}`,
    value: given ?? account.random.text(51, SECRET_ALPHABET),
    createdAt,
  }
}

/** The secret that a description of the client shows: of two the older one. */
export function shownSecret(client: Client): JsonObject {
  const [oldest] = client.secrets
  return oldest === undefined ? {} : { ClientSecret: oldest.value }
}

/** Removes a client with all that is kept for it. */
export function deleteClient(pool: Pool, client: Client): void {
  pool.clients.delete(client.id)
  for (const key of pool.settings.keys()) if (key.endsWith(` ${client.id}`)) pool.settings.delete(key)
  for (const documents of [pool.brandings, pool.terms]) {
    for (const { id, clientId } of documents.values()) if (clientId === client.id) documents.delete(id)
  }
}
