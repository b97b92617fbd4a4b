/** What the operations on identity pools look at in requests; the model has checked their types. */
export interface IdentityPoolRequest {
  readonly IdentityPoolId?: string
  readonly IdentityPoolName: string
  readonly AllowUnauthenticatedIdentities: boolean
  readonly DeveloperProviderName?: string
  readonly CognitoIdentityProviders?: readonly UserPoolProvider[]
  readonly IdentityPoolTags?: Readonly<Record<string, string>>
}

/** A user pool that an identity pool takes tokens of. */
export interface UserPoolProvider {
  readonly ProviderName?: string
  readonly ClientId?: string
  readonly ServerSideTokenCheck?: boolean
}

/** Names an identity pool. */
export interface IdentityPoolNamed {
  readonly IdentityPoolId: string
}

/** Asks for a page of identity pools. */
export interface ListIdentityPoolsRequest {
  readonly MaxResults: number
  readonly NextToken?: string
}

/** How users of one provider get their role. */
export interface RoleMapping {
  readonly Type: 'Token' | 'Rules'
  readonly AmbiguousRoleResolution?: string
  readonly RulesConfiguration?: { readonly Rules: readonly unknown[] }
}

/** Sets all roles of an identity pool. */
export interface SetIdentityPoolRolesRequest extends IdentityPoolNamed {
  readonly Roles: Readonly<Record<string, string>>
  readonly RoleMappings?: Readonly<Record<string, RoleMapping>>
}

/** Names one provider of an identity pool, and sets its principal tags. */
export interface PrincipalTagRequest extends IdentityPoolNamed {
  readonly IdentityProviderName: string
  readonly UseDefaults?: boolean
  readonly PrincipalTags?: Readonly<Record<string, string>>
}

/** Reads, sets or removes tags. */
export interface TagRequest {
  readonly ResourceArn: string
  readonly Tags?: Readonly<Record<string, string>>
  readonly TagKeys?: readonly string[]
}
