import type { Account } from '../account.js'
import type { JsonObject } from '../json.js'
import { createSub } from '../random.js'
import { notFound } from '../service-error.js'
import type { ClientDocument } from './pool.js'

/** The document of an id; ResourceNotFoundException without one. */
export function documentOf(
  documents: ReadonlyMap<string, ClientDocument>,
  id: string | undefined,
  what: string,
): ClientDocument {
  const document = documents.get(id ?? '')
  if (document === undefined) throw notFound(`${what} does not exist.`)
  return document
}

/** A new document of a client, under an id of the service's making. */
export function createDocument(account: Account, clientId: string, body: JsonObject): ClientDocument {
  const now = account.clock.now()
  const id = createSub(account.random, 'random', account.region)
  return { id, clientId, body, createdAt: now, modifiedAt: now }
}

/** Replaces what a document says. */
export function rewriteDocument(account: Account, document: ClientDocument, body: JsonObject): void {
  document.body = body
  document.modifiedAt = account.clock.now()
}
