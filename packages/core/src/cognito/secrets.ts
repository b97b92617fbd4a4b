import { isObject, type JsonValue } from '../model/canonical.js'

/** How names of members end whose values are secrets, also of those that are newer than this; without separators. */
const SECRET_ENDINGS = /(secret|secretvalue|secrethash|password|passwordhash|privatekey|apikey)$/

export const MASK = '(secret)'

/** The value with every secret in it replaced, so that it can be shown. */
export function masked(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(masked)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([member, inner]) => [member, isSecret(member) ? MASK : masked(inner)]),
  )
}

/** Whether a member of this name holds a secret. */
export function isSecret(member: string): boolean {
  return SECRET_ENDINGS.test(member.toLowerCase().replaceAll(/[_-]/g, ''))
}
