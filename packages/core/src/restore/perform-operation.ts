import { isException } from '../cognito/cognito-api.js'
import { findUser, subOf } from '../cognito/shards.js'
import { text } from '../cognito/canonical-body.js'
import type { PlannedOperation } from '../cognito/operation.js'
import { resolve, type Bindings } from './bindings.js'
import {
  GONE,
  type Performed,
  type PerformContext,
  refused,
  type ResolvedOperation,
  SOMEBODY_ELSE,
} from './perform.js'
import { performCreate } from './perform-create.js'
import { performDelete } from './perform-delete.js'
import { isLinkCall, performLink } from './perform-link.js'
import { isPreferenceCall, performPreference } from './perform-mfa.js'
import { performPatch, performTags } from './perform-patch.js'
import { performUserUpdate } from './perform-user-update.js'

/** Performs one operation of a plan, in the way that is right for what it does. */
export async function performOperation(
  planned: PlannedOperation,
  bindings: Bindings,
  context: PerformContext,
): Promise<Performed> {
  const { patch, ...rest } = planned
  const operation: ResolvedOperation = {
    ...rest,
    input: resolve(planned.input, bindings),
    ...(patch === undefined ? {} : { patch: resolve(patch, bindings) }),
  }
  if (isCreation(operation.operation)) return performCreate(operation, context)
  if (operation.patch !== undefined) return performPatch(operation, context)
  if (operation.operation === 'TagResource') return performTags(operation, context)
  if (isLinkCall(operation.operation)) return performLink(operation, bindings.get('newSub'), context)
  if (isPreferenceCall(operation.operation))
    return performPreference(operation, bindings.get('newSub'), context)
  if (isDeletion(operation.operation)) return performDelete(operation, context)
  return performUserCall(operation, bindings.get('newSub'), context)
}

/**
 * Does something to a user who is there: by the username, but only while it is the user who is meant. Whom this process
 * has made a moment ago need not be looked at; after a stop anybody may have taken the name.
 */
async function performUserCall(
  operation: ResolvedOperation,
  madeSub: string | undefined,
  context: PerformContext,
): Promise<Performed> {
  const { sub = context.inDoubt ? madeSub : undefined, ...expects } = operation.expects ?? {}
  // One look for both: between two, the name could become somebody else's.
  if (Object.keys(expects).length > 0) return performUserUpdate({ ...operation, expects }, sub, context)
  if (sub !== undefined) {
    const user = await findUser(context.api, context.poolId, 'username', text(operation.input, 'Username'))
    if (user === undefined) return GONE
    if (subOf(user) !== sub) return SOMEBODY_ELSE
  }
  if (operation.operation === 'AdminSetUserPassword' && context.inDoubt)
    return setPasswordOnce(operation, context)
  return performCall(operation, context)
}

/** Whether an operation makes something, so that it is to be looked for before it is tried again. */
function isCreation(operation: string): boolean {
  return /^(Create|AdminCreate|AddCustomAttributes)/.test(operation)
}

/** Taking a user out of a group deletes a membership only: it is a call that may be repeated. */
function isDeletion(operation: string): boolean {
  return operation === 'AdminDeleteUser' || /^Delete/.test(operation)
}

/** A call that may be repeated: it leaves the same state however often it is sent. */
async function performCall(operation: ResolvedOperation, context: PerformContext): Promise<Performed> {
  try {
    await context.api.call(operation.operation, operation.input, { signal: context.signal })
    return { outcome: 'done' }
  } catch (error) {
    if (isException(error, 'UserNotFoundException')) return GONE
    return await refused(error, context)
  }
}

/**
 * A password that may have been set already is set again only while the user still waits for one: since the run
 * stopped, the user may have chosen a password, and that one stays.
 */
async function setPasswordOnce(operation: ResolvedOperation, context: PerformContext): Promise<Performed> {
  const user = await findUser(context.api, context.poolId, 'username', text(operation.input, 'Username'))
  if (user !== undefined && user['UserStatus'] !== 'FORCE_CHANGE_PASSWORD') return { outcome: 'done' }
  return performCall(operation, context)
}
