import { isObject, type JsonObject, sameJson } from '../../model/canonical.js'
import { canonicalBody, object, objects, only, text, without } from '../canonical-body.js'
import {
  identityPoolRef,
  knownName,
  membersIn,
  named,
  type PlannedOperation,
  ref,
  type Widening,
} from '../operation.js'
import { hasNoTags, identityPoolRoles, principalTags } from './identity-pool-parts.js'
import { providerNames } from './identity-pool-providers.js'
import { describeIdentityPool, findIdentityPool, identityPoolsOf } from './identity-pool-reading.js'
import { givesMore, letsMoreIn } from './identity-pool-widening.js'
import { unlessGone } from './of-each-client.js'
import { writableTags } from './pool.js'
import { changedMembers, type CreateOptions, type FoundResource, type ResourceKind } from './resource-kind.js'

/** Members of a record that DescribeIdentityPool does not give: each has operations of its own. */
const PARTS = ['IdentityPoolRoles', 'PrincipalTagAttributeMaps']
/** What may be absent or empty: that is the same. */
const MAY_BE_EMPTY = [
  'CognitoIdentityProviders',
  'OpenIdConnectProviderARNs',
  'SamlProviderARNs',
  'SupportedLoginProviders',
]

/**
 * Identity pools that point at the user pool, with roles and principal tags: DescribeIdentityPool, CreateIdentityPool,
 * UpdateIdentityPool, which resets what it leaves out, SetIdentityPoolRoles, SetPrincipalTagAttributeMap. None is ever
 * deleted: with it would go its identities, whose ids nobody can choose.
 */
export const identityPoolKind: ResourceKind = {
  kind: 'identity-pool',
  plural: 'identityPools',
  read: ({ api, pool }) => identityPoolsOf(api, text(pool, 'Id')),
  normalise: canonicalBody,
  settable,
  matchName: ({ body }) => text(body, 'IdentityPoolName'),
  create,
  update,
  remove: () => [],
  find: async (api, input) => {
    const { IdentityPoolId: id, IdentityPoolName: name } = input
    if (typeof id === 'string') return unlessGone(describeIdentityPool(api, id))
    return typeof name === 'string' ? findIdentityPool(api, name) : undefined
  },
  updateRequest: writable,
}

/** What UpdateIdentityPool takes, with what the service takes for granted said. */
function writable(body: JsonObject): JsonObject {
  const isEmpty = (member: string): boolean => {
    const value = body[member]
    return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0
  }
  const empty = MAY_BE_EMPTY.filter(isEmpty)
  const providers = objects(body, 'CognitoIdentityProviders')
  return {
    AllowClassicFlow: false,
    ...without(body, ['IdentityPoolId', ...PARTS, ...empty]),
    ...(providers.length === 0
      ? {}
      : {
          CognitoIdentityProviders: providers.map((provider) => ({
            ServerSideTokenCheck: false,
            ...provider,
          })),
        }),
    IdentityPoolTags: writableTags(object(body, 'IdentityPoolTags') ?? {}),
  }
}

function settable(body: JsonObject): JsonObject {
  const maps = tagMaps(body).filter(([, map]) => !hasNoTags(map))
  return {
    ...writable(body),
    IdentityPoolRoles: rolesOf(body),
    PrincipalTagAttributeMaps: named(maps),
  }
}

function rolesOf(body: JsonObject): JsonObject {
  return identityPoolRoles.settable(object(body, 'IdentityPoolRoles') ?? {})
}

/** By the provider's name, which may hold what is not known yet. */
function tagMaps(body: JsonObject): [name: JsonObject[string][], map: JsonObject][] {
  return membersIn(object(body, 'PrincipalTagAttributeMaps') ?? {}).map(([name, map]) => [
    name,
    principalTags.settable(isObject(map) ? map : {}),
  ])
}

/**
 * Names are not unique, so a pool is made under a name that only this run uses, and named when it is known. In a pool that
 * lives, one that is gone may have been taken away on purpose.
 */
function create(
  { name, body }: FoundResource,
  { lives, noWidening }: CreateOptions,
): readonly PlannedOperation[] {
  if (lives && noWidening) return []
  const widening = (widens: Widening): { widens?: Widening } => (lives ? { widens } : {})
  const settings = writable(body)
  const roles = rolesOf(body)
  const IdentityPoolId = ref(identityPoolRef(name))
  const hasRoles = Object.values(roles).some((part) => isObject(part) && Object.keys(part).length > 0)
  return [
    {
      operation: 'CreateIdentityPool',
      // An id's colon may not stand in a name.
      input: { ...settings, IdentityPoolName: ref(`temporary-name/${name.split(':').at(-1) ?? ''}`) },
      binds: identityPoolRef(name),
      ...widening('identity-pool-access'),
    },
    { operation: 'UpdateIdentityPool', input: { ...settings, IdentityPoolId } },
    ...(hasRoles
      ? [
          {
            operation: 'SetIdentityPoolRoles',
            input: { ...roles, IdentityPoolId },
            ...widening('identity-pool-role'),
          },
        ]
      : []),
    ...tagMaps(body)
      .filter(([, map]) => !hasNoTags(map))
      .map(([provider, map]) => ({
        operation: 'SetPrincipalTagAttributeMap',
        input: { ...map, IdentityPoolId, IdentityProviderName: provider[0] ?? '' },
        ...widening('identity-pool-role'),
      })),
  ]
}

/** What widens access stands apart, so that it can be left out. */
function update(wanted: FoundResource, current: FoundResource): readonly PlannedOperation[] {
  const identity = { IdentityPoolId: current.name }
  const settings = (body: JsonObject): JsonObject => writable(body)
  return [
    ...updateCalls(
      { operation: 'UpdateIdentityPool', input: identity },
      withoutForGood(changedMembers(settings(wanted.body), settings(current.body), sameJson)),
      (member, a, b) => (letsMoreIn(member, a, b) ? 'identity-pool-access' : undefined),
    ),
    ...updateCalls(
      { operation: 'SetIdentityPoolRoles', input: identity },
      changedMembers(rolesOf(wanted.body), rolesOf(current.body), sameJson),
      // Where a mapping is gone, the default role is given to those whom it may have kept out.
      (member, a, b) => (member !== 'Roles' || givesMore(a, b) ? 'identity-pool-role' : undefined),
    ),
    ...updateTags(wanted.body, current.body, identity),
  ]
}

interface Change {
  readonly patch: JsonObject
  readonly expects: JsonObject
}

/** The name of a developer's provider can be set once, and never again. */
function withoutForGood({ patch, expects }: Change): Change {
  const isForGood = (expects['DeveloperProviderName'] ?? null) !== null
  return { patch: isForGood ? without(patch, ['DeveloperProviderName']) : patch, expects }
}

function updateCalls(
  call: Pick<PlannedOperation, 'operation' | 'input'>,
  { patch, expects }: Change,
  wideningOf: (
    member: string,
    wanted: JsonObject[string],
    current: JsonObject[string],
  ) => Widening | undefined,
): PlannedOperation[] {
  const members = Object.keys(patch)
  const byWidening = new Map<Widening | undefined, string[]>([[undefined, []]])
  for (const member of members) {
    const widens = wideningOf(member, patch[member] ?? null, expects[member] ?? null)
    byWidening.set(widens, [...(byWidening.get(widens) ?? []), member])
  }
  return [...byWidening]
    .filter(([, part]) => part.length > 0)
    .map(([widens, part]) => ({
      ...call,
      patch: only(patch, part),
      expects: only(expects, part),
      ...(widens === undefined ? {} : { widens }),
    }))
}

/** A provider that the pool will not have takes no tags. */
function updateTags(wanted: JsonObject, current: JsonObject, identity: JsonObject): PlannedOperation[] {
  const none = principalTags.settable({})
  const [a, b] = [wanted, current].map(
    (body) => new Map(tagMaps(body).map(([name, map]) => [knownName(name), map])),
  )
  return providerNames(wanted).flatMap((IdentityProviderName) => {
    const [then, now] = [a?.get(IdentityProviderName) ?? none, b?.get(IdentityProviderName) ?? none]
    return updateCalls(
      { operation: 'SetPrincipalTagAttributeMap', input: { ...identity, IdentityProviderName } },
      changedMembers(then, now, sameJson),
      () => (hasNoTags(then) ? undefined : 'identity-pool-role'),
    )
  })
}
