import { isObject, type JsonObject, type JsonValue } from '../../model/canonical.js'
import { object } from '../canonical-body.js'
import type { Widening } from '../operation.js'

/** The members of a change to a pool, those apart that widen access. */
export function byWidening(patch: JsonObject, current: JsonObject): Map<string[], Widening | undefined> {
  const parts = new Map<Widening | undefined, string[]>()
  for (const member of Object.keys(patch)) {
    const widens = wideningOf(member, patch[member], current[member])
    parts.set(widens, [...(parts.get(widens) ?? []), member])
  }
  return new Map([...parts].map(([widens, members]) => [members, widens]))
}

function wideningOf(
  member: string,
  wanted: JsonValue | undefined,
  current: JsonValue | undefined,
): Widening | undefined {
  const [a, b] = [isObject(wanted) ? wanted : {}, isObject(current) ? current : {}]
  if (member === 'AdminCreateUserConfig') {
    return b['AllowAdminCreateUserOnly'] === true && a['AllowAdminCreateUserOnly'] !== true
      ? 'sign-up'
      : undefined
  }
  if (member !== 'Policies') return undefined
  return isWeaker(object(a, 'PasswordPolicy') ?? {}, object(b, 'PasswordPolicy') ?? {})
    ? 'weaker-passwords'
    : undefined
}

/** Whether passwords may be shorter, plainer or used again sooner. */
function isWeaker(wanted: JsonObject, current: JsonObject): boolean {
  return Object.entries(current).some(([member, now]) => {
    if (member === 'TemporaryPasswordValidityDays') return false
    const before = wanted[member]
    return typeof now === 'number' ? Number(before ?? 0) < now : now === true && before !== true
  })
}
