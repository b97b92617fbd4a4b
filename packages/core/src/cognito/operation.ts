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

/** The pool that is restored into, whether it exists or is made by the plan. */
export const POOL_REF = 'pool'
export const POOL_ARN_REF = 'poolArn'

export function clientRef(clientId: string): string {
  return `client/${clientId}`
}

export function groupRef(name: string): string {
  return `group/${name}`
}

export function userRef(sub: string): string {
  return `user/${sub}`
}
