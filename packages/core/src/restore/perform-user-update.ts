import { objects, text } from '../cognito/canonical-body.js'
import { isException } from '../cognito/cognito-api.js'
import { findUser, subOf } from '../cognito/shards.js'
import { attributesOf } from '../diff/user-view.js'
import { type JsonObject, type JsonValue, sameJson } from '../model/canonical.js'
import { settleAddress, settledAddress, withoutHeldAddresses } from './addresses/give-addresses.js'
import { placeholderOf } from './addresses/placeholder.js'
import {
  DRIFTED,
  GONE,
  inEffect,
  type Performed,
  type PerformContext,
  refused,
  type ResolvedOperation,
  SOMEBODY_ELSE,
} from './perform.js'

/** Listings lag behind what this run wrote a moment ago: what is not as expected is looked at again before it counts. */
const LOOKS = 3
const WAIT_MS = 500

/**
 * Sets something about a user who lives, after looking whether the user is as the plan saw.
 *
 * @param sub who is meant, where that is known: the username may be somebody else's by now
 */
export async function performUserUpdate(
  operation: ResolvedOperation,
  sub: JsonValue | undefined,
  context: PerformContext,
): Promise<Performed> {
  const { api, poolId, clock, random, signal } = context
  try {
    for (let look = 1; ; look++) {
      const user = await findUser(api, poolId, 'username', text(operation.input, 'Username'))
      if (user === undefined) return GONE
      if (sub !== undefined && subOf(user) !== sub) return SOMEBODY_ELSE
      const settled = settledAddress(operation, subOf(user))
      if (settled !== undefined) return await settleAddress(settled, operation, user, context)
      const state = judge(operation, user, context.inDoubt)
      if (state === 'in effect') return inEffect(context)
      if (state === 'as expected') break
      if (look === LOOKS) return DRIFTED
      await clock.sleep(random() * WAIT_MS * 2 ** look, signal)
    }
    return await write(operation, context)
  } catch (error) {
    return await refused(error, context)
  }
}

async function write(operation: ResolvedOperation, context: PerformContext): Promise<Performed> {
  try {
    await context.api.call(operation.operation, operation.input, { signal: context.signal })
    return { outcome: 'done' }
  } catch (error) {
    if (isException(error, 'UserNotFoundException')) return GONE
    if (!isException(error, 'AliasExistsException')) throw error
    return withoutHeldAddresses(operation, context)
  }
}

/** Whether a user is as the operation leaves them, as it expects them, or neither. */
function judge(
  operation: ResolvedOperation,
  user: JsonObject,
  inDoubt: boolean,
): 'in effect' | 'as expected' | 'drifted' {
  const current = stateOf(user)
  const wanted = targetState(operation)
  const expects = operation.expects ?? {}
  const names = Object.keys(wanted)
  const isWanted = (name: string): boolean => sameJson(current[name] ?? null, wanted[name] ?? null)
  if (names.every(isWanted)) return 'in effect'
  // The verified flags of an address follow in a call of their own: after a crash between the two they may be either.
  const judged = [...new Set([...names, ...Object.keys(expects)])].filter(
    (name) => !(inDoubt && name.endsWith('_verified')),
  )
  const isExpected = (name: string): boolean =>
    sameJson(current[name] ?? null, expects[name] ?? null) ||
    (name in wanted && isWanted(name)) ||
    isReleased(name, current)
  return judged.every(isExpected) ? 'as expected' : 'drifted'
}

/** This run, or one before it, has put a placeholder where an address was, until the user's own comes. */
function isReleased(name: string, current: JsonObject): boolean {
  const address = name.replace(/_verified$/, '')
  return current[address] === placeholderOf(address, text(current, 'sub'))
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
