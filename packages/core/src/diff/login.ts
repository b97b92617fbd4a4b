import { text } from '../cognito/canonical-body.js'
import { isObject, type JsonObject } from '../model/canonical.js'
import { attributesOf, userOf, type UserView } from './user-view.js'

/** How people sign in to a pool, which decides what a user is known by in another pool. */
export interface LoginRules {
  /** `email`, `phone_number`: where Cognito makes the username itself. Empty where the username is the person's own. */
  readonly usernameAttributes: readonly string[]
  readonly caseSensitive: boolean
}

/** The rules of a pool, from its record. */
export function loginRules(pool: JsonObject): LoginRules {
  const attributes = pool['UsernameAttributes']
  const configuration = pool['UsernameConfiguration']
  return {
    usernameAttributes: Array.isArray(attributes) ? attributes.map(String) : [],
    caseSensitive: !isObject(configuration) || configuration['CaseSensitive'] !== false,
  }
}

/** What a user signs in with: the username, or the attribute that stands for it; `undefined` where there is none. */
export function loginOf(user: JsonObject, rules: LoginRules): string | undefined {
  if (rules.usernameAttributes.length === 0) return text(user, 'Username') || undefined
  const attributes = attributesOf(user)
  return rules.usernameAttributes
    .map((name) => attributes.get(name))
    .find((value) => value !== undefined && value !== '')
}

/** The key by which a user is found again in another pool; a user without a login is known by the sub alone. */
export function loginKey(view: UserView, rules: LoginRules): string {
  const user = userOf(view)
  // Whoever comes through a provider shares an address with others, but never an account.
  if (user['UserStatus'] === 'EXTERNAL_PROVIDER') return `federated:${text(user, 'Username')}`
  const login = loginOf(user, rules)
  if (login === undefined) return `sub:${view.sub}`
  return `login:${rules.caseSensitive ? login : login.toLowerCase()}`
}
