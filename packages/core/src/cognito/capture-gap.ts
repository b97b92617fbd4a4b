import { type CognitoError, isAccessDenied } from './cognito-api.js'
import { failureWords } from './failure-words.js'
import { permissionFor } from './services.js'

/** A resource that a capture could not read: by which operation, and why. */
export interface CaptureGap {
  readonly resource: string
  readonly operation: string
  readonly reason: string
}

/** The resource of a gap in the listing of users. */
export const USERS_GAP = 'users'

/** The resource of a gap in the reading of second factors. */
export const MFA_GAP = 'second factors of users'

/** How many groups a gap names: a manifest has to hold it. */
const NAMED = 5

/** The resource of a gap in who is in these groups. */
export function membersGap(groups: readonly string[]): string {
  if (groups.length === 1) return `members of group ${groups[0] ?? ''}`
  const names = [...groups].sort().slice(0, NAMED).join(', ')
  return `members of ${groups.length} groups (${names}${groups.length > NAMED ? ', …' : ''})`
}

/** Whether {@link membersGap} named this resource. */
export function isMembersGap(resource: string): boolean {
  return resource.startsWith('members of ')
}

/** The exceptions that say that a feature does not apply to this pool, so that nothing is missing. */
const NOT_APPLICABLE = ['FeatureUnavailableInTierException', 'UserPoolAddOnNotEnabledException']

/** Whether the pool does not have what was asked for, rather than that it could not be read. */
export function doesNotApply(error: CognitoError): boolean {
  return NOT_APPLICABLE.includes(error.exception)
}

/** What a failed reading means for the snapshot. */
export function gapOf(resource: string, error: CognitoError): CaptureGap {
  return { resource, operation: error.operation, reason: reasonOf(error) }
}

function reasonOf(error: CognitoError): string {
  if (isAccessDenied(error)) return `access denied: the caller needs ${permissionFor(error.operation)}`
  if (error.outcome === 'throttled') return 'throttled for longer than was waited'
  return failureWords(error)
}
