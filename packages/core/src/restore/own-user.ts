import { type CognitoApi, REQUEST_TIMEOUT_MS } from '../cognito/cognito-api.js'
import { objects, text } from '../cognito/canonical-body.js'
import { findUser } from '../cognito/shards.js'
import type { LoginRules } from '../diff/login.js'
import { attributesOf } from '../diff/user-view.js'
import type { JsonObject } from '../model/canonical.js'

/** For how long after an intent its calls may be sent; then a new intent is due. */
export const INTENT_VALID_MS = 5 * 60_000
/** The service's clock is known to a second, and its dates may be cut to one. */
const CLOCK_GRAIN_MS = 2_000

/**
 * Whoever a creation request has made, or whoever stands in its way. Where the service makes usernames, the request's
 * is the address that the user signs in with; elsewhere an address is no name, however it looks.
 */
export async function findCreatedUser(
  api: CognitoApi,
  poolId: string,
  rules: LoginRules,
  input: JsonObject,
): Promise<JsonObject | undefined> {
  const username = text(input, 'Username')
  if (rules.usernameAttributes.length === 0) {
    const asAsked = await findUser(api, poolId, 'username', username)
    // The filter heeds case even where the pool does not, and the service may have put it into lower case.
    if (asAsked !== undefined || rules.caseSensitive || username === username.toLowerCase()) return asAsked
    return findUser(api, poolId, 'username', username.toLowerCase())
  }
  return findUser(api, poolId, username.includes('@') ? 'email' : 'phone_number', username)
}

/**
 * Whether a user is provably the one that this run's creation made: in the state that only an administrator's creation
 * gives, untouched since, with exactly the attributes that were asked for, made at a moment at which this run may have
 * sent its call (which names a temporary password, so that even a pool without passwords gives that state). Signing up, migrating and signing in through a provider give other states. Whoever fails one of these
 * is somebody else, and is left alone.
 */
export function isOwnUser(
  user: JsonObject,
  input: JsonObject,
  rules: LoginRules,
  intents: readonly (number | null)[],
): boolean {
  if (user['UserStatus'] !== 'FORCE_CHANGE_PASSWORD' || user['Enabled'] !== true) return false
  const created = user['UserCreateDate']
  if (typeof created !== 'number' || user['UserLastModifiedDate'] !== created) return false
  if (!intents.some((intent) => isWithin(created * 1000, intent))) return false
  const asked = attributesOf({ Attributes: objects(input, 'UserAttributes') })
  const found = attributesOf(user)
  found.delete('sub')
  // Where the service makes usernames, it adds the address that stands for it.
  const login = text(input, 'Username')
  for (const name of rules.usernameAttributes) {
    if (!asked.has(name) && found.get(name) === login) found.delete(name)
  }
  return found.size === asked.size && [...asked].every(([name, value]) => found.get(name) === value)
}

function isWithin(created: number, intent: number | null): boolean {
  if (intent === null) return false
  return (
    created >= intent - CLOCK_GRAIN_MS &&
    created <= intent + INTENT_VALID_MS + REQUEST_TIMEOUT_MS + CLOCK_GRAIN_MS
  )
}
