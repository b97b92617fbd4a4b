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

/** The call that puts a user into a group. */
export function addToGroup(
  username: string | JsonObject,
  group: string,
  withRole: boolean,
): PlannedOperation {
  const call = userCall('AdminAddUserToGroup', username)
  return {
    ...call,
    input: { ...call.input, GroupName: group },
    ...(withRole ? { widens: 'membership-with-role' as const } : {}),
  }
}
