import { objects, text } from '../cognito/canonical-body.js'
import { findUser } from '../cognito/shards.js'
import { attributesOf } from '../diff/user-view.js'
import { type JsonObject, sameJson } from '../model/canonical.js'
import {
  DRIFTED,
  GONE,
  inEffect,
  type Performed,
  type PerformContext,
  refused,
  type ResolvedOperation,
} from './perform.js'

/** Sets something about a user who lives, after looking whether the user is as the plan saw. */
export async function performUserUpdate(
  operation: ResolvedOperation,
  context: PerformContext,
): Promise<Performed> {
  try {
    const user = await findUser(context.api, context.poolId, 'username', text(operation.input, 'Username'))
    if (user === undefined) return GONE
    const current = stateOf(user)
    const wanted = targetState(operation)
    const expects = operation.expects ?? {}
    const names = Object.keys(wanted)
    if (names.every((name) => sameJson(current[name] ?? null, wanted[name] ?? null))) return inEffect(context)
    const isExpected = (name: string): boolean =>
      sameJson(current[name] ?? null, expects[name] ?? null) ||
      sameJson(current[name] ?? null, wanted[name] ?? null)
    // The verified flags of an address follow in a call of their own: after a crash between the two they may be either.
    const judged = context.inDoubt ? names.filter((name) => !name.endsWith('_verified')) : names
    if (!judged.every(isExpected)) return DRIFTED
    await context.api.call(operation.operation, operation.input, { signal: context.signal })
    return { outcome: 'done' }
  } catch (error) {
    return refused(error)
  }
}

/** The parts of a user that a plan's expectations name: attributes, and `Enabled`. */
function stateOf(user: JsonObject): JsonObject {
  return { ...Object.fromEntries(attributesOf(user)), Enabled: user['Enabled'] ?? null }
}

/** What a user's parts are when the operation has taken effect; `null` for an attribute that it removes. */
function targetState({ operation, input }: ResolvedOperation): JsonObject {
  if (operation === 'AdminEnableUser') return { Enabled: true }
  if (operation === 'AdminDisableUser') return { Enabled: false }
  const removed = input['UserAttributeNames']
  if (Array.isArray(removed))
    return Object.fromEntries(removed.filter((name) => typeof name === 'string').map((name) => [name, null]))
  return Object.fromEntries(attributesOf({ Attributes: objects(input, 'UserAttributes') }))
}
