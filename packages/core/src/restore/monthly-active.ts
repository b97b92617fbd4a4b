import type { PlannedOperation } from '../cognito/operation.js'

/**
 * The operations of a plan that make their user monthly active, and so are billed: creating, setting a password, changing
 * attributes or groups; a second factor too, of which no document says it. Listing, enabling, disabling and deleting do not. Of links no document says it; they are written
 * to the attribute `identities`, and are counted, so that nobody is billed who was not announced.
 */
const MAKE_ACTIVE = new Set([
  'AdminCreateUser',
  'AdminSetUserPassword',
  'AdminUpdateUserAttributes',
  'AdminDeleteUserAttributes',
  'AdminAddUserToGroup',
  'AdminRemoveUserFromGroup',
  'AdminSetUserMFAPreference',
  'AdminLinkProviderForUser',
  'AdminDisableProviderForUser',
])

/** Whether the user of an operation becomes monthly active by it. */
export function makesActive({ operation }: Pick<PlannedOperation, 'operation'>): boolean {
  return MAKE_ACTIVE.has(operation)
}
