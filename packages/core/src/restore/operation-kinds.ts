import type { ResourceKind } from '../cognito/resources/resource-kind.js'
import { identityPoolKind } from '../cognito/resources/identity-pool.js'
import { identityPoolRoles, principalTags } from '../cognito/resources/identity-pool-parts.js'
import { clientKind } from '../cognito/resources/client.js'
import { clientSessionKind } from '../cognito/resources/client-session.js'
import { domainKind } from '../cognito/resources/domain.js'
import { groupKind } from '../cognito/resources/group.js'
import { identityProviderKind } from '../cognito/resources/identity-provider.js'
import { logDeliveryKind } from '../cognito/resources/log-delivery.js'
import { riskKind } from '../cognito/resources/risk.js'
import { brandingKind } from '../cognito/resources/branding.js'
import { termsKind } from '../cognito/resources/terms.js'
import { uiKind } from '../cognito/resources/ui.js'
import { mfaKind } from '../cognito/resources/mfa.js'
import { poolKind } from '../cognito/resources/pool.js'
import { resourceServerKind } from '../cognito/resources/resource-server.js'
import { sessionKind } from '../cognito/resources/session.js'

/** How what an operation writes is looked at again: a kind of resource, or a part of one that has an operation of its own. */
export type Written = Pick<ResourceKind, 'settable' | 'find' | 'updateRequest'>

/** The kind of resource that an operation writes; `undefined` for users' operations. */
export function kindWrittenBy(operation: string): Written | undefined {
  return WRITES[operation]
}

const WRITES: Readonly<Record<string, Written>> = {
  UpdateUserPool: poolKind,
  AddCustomAttributes: poolKind,
  SetUserPoolMfaConfig: mfaKind,
  CreateUserPoolClient: clientKind,
  UpdateUserPoolClient: clientKind,
  DeleteUserPoolClient: clientKind,
  CreateIdentityProvider: identityProviderKind,
  UpdateIdentityProvider: identityProviderKind,
  DeleteIdentityProvider: identityProviderKind,
  CreateResourceServer: resourceServerKind,
  UpdateResourceServer: resourceServerKind,
  DeleteResourceServer: resourceServerKind,
  SetRiskConfiguration: riskKind,
  SetLogDeliveryConfiguration: logDeliveryKind,
  SetUserPoolSessionConfiguration: sessionKind,
  SetUserPoolClientSessionConfiguration: clientSessionKind,
  CreateUserPoolDomain: domainKind,
  UpdateUserPoolDomain: domainKind,
  DeleteUserPoolDomain: domainKind,
  SetUICustomization: uiKind,
  CreateManagedLoginBranding: brandingKind,
  UpdateManagedLoginBranding: brandingKind,
  DeleteManagedLoginBranding: brandingKind,
  CreateTerms: termsKind,
  UpdateTerms: termsKind,
  DeleteTerms: termsKind,
  CreateGroup: groupKind,
  UpdateGroup: groupKind,
  DeleteGroup: groupKind,
  CreateIdentityPool: identityPoolKind,
  UpdateIdentityPool: identityPoolKind,
  SetIdentityPoolRoles: identityPoolRoles,
  SetPrincipalTagAttributeMap: principalTags,
}
