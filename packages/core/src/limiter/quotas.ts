/**
 * The request quotas of Cognito's user pools and identity pools: which category an operation draws from, and what the category allows.
 *
 * From the Developer Guide, "Quotas in Amazon Cognito". Operations newer than the guide's table (branding, terms, log
 * delivery, sessions, client secrets, replicas) are put with the resource that they belong to. Of the operations on identity
 * pools themselves the guide has those on tags only (ListTagsForResource 10, TagResource 5): the others are held to the same, reads and writes.
 */

export type QuotaCategory =
  | 'UserList'
  | 'UserRead'
  | 'UserResourceRead'
  | 'UserCreation'
  | 'UserAccountRecovery'
  | 'UserUpdate'
  | 'UserResourceUpdate'
  | 'UserPoolRead'
  | 'UserPoolUpdate'
  | 'UserPoolResourceRead'
  | 'UserPoolResourceUpdate'
  | 'UserPoolClientRead'
  | 'UserPoolClientUpdate'
  | 'IdentityPoolRead'
  | 'IdentityPoolUpdate'
  | 'LimitManagement'
  | 'Other'

export interface Quota {
  /** For all operations of the category together, in one account and Region. */
  requestsPerSecond: number
  /** Whether the account can buy more. */
  adjustable: boolean
  /** For each operation of the category on one pool, where the service limits that too. */
  operationOnPoolPerSecond?: number
}

/** What an account has that bought nothing. */
export const DEFAULT_QUOTAS: Readonly<Record<QuotaCategory, Readonly<Quota>>> = {
  UserList: { requestsPerSecond: 30, adjustable: false },
  UserRead: { requestsPerSecond: 120, adjustable: true },
  UserResourceRead: { requestsPerSecond: 50, adjustable: true },
  UserCreation: { requestsPerSecond: 50, adjustable: true },
  UserAccountRecovery: { requestsPerSecond: 30, adjustable: false },
  UserUpdate: { requestsPerSecond: 25, adjustable: false },
  UserResourceUpdate: { requestsPerSecond: 25, adjustable: false },
  UserPoolRead: { requestsPerSecond: 15, adjustable: false },
  UserPoolUpdate: { requestsPerSecond: 15, adjustable: false },
  UserPoolResourceRead: { requestsPerSecond: 20, adjustable: false, operationOnPoolPerSecond: 5 },
  UserPoolResourceUpdate: { requestsPerSecond: 15, adjustable: false, operationOnPoolPerSecond: 5 },
  UserPoolClientRead: { requestsPerSecond: 15, adjustable: false, operationOnPoolPerSecond: 5 },
  UserPoolClientUpdate: { requestsPerSecond: 15, adjustable: false, operationOnPoolPerSecond: 5 },
  IdentityPoolRead: { requestsPerSecond: 10, adjustable: true },
  IdentityPoolUpdate: { requestsPerSecond: 5, adjustable: true },
  LimitManagement: { requestsPerSecond: 1, adjustable: false },
  // Whatever is listed below nowhere: the service publishes nothing for it.
  Other: { requestsPerSecond: 5, adjustable: false },
}

/** Requests a second that an account has, by category; what is absent is as in {@link DEFAULT_QUOTAS}. */
export type QuotaOverrides = Readonly<Partial<Record<QuotaCategory, number>>>

const OPERATIONS: Readonly<Record<Exclude<QuotaCategory, 'Other'>, readonly string[]>> = {
  UserList: ['ListUsers', 'ListUsersInGroup'],
  UserRead: ['AdminGetUser', 'AdminGetUserAuthFactors'],
  UserResourceRead: [
    'AdminGetDevice',
    'AdminListDevices',
    'AdminListGroupsForUser',
    'AdminListUserAuthEvents',
    'AdminListUserSessions',
  ],
  UserCreation: ['AdminConfirmSignUp', 'AdminCreateUser'],
  UserAccountRecovery: ['AdminResetUserPassword', 'AdminSetUserPassword'],
  UserUpdate: [
    'AdminAddUserToGroup',
    'AdminDeleteUser',
    'AdminDeleteUserAttributes',
    'AdminDisableProviderForUser',
    'AdminDisableUser',
    'AdminEnableUser',
    'AdminLinkProviderForUser',
    'AdminRemoveUserFromGroup',
    'AdminUpdateUserAttributes',
    'AdminUserGlobalSignOut',
  ],
  UserResourceUpdate: [
    'AdminDeleteSoftwareToken',
    'AdminForgetDevice',
    'AdminRevokeUserSession',
    'AdminSetUserMFAPreference',
    'AdminSetUserSettings',
    'AdminUpdateAuthEventFeedback',
    'AdminUpdateDeviceStatus',
  ],
  UserPoolRead: ['DescribeUserPool', 'ListUserPoolReplicas', 'ListUserPools'],
  UserPoolUpdate: [
    'CreateUserPool',
    'CreateUserPoolReplica',
    'DeleteUserPool',
    'DeleteUserPoolReplica',
    'UpdateUserPool',
    'UpdateUserPoolReplica',
  ],
  UserPoolResourceRead: [
    'DescribeIdentityProvider',
    'DescribeManagedLoginBranding',
    'DescribeManagedLoginBrandingByClient',
    'DescribeResourceServer',
    'DescribeRiskConfiguration',
    'DescribeTerms',
    'DescribeTermsByClient',
    'DescribeUserImportJob',
    'DescribeUserPoolDomain',
    'GetCSVHeader',
    'GetGroup',
    'GetIdentityProviderByIdentifier',
    'GetLogDeliveryConfiguration',
    'GetSigningCertificate',
    'GetUICustomization',
    'GetUserPoolMfaConfig',
    'GetUserPoolSessionConfiguration',
    'ListGroups',
    'ListIdentityProviders',
    'ListResourceServers',
    'ListTagsForResource',
    'ListTerms',
    'ListUserImportJobs',
  ],
  UserPoolResourceUpdate: [
    'AddCustomAttributes',
    'CreateGroup',
    'CreateIdentityProvider',
    'CreateManagedLoginBranding',
    'CreateResourceServer',
    'CreateTerms',
    'CreateUserImportJob',
    'CreateUserPoolDomain',
    'DeleteGroup',
    'DeleteIdentityProvider',
    'DeleteManagedLoginBranding',
    'DeleteResourceServer',
    'DeleteTerms',
    'DeleteUserPoolDomain',
    'SetLogDeliveryConfiguration',
    'SetRiskConfiguration',
    'SetUICustomization',
    'SetUserPoolMfaConfig',
    'SetUserPoolSessionConfiguration',
    'StartUserImportJob',
    'StopUserImportJob',
    'TagResource',
    'UntagResource',
    'UpdateGroup',
    'UpdateIdentityProvider',
    'UpdateManagedLoginBranding',
    'UpdateResourceServer',
    'UpdateTerms',
    'UpdateUserPoolDomain',
  ],
  UserPoolClientRead: [
    'DescribeUserPoolClient',
    'GetUserPoolClientSessionConfiguration',
    'ListUserPoolClientSecrets',
    'ListUserPoolClients',
  ],
  UserPoolClientUpdate: [
    'AddUserPoolClientSecret',
    'CreateUserPoolClient',
    'DeleteUserPoolClient',
    'DeleteUserPoolClientSecret',
    'SetUserPoolClientSessionConfiguration',
    'UpdateUserPoolClient',
  ],
  IdentityPoolRead: [
    'DescribeIdentityPool',
    'GetIdentityPoolRoles',
    'GetPrincipalTagAttributeMap',
    'ListIdentityPools',
  ],
  IdentityPoolUpdate: [
    'CreateIdentityPool',
    'DeleteIdentityPool',
    'SetIdentityPoolRoles',
    'SetPrincipalTagAttributeMap',
    'UpdateIdentityPool',
  ],
  LimitManagement: ['GetProvisionedLimit', 'UpdateProvisionedLimit'],
}

const categories: ReadonlyMap<string, QuotaCategory> = new Map(
  Object.entries(OPERATIONS).flatMap(([category, operations]) =>
    operations.map((operation) => [operation, category as QuotaCategory] as const),
  ),
)

/** The category whose quota `operation` draws from; `Other` for one that is not known. */
export function categoryOf(operation: string): QuotaCategory {
  return categories.get(operation) ?? 'Other'
}
