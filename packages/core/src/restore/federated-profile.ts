import { text } from '../cognito/canonical-body.js'
import { attributesOf } from '../diff/user-view.js'
import { isObject, type JsonObject } from '../model/canonical.js'

/**
 * Whether a user is the profile of an identity at a provider, whatever state an administrator has put it into: made
 * again under its name as a native user, it would keep its person from signing in through the provider.
 */
export function isFederatedProfile(user: JsonObject): boolean {
  const username = text(user, 'Username').toLowerCase()
  return identitiesOf(user).some(
    (identity) => username === `${text(identity, 'providerName')}_${text(identity, 'userId')}`.toLowerCase(),
  )
}

/** The entries of the attribute `identities`; none where it is not what the service writes. */
function identitiesOf(user: JsonObject): JsonObject[] {
  try {
    const found: unknown = JSON.parse(attributesOf(user).get('identities') ?? '[]')
    return Array.isArray(found) ? found.filter(isObject) : []
  } catch {
    return []
  }
}
