import { text } from '../cognito/canonical-body.js'
import { isObject, type JsonObject } from '../model/canonical.js'
import { attributesOf } from './user-view.js'

/** An identity at a provider that signs in as a user. */
export interface LinkedIdentity {
  readonly provider: string
  /** The identity's name at the provider. */
  readonly userId: string
}

/**
 * The identities of a user, from the attribute `identities`: the text of a JSON array that only the service writes, by
 * AdminLinkProviderForUser or a federated sign-in. None where it is not what the service writes.
 */
export function identitiesOf(user: JsonObject): LinkedIdentity[] {
  return entriesIn(attributesOf(user).get('identities')).map((entry) => ({
    provider: text(entry, 'providerName'),
    userId: text(entry, 'userId'),
  }))
}

/** The entries of the attribute, as the service wrote them. */
export function entriesIn(identities: string | undefined): JsonObject[] {
  try {
    const found: unknown = JSON.parse(identities ?? '[]')
    const isEntry = (entry: unknown): entry is JsonObject =>
      isObject(entry) && text(entry, 'providerName') !== ''
    return Array.isArray(found) && found.every(isEntry) ? found : []
  } catch {
    return []
  }
}

/** A text that is the same for the same identity. */
export function identityKey({ provider, userId }: LinkedIdentity): string {
  return JSON.stringify([provider, userId])
}

/**
 * Whether two values of the attribute are of the same identities, whenever and in whatever order they were linked. What is
 * not what the service writes is compared as the text that it is.
 */
export function areSameIdentities(a: string | undefined, b: string | undefined): boolean {
  if (a === b) return true
  const [ofA, ofB] = [entriesIn(a), entriesIn(b)]
  if (!isWhole(a, ofA.length) || !isWhole(b, ofB.length)) return false
  const [keysA, keysB] = [ofA, ofB].map((entries) => entries.map(keyOfEntry).sort().join())
  return keysA === keysB
}

/** Whether nothing of a value was passed over. */
function isWhole(identities: string | undefined, understood: number): boolean {
  if (identities === undefined) return true
  return understood > 0 || identities === '[]'
}

/** A text that is the same for the entries of the same identity. */
export function keyOfEntry(entry: JsonObject): string {
  return identityKey({ provider: text(entry, 'providerName'), userId: text(entry, 'userId') })
}
