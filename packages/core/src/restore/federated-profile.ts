import { text } from '../cognito/canonical-body.js'
import { identitiesOf } from '../diff/linked-identities.js'
import type { JsonObject } from '../model/canonical.js'

/**
 * Whether a user is the profile of an identity at a provider, whatever state an administrator has put it into: made
 * again under its name as a native user, it would keep its person from signing in through the provider.
 */
export function isFederatedProfile(user: JsonObject): boolean {
  const username = text(user, 'Username').toLowerCase()
  return identitiesOf(user).some(({ provider, userId }) => username === `${provider}_${userId}`.toLowerCase())
}
