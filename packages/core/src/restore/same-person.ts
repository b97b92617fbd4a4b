import { attributesOf } from '../diff/user-view.js'
import type { LoginRules } from '../diff/login.js'
import { text } from '../cognito/canonical-body.js'
import type { JsonObject } from '../model/canonical.js'

/**
 * Whether a user of another pool, who signs in with what a user of the snapshot signed in with, is known to be the same
 * person. Anybody can sign up under a name or an address; only who has proven to have the address is known by it.
 */
export function isSamePerson(before: JsonObject, now: JsonObject, rules: LoginRules): boolean {
  if (text(now, 'UserStatus') === 'UNCONFIRMED') return false
  const [a, b] = [attributesOf(before), attributesOf(now)]
  const isVerified = (attributes: ReadonlyMap<string, string>, address: string): boolean =>
    attributes.get(`${address}_verified`)?.toLowerCase() === 'true'
  const login = rules.usernameAttributes.find((name) => (b.get(name) ?? '') !== '')
  if (login !== undefined) return isVerified(b, login)
  return ['email', 'phone_number'].every(
    (address) =>
      a.get(address)?.toLowerCase() === b.get(address)?.toLowerCase() &&
      (!isVerified(a, address) || isVerified(b, address)),
  )
}
