/** Operations of Cognito user pools, by what they are needed for: `permissions.ts` says who may them, and on what. */

/** Reads of a capture that IAM narrows to a pool. */
export const POOL_READS = [
  'DescribeIdentityProvider',
  'DescribeManagedLoginBrandingByClient',
  'DescribeRiskConfiguration',
  'DescribeTerms',
  'DescribeUserPool',
  'DescribeUserPoolClient',
  'GetLogDeliveryConfiguration',
  'GetSigningCertificate',
  'GetUICustomization',
  'GetUserPoolClientSessionConfiguration',
  'GetUserPoolMfaConfig',
  'GetUserPoolSessionConfiguration',
  'ListGroups',
  'ListIdentityProviders',
  'ListResourceServers',
  'ListTagsForResource',
  'ListTerms',
  'ListUserPoolClientSecrets',
  'ListUserPoolClients',
  'ListUserPoolReplicas',
  'ListUsers',
  'ListUsersInGroup',
]

/** Writes of people, of groups and of what belongs to them. */
export const PEOPLE_WRITES = [
  'AddCustomAttributes',
  'AdminAddUserToGroup',
  'AdminCreateUser',
  'AdminDeleteUser',
  'AdminDeleteUserAttributes',
  'AdminDisableProviderForUser',
  'AdminDisableUser',
  'AdminEnableUser',
  'AdminLinkProviderForUser',
  'AdminRemoveUserFromGroup',
  'AdminSetUserMFAPreference',
  'AdminSetUserPassword',
  'AdminUpdateUserAttributes',
  'CreateGroup',
  'DeleteGroup',
  'UpdateGroup',
]

/** Reads that a restore adds: of what it is about to change, and of what became of a call without an answer. */
export const RESTORE_READS = [
  'AdminGetUser',
  'DescribeManagedLoginBranding',
  'DescribeResourceServer',
  'DescribeTermsByClient',
  'GetGroup',
]

export const CONFIGURATION_WRITES = [
  'CreateIdentityProvider',
  'CreateManagedLoginBranding',
  'CreateResourceServer',
  'CreateTerms',
  'CreateUserPoolClient',
  'CreateUserPoolDomain',
  'DeleteIdentityProvider',
  'DeleteManagedLoginBranding',
  'DeleteResourceServer',
  'DeleteTerms',
  'DeleteUserPoolClient',
  'DeleteUserPoolDomain',
  'SetLogDeliveryConfiguration',
  'SetRiskConfiguration',
  'SetUICustomization',
  'SetUserPoolClientSessionConfiguration',
  'SetUserPoolMfaConfig',
  'SetUserPoolSessionConfiguration',
  'UpdateIdentityProvider',
  'UpdateManagedLoginBranding',
  'UpdateResourceServer',
  'UpdateTerms',
  'UpdateUserPool',
  'UpdateUserPoolClient',
  'UpdateUserPoolDomain',
]

/** What a drill makes: a pool, its resource servers, groups without roles, and people. */
export const TRIED_WRITES = [
  'AddCustomAttributes',
  'AdminAddUserToGroup',
  'AdminCreateUser',
  'AdminDisableUser',
  'AdminSetUserPassword',
  'AdminUpdateUserAttributes',
  'CreateGroup',
  'CreateResourceServer',
  'UpdateUserPool',
]
