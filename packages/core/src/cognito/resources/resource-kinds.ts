import { clientKind } from './client.js'
import { clientSessionKind } from './client-session.js'
import { domainKind } from './domain.js'
import { groupKind } from './group.js'
import { identityPoolKind } from './identity-pool.js'
import { identityProviderKind } from './identity-provider.js'
import { riskKind } from './risk.js'
import { logDeliveryKind } from './log-delivery.js'
import { clientSecretsKind } from './client-secrets.js'
import { uiKind } from './ui.js'
import { brandingKind } from './branding.js'
import { termsKind } from './terms.js'
import { replicaKind } from './replica.js'
import { signingCertificateKind } from './signing-certificate.js'
import { mfaKind } from './mfa.js'
import { poolKind } from './pool.js'
import type { ResourceKind } from './resource-kind.js'
import { resourceServerKind } from './resource-server.js'
import { sessionKind } from './session.js'
import { tagsKind } from './tags.js'

/** Every kind of configuration, in the order in which a new pool must be given them. */
export const RESOURCE_KINDS: readonly ResourceKind[] = [
  poolKind,
  mfaKind,
  identityProviderKind,
  resourceServerKind,
  clientKind,
  clientSecretsKind,
  riskKind,
  sessionKind,
  clientSessionKind,
  logDeliveryKind,
  domainKind,
  uiKind,
  brandingKind,
  termsKind,
  groupKind,
  tagsKind,
  replicaKind,
  signingCertificateKind,
  identityPoolKind,
]

/** The kinds that these plurals name, and with clients what belongs to them: nobody knows to whose it belongs then. */
export function kindsNamed(plurals: ReadonlySet<string>): ReadonlySet<string> {
  const isNamed = ({ plural, ofClients }: ResourceKind): boolean =>
    plurals.has(plural) || (ofClients === true && plurals.has(clientKind.plural))
  return new Set(RESOURCE_KINDS.filter(isNamed).map(({ kind }) => kind))
}

/** The kind of this name; a vault written by a later version may hold others. */
export function resourceKind(kind: string): ResourceKind | undefined {
  return RESOURCE_KINDS.find((candidate) => candidate.kind === kind)
}
