import { type PlannedOperation, POOL_REF, ref } from '../cognito/operation.js'
import type { JsonObject } from '../model/canonical.js'

/** Attributes that only the service writes. */
const SERVICE_WRITTEN = ['sub', 'identities']

/** Whether an attribute is written by the service alone. */
export function isServiceWritten(name: string): boolean {
  return SERVICE_WRITTEN.includes(name) || name.startsWith('cognito:')
}

/** A call about one user. */
export function userCall(operation: string, username: string | JsonObject): PlannedOperation {
  return { operation, input: { UserPoolId: ref(POOL_REF), Username: username } }
}

/** What a membership's operation expects of the group: its role, or `null`. */
export const GROUP_ROLE = 'group role'

/**
 * The call that puts a user into a group, while the group gives what the plan saw that it gives.
 *
 * @param role the group's, when the user is put into it
 * @param lives whether the pool lives already, so that this widens access
 */
export function addToGroup(
  username: string | JsonObject,
  group: string,
  { role, lives }: { readonly role: string | undefined; readonly lives: boolean },
): PlannedOperation {
  const call = userCall('AdminAddUserToGroup', username)
  return {
    ...call,
    input: { ...call.input, GroupName: group },
    expects: { [GROUP_ROLE]: role ?? null },
    ...(lives && role !== undefined ? { widens: 'membership-with-role' as const } : {}),
  }
}
