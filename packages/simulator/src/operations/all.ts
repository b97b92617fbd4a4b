import { identityPoolOperations } from '../identity-pools/pool-operations.js'
import { identityPoolRoleOperations } from '../identity-pools/role-operations.js'
import { identityPoolTagOperations } from '../identity-pools/tag-operations.js'
import { IDENTITY_POOL_PREFIX } from '../protocol/api-model.js'
import { clientSecretOperations } from './client-secrets.js'
import { clientOperations } from './clients.js'
import { csvHeaderOperations } from './csv-header.js'
import { domainOperations } from './domains.js'
import { groupOperations } from './groups.js'
import { identityProviderOperations } from './identity-providers.js'
import { logDeliveryOperations } from './log-delivery.js'
import { managedLoginBrandingOperations } from './managed-login-branding.js'
import { mfaOperations } from './mfa.js'
import type { Operations } from './operation.js'
import { replicaOperations } from './replicas.js'
import { resourceServerOperations } from './resource-servers.js'
import { riskConfigurationOperations } from './risk-configuration.js'
import { sessionOperations } from './sessions.js'
import { signInOperations } from './sign-in.js'
import { signingCertificateOperations } from './signing-certificate.js'
import { tagOperations } from './tags.js'
import { termsOperations } from './terms.js'
import { uiCustomizationOperations } from './ui-customization.js'
import { userAdministrationOperations } from './user-administration.js'
import { userAttributeOperations } from './user-attributes.js'
import { userCreationOperations } from './user-creation.js'
import { userImportJobOperations } from './user-import-jobs.js'
import { userLinkOperations } from './user-links.js'
import { userListingOperations } from './user-listing.js'
import { userMfaOperations } from './user-mfa.js'
import { userPoolOperations } from './user-pools.js'

/** Those of identity pools, by the names that tell them from those of user pools. */
const ofIdentityPools = (operations: Operations): Operations =>
  Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [`${IDENTITY_POOL_PREFIX}${name}`, operation]),
  )

/** Every operation that is simulated. */
export const allOperations: Operations = {
  ...userPoolOperations,
  ...userCreationOperations,
  ...userAdministrationOperations,
  ...userAttributeOperations,
  ...userLinkOperations,
  ...userListingOperations,
  ...groupOperations,
  ...clientOperations,
  ...identityProviderOperations,
  ...resourceServerOperations,
  ...domainOperations,
  ...mfaOperations,
  ...tagOperations,
  ...userMfaOperations,
  ...clientSecretOperations,
  ...sessionOperations,
  ...uiCustomizationOperations,
  ...riskConfigurationOperations,
  ...logDeliveryOperations,
  ...managedLoginBrandingOperations,
  ...termsOperations,
  ...replicaOperations,
  ...signingCertificateOperations,
  ...csvHeaderOperations,
  ...userImportJobOperations,
  ...signInOperations,
  ...ofIdentityPools({
    ...identityPoolOperations,
    ...identityPoolRoleOperations,
    ...identityPoolTagOperations,
  }),
}
