import { type CognitoApi, REQUEST_TIMEOUT_MS } from '../cognito/cognito-api.js'
import { objects, text } from '../cognito/canonical-body.js'
import { findUser } from '../cognito/shards.js'
import { attributesOf } from '../diff/user-view.js'
import type { JsonObject } from '../model/canonical.js'

/** For how long after an intent its calls may be sent; then a new intent is due. */
export const INTENT_VALID_MS = 5 * 60_000
/** The service's clock is known to a second, and its dates may be cut to one. */
const CLOCK_GRAIN_MS = 2_000

/** Whoever a creation request has made, or whoever stands in its way. */
export async function findCreatedUser(
  api: CognitoApi,
  poolId: string,
  input: JsonObject,
): Promise<JsonObject | undefined> {
  const username = text(input, 'Username')
  const byName = await findUser(api, poolId, 'username', username)
  if (byName !== undefined) return byName
  // Where the service makes usernames, the request's is the address that the user signs in with.
  const attribute = username.includes('@') ? 'email' : /^\+\d+$/.test(username) ? 'phone_number' : undefined
  return attribute === undefined ? undefined : findUser(api, poolId, attribute, username)
}

/**
 * Whether a user is provably the one that this run's creation made: in the state that only an administrator's creation
 * gives, untouched since, with exactly the attributes that were asked for, made at a moment at which this run may have
 * sent its call. Signing up, migrating and signing in through a provider give other states. Whoever fails one of these
 * is somebody else, and is left alone.
 */
export function isOwnUser(user: JsonObject, input: JsonObject, intents: readonly (number | null)[]): boolean {
  if (user['UserStatus'] !== 'FORCE_CHANGE_PASSWORD' || user['Enabled'] !== true) return false
  const created = user['UserCreateDate']
  if (typeof created !== 'number' || user['UserLastModifiedDate'] !== created) return false
  if (!intents.some((intent) => isWithin(created * 1000, intent))) return false
  const asked = attributesOf({ Attributes: objects(input, 'UserAttributes') })
  const found = attributesOf(user)
  found.delete('sub')
  // Where the service makes usernames, it adds the address that stands for it.
  const login = text(input, 'Username')
  for (const name of ['email', 'phone_number']) {
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
