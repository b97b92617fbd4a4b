import type { ResourceSet } from '../cognito/resource-set.js'
import { type PlannedOperation, POOL_REF, ref } from '../cognito/operation.js'
import { identitiesOf, identityKey, type LinkedIdentity } from '../diff/linked-identities.js'
import type { JsonObject } from '../model/canonical.js'
import { isFederatedProfile } from './federated-profile.js'
import type { Note } from './fidelity-notes.js'
import type { PlanOptions } from './plan-options.js'
import { providersThatCannotBeMade } from './plan-providers.js'
import type { UserPlanning } from './user-planning.js'

/** What is done about a user's links, and what is said of them. */
export interface PlannedLinks {
  readonly operations: readonly PlannedOperation[]
  readonly notes: readonly Note[]
}

/** The providers that the target has, or will have when users are made. */
export function providersOfTarget(
  wanted: ResourceSet,
  current: ResourceSet,
  { mode, noWidening }: PlanOptions,
): ReadonlySet<string> {
  const lacking = providersThatCannotBeMade(wanted, current)
  const present = current.of('identity-provider').map(({ name }) => name)
  // A provider lets people in, so that in a pool that lives it is made only where widening is allowed.
  const isMade = mode === 'new-pool' || !noWidening
  const made = wanted.of('identity-provider').filter(({ name }) => isMade && !lacking.has(name))
  return new Set([...present, ...made.map(({ name }) => name)])
}

/** The links of a user who is made, by the name that the service gives. */
export function linksOfNewUser(
  user: JsonObject,
  username: JsonObject,
  planning: Pick<UserPlanning, 'providers' | 'options'>,
): PlannedLinks {
  const { known, notes } = byProvider(identitiesOf(user), planning)
  const lives = planning.options.mode !== 'new-pool'
  return { operations: known.map((identity) => link(username, identity, lives)), notes }
}

/**
 * The links of a user who lives: those that are gone are put back, others are left, or taken away where that is asked
 * for. A federated profile is itself an identity, and is left as it is.
 */
export function linksOfSurvivor(
  before: JsonObject,
  now: JsonObject,
  username: string,
  planning: Pick<UserPlanning, 'providers' | 'options' | 'snapshot'>,
): PlannedLinks {
  if (isFederatedProfile(before) || isFederatedProfile(now)) return { operations: [], notes: [] }
  const { known, notes } = byProvider(lackingIn(now, before), planning)
  const extra = lackingIn(before, now)
  const { noWidening, deleteExtra } = planning.options
  const removes = deleteExtra && planning.snapshot.complete
  return {
    operations: [
      ...(noWidening ? [] : known.map((identity) => link(username, identity, true))),
      ...(removes ? extra.map(unlink) : []),
    ],
    notes: [
      ...notes,
      ...(noWidening && known.length > 0
        ? [{ code: 'widening-left-out', detail: `links to ${providersOf(known)}` } as const]
        : []),
      ...(extra.length > 0 && !removes ? [{ code: 'link-left', detail: providersOf(extra) } as const] : []),
    ],
  }
}

/** The identities of `other` that a user does not have. */
function lackingIn(user: JsonObject, other: JsonObject): LinkedIdentity[] {
  const present = new Set(identitiesOf(user).map(identityKey))
  return identitiesOf(other).filter((identity) => !present.has(identityKey(identity)))
}

function byProvider(
  identities: readonly LinkedIdentity[],
  { providers }: Pick<UserPlanning, 'providers'>,
): { known: LinkedIdentity[]; notes: Note[] } {
  const unknown = identities.filter(({ provider }) => !providers.has(provider))
  return {
    known: identities.filter(({ provider }) => providers.has(provider)),
    notes: unknown.length > 0 ? [{ code: 'link-provider-missing', detail: providersOf(unknown) }] : [],
  }
}

function providersOf(identities: readonly LinkedIdentity[]): string {
  return [...new Set(identities.map(({ provider }) => provider))].join(', ')
}

function link(
  username: string | JsonObject,
  { provider, userId }: LinkedIdentity,
  lives: boolean,
): PlannedOperation {
  return {
    operation: 'AdminLinkProviderForUser',
    input: {
      UserPoolId: ref(POOL_REF),
      DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: username },
      SourceUser: {
        ProviderName: provider,
        ProviderAttributeName: 'Cognito_Subject',
        ProviderAttributeValue: userId,
      },
    },
    ...(lives ? { widens: 'linked-identity' as const } : {}),
  }
}

function unlink({ provider, userId }: LinkedIdentity): PlannedOperation {
  return {
    operation: 'AdminDisableProviderForUser',
    input: {
      UserPoolId: ref(POOL_REF),
      User: {
        ProviderName: provider,
        ProviderAttributeName: 'Cognito_Subject',
        ProviderAttributeValue: userId,
      },
    },
  }
}
