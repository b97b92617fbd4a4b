import { isObject, type JsonObject, type JsonValue } from '../model/canonical.js'

/** What widens access when it is put back; a plan lists these apart. */
export const WIDENINGS = [
  'enable-user',
  'membership-with-role',
  'group-role',
  'recreate-user',
  'client-secret',
  'client-access',
  'identity-provider',
  'sign-up',
  'weaker-passwords',
  'looser-mfa',
  'identity-pool-access',
  'identity-pool-role',
  'linked-identity',
] as const
export type Widening = (typeof WIDENINGS)[number]

/**
 * One call of a plan. A value `{"$ref": NAME}` inside `input` stands for an id that only the service can give: it is
 * filled in when the operation that binds NAME has been answered.
 */
export interface PlannedOperation {
  /** As the API reference names it. */
  readonly operation: string
  /** The request; for an update of what lives, only the members that identify it. */
  readonly input: JsonObject
  /**
   * For an update of what lives: the members to change (`null`: to leave out). The rest of the request is read from
   * the target right before the call, because Update operations reset what a request omits.
   */
  readonly patch?: JsonObject
  /** The values that the plan saw for what it changes or deletes; something else means that it drifted meanwhile. */
  readonly expects?: JsonObject
  /** The name under which the id that the answer gives is known from then on. */
  readonly binds?: string
  readonly widens?: Widening
}

/** The reference to an id that is not known yet. */
export function ref(name: string): JsonObject {
  return { $ref: name }
}

/** The name that a value refers to; `undefined` where it is no reference. */
export function refIn(value: JsonValue | undefined): string | undefined {
  if (!isObject(value)) return undefined
  const { $ref: name } = value
  return typeof name === 'string' && Object.keys(value).length === 1 ? name : undefined
}

/** An object of which names hold ids that are not known yet: each name in parts, texts and references. */
export function named(
  entries: readonly (readonly [name: readonly JsonValue[], value: JsonValue])[],
): JsonObject {
  const isKnown = entries.every(([name]) => name.every((part) => typeof part === 'string'))
  if (isKnown) return Object.fromEntries(entries.map(([name, value]) => [knownName(name), value]))
  return { $members: entries.map(([name, value]) => [[...name], value]) }
}

/** A name that is all known; one that is not stands for no name. */
export function knownName(parts: readonly JsonValue[]): string {
  const texts = parts.filter((part) => typeof part === 'string')
  return texts.length === parts.length ? texts.join('') : ''
}

/** The members of an object that {@link named} may have made. */
export function membersIn(value: JsonObject): [name: JsonValue[], value: JsonValue][] {
  const { $members: members } = value
  return Array.isArray(members) && Object.keys(value).length === 1
    ? (members as [JsonValue[], JsonValue][])
    : Object.entries(value).map(([name, inner]) => [[name], inner])
}

/** All references in a value, at any depth. */
export function refsIn(value: JsonValue): string[] {
  if (Array.isArray(value)) return value.flatMap(refsIn)
  const name = refIn(value)
  if (name !== undefined) return [name]
  return isObject(value) ? Object.values(value).flatMap(refsIn) : []
}

/** The pool that is restored into, whether it exists or is made by the plan. */
export const POOL_REF = 'pool'
export const POOL_ARN_REF = 'poolArn'
/** The pool as identity pools name it. */
export const POOL_PROVIDER_REF = 'poolProvider'

export function clientRef(clientId: string): string {
  return `client/${clientId}`
}

export function identityPoolRef(identityPoolId: string): string {
  return `identity-pool/${identityPoolId}`
}

export function groupRef(name: string): string {
  return `group/${name}`
}

export function userRef(sub: string): string {
  return `user/${sub}`
}
