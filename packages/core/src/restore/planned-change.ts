import { text } from '../cognito/canonical-body.js'
import type { PlannedOperation } from '../cognito/operation.js'
import { settingsIn } from './mfa-preference.js'
import { identityIn } from './perform-link.js'
import type { Step } from './step.js'

/** One thing that a plan does, by name: what is shown before anybody says yes. Names members, never their values. */
export interface PlannedChange {
  readonly action: 'create' | 'change' | 'delete'
  /** `user`, or a kind of resource. */
  readonly kind: string
  readonly id: string
  readonly username?: string
  /** The settings, attributes or groups that are written or taken away. */
  readonly members: readonly string[]
}

/** What a step does; `undefined` where it does nothing. */
export function changeOf({ subject, operations }: Step): PlannedChange | undefined {
  const [first] = operations
  if (first === undefined) return undefined
  const { kind, id, username } = subject
  return {
    action: actionOf(first),
    kind,
    id,
    ...(username === undefined ? {} : { username }),
    members: actionOf(first) === 'change' ? [...new Set(operations.flatMap(membersOf))].sort() : [],
  }
}

function actionOf({ operation }: PlannedOperation): PlannedChange['action'] {
  if (/^(Create|AdminCreate)/.test(operation)) return 'create'
  return operation === 'AdminDeleteUser' || /^Delete/.test(operation) ? 'delete' : 'change'
}

/** What identifies the subject of a request is no change of it. */
const IDENTIFYING = [
  'UserPoolId',
  'Username',
  'ClientId',
  'ResourceArn',
  'ProviderName',
  'Identifier',
  'Domain',
  'IdentityPoolId',
  'IdentityProviderName',
]

function membersOf({ operation, input, patch }: PlannedOperation): string[] {
  switch (operation) {
    case 'AdminEnableUser':
    case 'AdminDisableUser':
      return ['Enabled']
    case 'AdminUpdateUserAttributes':
      return namesIn(input['UserAttributes'])
    case 'AdminDeleteUserAttributes':
      return names(input['UserAttributeNames']).map((name) => `-${name}`)
    case 'AdminSetUserMFAPreference':
      return settingsIn(input).map(({ factor, enabled }) => `${enabled ? '' : '-'}${factor}`)
    case 'AdminAddUserToGroup':
      return [`group ${text(input, 'GroupName')}`]
    case 'AdminLinkProviderForUser':
      return [`link to ${identityIn(input).provider}`]
    case 'AdminDisableProviderForUser':
      return [`-link to ${identityIn(input).provider}`]
    case 'AdminRemoveUserFromGroup':
      return [`-group ${text(input, 'GroupName')}`]
    default:
      return Object.keys(patch ?? input).filter((member) => !IDENTIFYING.includes(member))
  }
}

function names(list: unknown): string[] {
  return Array.isArray(list) ? list.map(String) : []
}

function namesIn(list: unknown): string[] {
  return Array.isArray(list) ? list.map((item) => String((item as { Name?: unknown }).Name)) : []
}
