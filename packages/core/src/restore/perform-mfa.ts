import { text } from '../cognito/canonical-body.js'
import { mfaMembers } from '../cognito/capture-mfa.js'
import { isException } from '../cognito/cognito-api.js'
import { findUser, subOf } from '../cognito/shards.js'
import { only } from '../cognito/canonical-body.js'
import { sameJson } from '../model/canonical.js'
import { factorsIn, mfaState, NO_FACTORS, stateAfter } from './mfa-preference.js'
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

/** Whether an operation sets second factors. */
export function isPreferenceCall(operation: string): boolean {
  return operation === 'AdminSetUserMFAPreference'
}

/**
 * Sets second factors. What is on is looked at first by AdminGetUser, whose bill the call itself would bring, and only when it
 * is known by a listing who has the name; but not of whom this process has made a moment ago. What is neither as the plan saw
 * it nor as it is wanted has drifted.
 *
 * @param madeSub the sub of the user whom this step made, if it made one
 */
export async function performPreference(
  { operation, input, expects = {} }: ResolvedOperation,
  madeSub: string | undefined,
  context: PerformContext,
): Promise<Performed> {
  const { api, poolId, signal } = context
  const lives = text(expects, 'sub') !== ''
  const sub = lives ? text(expects, 'sub') : madeSub
  const expected = { ...NO_FACTORS, ...only(expects, Object.keys(NO_FACTORS)) }
  try {
    if (lives || context.inDoubt) {
      const user = await findUser(api, poolId, 'username', text(input, 'Username'))
      if (user === undefined) return GONE
      if (sub !== undefined && subOf(user) !== sub) return SOMEBODY_ELSE
      const named = { UserPoolId: poolId, Username: text(input, 'Username') }
      const found = mfaState(factorsIn(mfaMembers(await api.call('AdminGetUser', named, { signal }))))
      if (sameJson(found, stateAfter(expected, input))) return inEffect(context)
      if (!sameJson(found, expected)) return DRIFTED
    }
    await api.call(operation, input, { signal })
    return { outcome: 'done' }
  } catch (error) {
    if (isException(error, 'UserNotFoundException')) return GONE
    return await refused(error, context)
  }
}
