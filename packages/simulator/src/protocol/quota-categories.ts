/** A category of request quota, as the Developer Guide groups operations. */
export interface QuotaCategory {
  /** Requests a second for the account in the Region. */
  readonly requestsPerSecond: number
  /** Where set: requests a second that one operation may make on one pool. */
  readonly perOperationAndPool?: number
  readonly operations: readonly string[]
}

/**
 * Default quotas of an account ("Quotas in Amazon Cognito", Developer Guide). Operations newer than the guide's
 * table are put with the resource that they belong to.
 */
export const quotaCategories = {
  UserAuthentication: {
    requestsPerSecond: 120,
    operations: [
      'AdminInitiateAuth',
      'InitiateAuth',
      'AdminRespondToAuthChallenge',
      'RespondToAuthChallenge',
    ],
  },
  UserCreation: {
    requestsPerSecond: 50,
    operations: ['SignUp', 'ConfirmSignUp', 'AdminCreateUser', 'AdminConfirmSignUp'],
  },
  UserAccountRecovery: {
    requestsPerSecond: 30,
    operations: [
      'ChangePassword',
      'ConfirmForgotPassword',
      'ForgotPassword',
      'AdminResetUserPassword',
      'AdminSetUserPassword',
    ],
  },
  UserRead: { requestsPerSecond: 120, operations: ['AdminGetUser', 'GetUser', 'AdminGetUserAuthFactors'] },
  UserUpdate: {
    requestsPerSecond: 25,
    operations: [
      'AdminAddUserToGroup',
      'AdminRemoveUserFromGroup',
      'AdminUpdateUserAttributes',
      'AdminDeleteUserAttributes',
      'AdminDeleteUser',
      'AdminDisableUser',
      'AdminEnableUser',
      'AdminLinkProviderForUser',
      'AdminDisableProviderForUser',
      'AdminUserGlobalSignOut',
      'DeleteUser',
      'DeleteUserAttributes',
      'UpdateUserAttributes',
      'VerifyUserAttribute',
    ],
  },
  UserResourceRead: {
    requestsPerSecond: 50,
    operations: ['AdminListGroupsForUser', 'AdminListDevices', 'AdminGetDevice', 'AdminListUserAuthEvents'],
  },
  UserResourceUpdate: {
    requestsPerSecond: 25,
    operations: [
      'AdminSetUserMFAPreference',
      'AdminSetUserSettings',
      'AdminUpdateDeviceStatus',
      'AdminForgetDevice',
    ],
  },
  UserList: { requestsPerSecond: 30, operations: ['ListUsers', 'ListUsersInGroup'] },
  UserPoolRead: {
    requestsPerSecond: 15,
    operations: ['DescribeUserPool', 'ListUserPools', 'ListUserPoolReplicas'],
  },
  UserPoolUpdate: {
    requestsPerSecond: 15,
    operations: [
      'CreateUserPool',
      'UpdateUserPool',
      'DeleteUserPool',
      'CreateUserPoolReplica',
      'UpdateUserPoolReplica',
      'DeleteUserPoolReplica',
    ],
  },
  UserPoolResourceRead: {
    requestsPerSecond: 20,
    perOperationAndPool: 5,
    operations: [
      'DescribeIdentityProvider',
      'DescribeResourceServer',
      'DescribeUserPoolDomain',
      'GetGroup',
      'GetUserPoolMfaConfig',
      'ListGroups',
      'ListIdentityProviders',
      'ListResourceServers',
      'ListTagsForResource',
      'DescribeRiskConfiguration',
      'GetUICustomization',
      'GetLogDeliveryConfiguration',
      'DescribeManagedLoginBranding',
      'DescribeManagedLoginBrandingByClient',
      'DescribeTerms',
      'DescribeTermsByClient',
      'ListTerms',
      'DescribeUserImportJob',
      'ListUserImportJobs',
      'GetSigningCertificate',
      'GetCSVHeader',
      'GetUserPoolSessionConfiguration',
    ],
  },
  UserPoolResourceUpdate: {
    requestsPerSecond: 15,
    perOperationAndPool: 5,
    operations: [
      'AddCustomAttributes',
      'CreateGroup',
      'UpdateGroup',
      'DeleteGroup',
      'CreateIdentityProvider',
      'UpdateIdentityProvider',
      'DeleteIdentityProvider',
      'CreateResourceServer',
      'UpdateResourceServer',
      'DeleteResourceServer',
      'CreateUserPoolDomain',
      'UpdateUserPoolDomain',
      'DeleteUserPoolDomain',
      'SetUserPoolMfaConfig',
      'SetUserPoolSessionConfiguration',
      'TagResource',
      'UntagResource',
      'SetRiskConfiguration',
      'SetUICustomization',
      'SetLogDeliveryConfiguration',
      'CreateManagedLoginBranding',
      'UpdateManagedLoginBranding',
      'DeleteManagedLoginBranding',
      'CreateTerms',
      'UpdateTerms',
      'DeleteTerms',
      'CreateUserImportJob',
      'StartUserImportJob',
      'StopUserImportJob',
    ],
  },
  UserPoolClientRead: {
    requestsPerSecond: 15,
    perOperationAndPool: 5,
    operations: [
      'DescribeUserPoolClient',
      'ListUserPoolClients',
      'ListUserPoolClientSecrets',
      'GetUserPoolClientSessionConfiguration',
    ],
  },
  UserPoolClientUpdate: {
    requestsPerSecond: 15,
    perOperationAndPool: 5,
    operations: [
      'CreateUserPoolClient',
      'UpdateUserPoolClient',
      'DeleteUserPoolClient',
      'AddUserPoolClientSecret',
      'DeleteUserPoolClientSecret',
      'SetUserPoolClientSessionConfiguration',
    ],
  },
  IdentityPoolRead: {
    requestsPerSecond: 10,
    operations: [
      'cognito-identity:DescribeIdentityPool',
      'cognito-identity:ListIdentityPools',
      'cognito-identity:GetIdentityPoolRoles',
      'cognito-identity:GetPrincipalTagAttributeMap',
      'cognito-identity:ListTagsForResource',
    ],
  },
  IdentityPoolUpdate: {
    requestsPerSecond: 5,
    operations: [
      'cognito-identity:CreateIdentityPool',
      'cognito-identity:UpdateIdentityPool',
      'cognito-identity:DeleteIdentityPool',
      'cognito-identity:SetIdentityPoolRoles',
      'cognito-identity:SetPrincipalTagAttributeMap',
      'cognito-identity:TagResource',
      'cognito-identity:UntagResource',
    ],
  },
} as const satisfies Record<string, QuotaCategory>

/** The name of a quota category. */
export type QuotaCategoryName = keyof typeof quotaCategories

const categoryByOperation = new Map<string, QuotaCategoryName>()
for (const [name, category] of Object.entries(quotaCategories)) {
  for (const operation of category.operations) categoryByOperation.set(operation, name as QuotaCategoryName)
}

/** The category that an operation counts against, if it has one. */
export function quotaCategoryOf(operation: string): QuotaCategoryName | undefined {
  return categoryByOperation.get(operation)
}
