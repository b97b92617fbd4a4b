import { object, text, without } from '../cognito/canonical-body.js'
import type { PlannedOperation } from '../cognito/operation.js'
import { canKeepSecret } from '../cognito/resources/client.js'
import { clientIdIn } from '../cognito/resources/client-name.js'
import { clientSecretsKind, countSecrets } from '../cognito/resources/client-secrets.js'
import { replicaKind } from '../cognito/resources/replica.js'
import { signingCertificateKind } from '../cognito/resources/signing-certificate.js'
import { identityPoolKind } from '../cognito/resources/identity-pool.js'
import { rolesGiven } from '../cognito/resources/identity-pool-providers.js'
import { uiKind } from '../cognito/resources/ui.js'
import { clientSessionKind } from '../cognito/resources/client-session.js'
import type { FoundResource, ResourceKind } from '../cognito/resources/resource-kind.js'
import { differsForGood } from '../cognito/resources/schema.js'
import { type JsonObject, sameJson } from '../model/canonical.js'
import type { Note } from './fidelity-notes.js'
import type { TargetFacts } from './target-facts.js'

/** Why a resource cannot be made at all. */
export function obstacleTo(
  kind: ResourceKind,
  wanted: FoundResource,
  domainsHeld: ReadonlySet<string>,
  facts: TargetFacts,
): Note | undefined {
  if (kind.kind === 'domain' && domainsHeld.has(wanted.name)) return { code: 'domain-held' }
  if (kind.kind === 'identity-provider' && lacksAppleKey(wanted)) return { code: 'apple-key' }
  return obstacleToSetting(kind, wanted, facts)
}

/** Why the target takes no request for what it may have already. */
export function obstacleToSetting(
  kind: ResourceKind,
  { name }: FoundResource,
  { clients, tracksSessions, hasDomain, unavailable }: TargetFacts,
): Note | undefined {
  if (unavailable.has(kind.kind)) return { code: 'not-available' }
  if (kind === clientSessionKind && !tracksSessions) return { code: 'sessions-not-tracked' }
  if (kind === uiKind && !hasDomain) return { code: 'style-needs-domain' }
  const client = kind.ofClients === true ? clientIdIn(name) : undefined
  return client === undefined || clients.has(client) ? undefined : { code: 'client-not-made' }
}

/** Whether it is a provider whose private key Cognito has not given. */
export function lacksAppleKey({ body }: FoundResource): boolean {
  return (
    text(body, 'ProviderType') === 'SignInWithApple' &&
    object(body, 'ProviderDetails')?.['private_key'] === undefined
  )
}

/** What is otherwise with a resource that is made anew. */
export function notesOfNew(kind: ResourceKind, { body }: FoundResource, facts: TargetFacts): Note[] {
  if (kind.kind === 'pool') return [{ code: 'new-pool-id' }, ...notesOfTriggers(body)]
  if (kind.kind === 'client') {
    return [
      { code: 'new-client-id' },
      ...(canKeepSecret(body) ? [] : [{ code: 'client-secret-new' } as const]),
    ]
  }
  if (kind.kind === 'domain' && object(body, 'CustomDomainConfig')?.['CertificateArn'] !== undefined) {
    return [{ code: 'custom-domain-dns' }]
  }
  if (kind === identityPoolKind) return notesOfNewIdentityPool(body)
  if (kind === clientSecretsKind) return countSecrets(body) > 1 ? [{ code: 'second-secret-lost' }] : []
  if (kind === replicaKind) return [{ code: 'replica-not-made' }]
  if (kind === signingCertificateKind)
    return facts.hasSamlProvider ? [{ code: 'signing-certificate-new' }] : []
  return text(body, 'ProviderType') === 'SAML' ? [{ code: 'saml-registration' }] : []
}

/** Which functions have to be told of a new pool before it can invoke them. */
function notesOfTriggers(pool: JsonObject): Note[] {
  const triggers = Object.keys(without(object(pool, 'LambdaConfig') ?? {}, ['KMSKeyID']))
  return triggers.length === 0 ? [] : [{ code: 'trigger-permission', detail: triggers.join(', ') }]
}

/** Roles trust an identity pool by its id. */
function notesOfNewIdentityPool(body: JsonObject): Note[] {
  const roles = rolesGiven(body)
  return [
    { code: 'identity-pool-id-new' },
    ...(roles.length === 0 ? [] : [{ code: 'identity-pool-trust', detail: roles.join(', ') } as const]),
  ]
}

/** What is to be said of a client that lives and has another number of secrets. */
export function notesOfSecrets(wanted: JsonObject, current: JsonObject): Note {
  return { code: countSecrets(wanted) > countSecrets(current) ? 'second-secret-lost' : 'secret-added' }
}

/** What is to be said of a resource that the target has under another id. */
export function notesOfOtherId(
  kind: ResourceKind,
  wanted: FoundResource,
  current: FoundResource,
  samePool: boolean,
): Note[] {
  if (kind.kind === 'pool') return samePool ? [] : [{ code: 'new-pool-id' }]
  if (wanted.name === current.name) return []
  if (kind === identityPoolKind) return [{ code: 'identity-pool-id-other' }]
  return kind.kind === 'client' ? [{ code: 'new-client-id' }] : []
}

/** Members that are written as a whole by operations of their own. */
const WRITTEN_BY: Readonly<Record<string, string>> = {
  SetIdentityPoolRoles: 'IdentityPoolRoles',
  SetPrincipalTagAttributeMap: 'PrincipalTagAttributeMaps',
}

/** Members that requests have under other names, by kind. */
const NEW_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = { pool: { Name: 'PoolName' } }

/** The members in which the two differ and which no operation writes; of tags, those that are extra. */
export function membersLeft(
  kind: ResourceKind,
  wanted: JsonObject,
  current: JsonObject,
  operations: readonly PlannedOperation[],
): string[] {
  if (kind.kind === 'tags') {
    const [a, b] = [object(wanted, 'Tags') ?? {}, object(current, 'Tags') ?? {}]
    const written = new Set(operations.flatMap(({ input }) => Object.keys(object(input, 'Tags') ?? {})))
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
      (tag) => !written.has(tag) && !sameJson(a[tag], b[tag]),
    )
  }
  const written = new Set(
    operations.flatMap(({ operation, patch, input }) => WRITTEN_BY[operation] ?? Object.keys(patch ?? input)),
  )
  return [...new Set([...Object.keys(wanted), ...Object.keys(current)])]
    .filter((member) => !sameJson(wanted[member], current[member]))
    .filter((member) =>
      member === 'SchemaAttributes'
        ? differsForGood(wanted, current)
        : !written.has(NEW_NAMES[kind.kind]?.[member] ?? member),
    )
}
