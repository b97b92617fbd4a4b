import { isException } from '../cognito/cognito-api.js'
import { object, text } from '../cognito/canonical-body.js'
import { findUser } from '../cognito/shards.js'
import { identitiesOf, identityKey, type LinkedIdentity } from '../diff/linked-identities.js'
import type { JsonObject } from '../model/canonical.js'
import {
  GONE,
  inEffect,
  type Performed,
  type PerformContext,
  refused,
  type ResolvedOperation,
} from './perform.js'

const LINK = 'AdminLinkProviderForUser'
const UNLINK = 'AdminDisableProviderForUser'

/** Listings lag behind a link that was made a moment ago. */
const LOOKS = 3
const WAIT_MS = 500

/** Whether an operation makes or ends a link between a user and an identity. */
export function isLinkCall(operation: string): boolean {
  return operation === LINK || operation === UNLINK
}

/** The identity that a request links a user to, or parts from one; by the operation's own members. */
export function identityIn(input: JsonObject): LinkedIdentity {
  const source = object(input, 'SourceUser') ?? object(input, 'User') ?? {}
  return { provider: text(source, 'ProviderName'), userId: text(source, 'ProviderAttributeValue') }
}

/**
 * Makes or ends a link. Whether it is there is seen in the user's `identities`, before the call where the user lives or
 * a call may have been sent, and after a refusal: a link that is made twice is refused, and one that is gone is not found.
 */
export async function performLink(
  { operation, input, expects = {} }: ResolvedOperation,
  madeSub: string | undefined,
  context: PerformContext,
): Promise<Performed> {
  const identity = identityIn(input)
  const sub = text(expects, 'sub') || (madeSub ?? '')
  const find = (): Promise<JsonObject | undefined> => findUser(context.api, context.poolId, 'sub', sub)
  const isAsWanted = (user: JsonObject): boolean => hasIdentity(user, identity) === (operation === LINK)

  async function hasTakenEffect(): Promise<boolean> {
    for (let look = 1; ; look++) {
      const user = await find()
      if (user !== undefined && isAsWanted(user)) return true
      if (look === LOOKS) return false
      await context.clock.sleep(context.random() * WAIT_MS * 2 ** look, context.signal)
    }
  }

  try {
    if (expects['sub'] !== undefined || context.inDoubt) {
      const user = await find()
      if (user === undefined) return GONE
      if (isAsWanted(user)) return inEffect(context)
    }
    await context.api.call(operation, input, { signal: context.signal })
    return { outcome: 'done' }
  } catch (error) {
    const isRefusal = isException(error, 'AliasExistsException', 'InvalidParameterException')
    if (!isRefusal && !isException(error, 'UserNotFoundException')) return await refused(error, context)
    if (await hasTakenEffect()) return { outcome: 'done' }
    if (!isRefusal || operation !== LINK) return await refused(error, context)
    // Who has signed in through the provider meanwhile is a user of their own, which no link can take over.
    return {
      outcome: 'conflict',
      reason: `${operation}: ${error.exception}`,
      note: { code: 'link-taken', detail: identity.provider },
    }
  }
}

function hasIdentity(user: JsonObject, identity: LinkedIdentity): boolean {
  return identitiesOf(user).some((one) => identityKey(one) === identityKey(identity))
}
