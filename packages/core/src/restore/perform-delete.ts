import { canonicalBody, text } from '../cognito/canonical-body.js'
import { CognitoError, isException } from '../cognito/cognito-api.js'
import { findUser, subOf } from '../cognito/shards.js'
import { sameJson, type JsonObject } from '../model/canonical.js'
import { kindWrittenBy } from './operation-kinds.js'
import { DRIFTED, type Performed, type PerformContext, refused, type ResolvedOperation } from './perform.js'

const ATTEMPTS = 6
const WAIT_MS = 500

/** Deletes what the plan showed, if it is still what the plan saw. What is gone already is deleted. */
export async function performDelete(
  operation: ResolvedOperation,
  context: PerformContext,
): Promise<Performed> {
  for (let attempt = 1; ; attempt++) {
    try {
      const found = await lookAt(operation, context)
      if (found === undefined) return { outcome: attempt === 1 && !context.inDoubt ? 'already' : 'done' }
      if (!sameJson(found, operation.expects)) return DRIFTED
      await context.api.call(operation.operation, operation.input, { signal: context.signal })
      return { outcome: 'done' }
    } catch (error) {
      // Of a user, the other exception says that the pool is gone, and with it nobody that this run has deleted.
      const gone =
        operation.operation === 'AdminDeleteUser' ? 'UserNotFoundException' : 'ResourceNotFoundException'
      if (isException(error, gone)) return { outcome: 'done' }
      if (!(error instanceof CognitoError) || error.outcome !== 'ambiguous' || attempt >= ATTEMPTS)
        return await refused(error, context)
      await context.clock.sleep(context.random() * WAIT_MS * 2 ** attempt, context.signal)
    }
  }
}

/** What is to be deleted, in the terms in which the plan remembers it. */
async function lookAt(
  { operation, input }: ResolvedOperation,
  context: PerformContext,
): Promise<JsonObject | undefined> {
  if (operation === 'AdminDeleteUser') {
    const user = await findUser(context.api, context.poolId, 'username', text(input, 'Username'))
    if (user === undefined) return undefined
    return { sub: subOf(user), UserLastModifiedDate: canonicalBody(user)['UserLastModifiedDate'] ?? null }
  }
  const kind = kindWrittenBy(operation)
  const found = await kind?.find(context.api, input, context.fetchImage)
  return found === undefined ? undefined : kind?.settable(canonicalBody(found))
}
