import type { RequestBudget } from '../limiter/budget.js'
import { text } from './canonical-body.js'
import { type CognitoApi, CognitoError } from './cognito-api.js'

/**
 * Writes that leave the same state when they are sent twice, so that an unknown outcome may be settled by sending them
 * again; of a link the second answer is a refusal, which is settled by looking. Creations and deletions are not among them: the second answer would be mistaken for somebody else's doing.
 */
const IDEMPOTENT_WRITES = new Set([
  'AdminAddUserToGroup',
  'AdminDeleteUserAttributes',
  'AdminDisableUser',
  'AdminDisableProviderForUser',
  'AdminEnableUser',
  'AdminLinkProviderForUser',
  'AdminRemoveUserFromGroup',
  'AdminSetUserPassword',
  'AdminUpdateUserAttributes',
  'SetIdentityPoolRoles',
  'SetLogDeliveryConfiguration',
  'SetPrincipalTagAttributeMap',
  'SetRiskConfiguration',
  'SetUICustomization',
  'SetUserPoolClientSessionConfiguration',
  'SetUserPoolMfaConfig',
  'SetUserPoolSessionConfiguration',
  'TagResource',
  'UntagResource',
  'UpdateGroup',
  'UpdateIdentityPool',
  'UpdateIdentityProvider',
  'UpdateManagedLoginBranding',
  'UpdateResourceServer',
  'UpdateTerms',
  'UpdateUserPool',
  'UpdateUserPoolClient',
  'UpdateUserPoolDomain',
])

function isRead(operation: string): boolean {
  return /^(List|Describe|Get|AdminGet|AdminList)/.test(operation)
}

/** Whether sending a call twice has the effect of sending it once. */
export function isIdempotent(operation: string): boolean {
  return isRead(operation) || IDEMPOTENT_WRITES.has(operation)
}

/**
 * The port with every call drawn from the request budget, which also retries what may be retried. An aborted signal ends
 * waiting and reading; a write that was sent is left to be answered, so that what became of it is known.
 */
export function withBudget(api: CognitoApi, budget: RequestBudget): CognitoApi {
  return {
    region: api.region,
    serverTime: () => api.serverTime(),
    call: (operation, input, options = {}) => {
      const request = {
        operation,
        idempotent: isIdempotent(operation),
        poolId: text(input, 'UserPoolId') || undefined,
        signal: options.signal,
      }
      const { beforeSend } = options
      return budget.run(request, () =>
        api.call(operation, input, isRead(operation) ? options : { beforeSend }),
      )
    },
  }
}

/** What a failed call means for the budget. */
export function classifyFailure(error: unknown): 'throttled' | 'not-sent' | 'ambiguous' | 'fatal' {
  if (!(error instanceof CognitoError) || error.outcome === 'refused') return 'fatal'
  return error.outcome
}
