import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../model/canonical.js'
import { named, type PlannedOperation, ref } from '../operation.js'
import { identityPoolKind } from './identity-pool.js'
import { identityPoolRoles } from './identity-pool-parts.js'
import { isProviderOf, pointedAt, providerNameOf, rolesGiven } from './identity-pool-providers.js'
import type { FoundResource } from './resource-kind.js'

interface Model {
  operations: Record<string, { input: string }>
  shapes: Record<string, { members?: Record<string, string>; required?: string[] }>
}

/** The API as AWS publishes it. */
const model = (
  JSON.parse(
    readFileSync(new URL('../../../../simulator/data/cognito-constraints.json', import.meta.url), 'utf8'),
  ) as Record<string, Model>
)['cognito-identity']!

const POOL = 'eu-west-1_Ab12Cd34E'
const PROVIDER = `cognito-idp.eu-west-1.amazonaws.com/${POOL}`
const ID = 'eu-west-1:01234567-89ab-cdef-0123-456789abcdef'
const ROLE = 'arn:aws:iam::123456789012:role/user'
const provider = (ClientId: string, more: JsonObject = {}): JsonObject => ({
  ProviderName: PROVIDER,
  ClientId,
  ServerSideTokenCheck: true,
  ...more,
})
const BODY: JsonObject = {
  IdentityPoolId: ID,
  IdentityPoolName: 'people',
  AllowUnauthenticatedIdentities: false,
  AllowClassicFlow: false,
  SupportedLoginProviders: { 'graph.facebook.com': '1' },
  DeveloperProviderName: 'login.company',
  OpenIdConnectProviderARNs: ['arn:aws:iam::123456789012:oidc-provider/a'],
  SamlProviderARNs: ['arn:aws:iam::123456789012:saml-provider/b'],
  CognitoIdentityProviders: [provider('web')],
  IdentityPoolTags: { team: 'a', 'aws:cloudformation:stack-name': 's' },
  IdentityPoolRoles: {
    Roles: { authenticated: ROLE },
    RoleMappings: { [`${PROVIDER}:web`]: { Type: 'Token', AmbiguousRoleResolution: 'Deny' } },
  },
  PrincipalTagAttributeMaps: { [PROVIDER]: { UseDefaults: false, PrincipalTags: { plan: 'custom:plan' } } },
}

function poolOf(more: JsonObject = {}): FoundResource {
  return { name: ID, body: identityPoolKind.normalise({ ...BODY, ...more }) }
}

const changed = (current: JsonObject, wanted: JsonObject = {}): readonly PlannedOperation[] =>
  identityPoolKind.update(poolOf(wanted), poolOf(current))

function expectTaken({ operation, input, patch }: PlannedOperation, base: JsonObject = {}): void {
  const { members = {}, required = [] } = model.shapes[model.operations[operation]!.input]!
  const request = Object.keys({ ...base, ...patch, ...input })
  expect(Object.keys(members)).toEqual(expect.arrayContaining(request))
  expect(request).toEqual(expect.arrayContaining(required))
}

describe('requests for an identity pool', () => {
  const creation = identityPoolKind.create(poolOf(), { lives: false, noWidening: false })

  it('that make one hold all that is described, tags that AWS reserves left out', () => {
    expect(creation.map(({ operation }) => operation)).toEqual([
      'CreateIdentityPool',
      'UpdateIdentityPool',
      'SetIdentityPoolRoles',
      'SetPrincipalTagAttributeMap',
    ])
    for (const operation of creation) {
      expectTaken(operation)
      const { members = {} } = model.shapes[model.operations[operation.operation]!.input]!
      expect(Object.keys(operation.input).sort()).toEqual(Object.keys(members).sort())
    }
    expect(creation[1]!.input).toMatchObject({ IdentityPoolName: 'people', IdentityPoolTags: { team: 'a' } })
    expect(creation[0]!.input['IdentityPoolName']).toEqual(ref(`temporary-name/${ID.slice(10)}`))
    expect(creation.every(({ widens }) => widens === undefined)).toBe(true)
  })

  it('in a pool that lives widen access, and are left out where that is asked for', () => {
    const inLive = identityPoolKind.create(poolOf(), { lives: true, noWidening: false })
    expect(inLive.map(({ widens }) => widens)).toEqual([
      'identity-pool-access',
      undefined,
      'identity-pool-role',
      'identity-pool-role',
    ])
    expect(identityPoolKind.create(poolOf(), { lives: true, noWidening: true })).toEqual([])
  })

  it('that would leave one as it is hold every member of the operation', () => {
    const request = { ...identityPoolKind.updateRequest(BODY), IdentityPoolId: ID }
    expect(Object.keys(request).sort()).toEqual(Object.keys(model.shapes['IdentityPool']!.members!).sort())
  })

  it.each([
    ['nothing differs', {}],
    ['only what is empty is absent', { AllowClassicFlow: false, IdentityPoolId: 'another' }],
    ['tags that AWS reserves differ', { IdentityPoolTags: { team: 'a' } }],
  ])('are none where %s', (_, current: JsonObject) => {
    expect(changed(current)).toEqual([])
  })

  it('take an absent list for an empty one, and no roles for none', () => {
    const bare: JsonObject = { IdentityPoolName: 'a', AllowUnauthenticatedIdentities: false }
    const empty: JsonObject = {
      ...bare,
      SamlProviderARNs: [],
      SupportedLoginProviders: {},
      IdentityPoolTags: {},
      AllowClassicFlow: false,
      IdentityPoolRoles: { Roles: {} },
      PrincipalTagAttributeMaps: { a: { UseDefaults: false, PrincipalTags: {} } },
    }
    expect(identityPoolKind.settable(bare)).toEqual(identityPoolKind.settable(empty))
    const [a, b] = [bare, empty].map((body) => ({ name: ID, body }))
    expect(identityPoolKind.update(a!, b!)).toEqual([])
  })

  it('keep what no SDK knows of a provider that has no tags', () => {
    const map: JsonObject = { UseDefaults: false, PrincipalTags: {}, NewerThanTheSdk: 1 }
    const body = { ...BODY, PrincipalTagAttributeMaps: { [PROVIDER]: map } }
    const operations = identityPoolKind.create({ name: ID, body }, { lives: false, noWidening: false })
    expect(operations.at(-1)).toMatchObject({ operation: 'SetPrincipalTagAttributeMap', input: map })
  })

  it('never change the name of a developer’s provider, and set one where there is none', () => {
    expect(changed({ DeveloperProviderName: 'other' })).toEqual([])
    expect(changed({}, { DeveloperProviderName: '' })).toEqual([])
    const { DeveloperProviderName: none, ...rest } = BODY
    const unnamed = { name: ID, body: rest }
    expect(identityPoolKind.update(poolOf(), unnamed)).toMatchObject([
      { patch: { DeveloperProviderName: none! }, widens: 'identity-pool-access' },
    ])
  })

  it('never set the tags that the service chooses', () => {
    const [operation] = changed(
      {},
      {
        PrincipalTagAttributeMaps: {
          [PROVIDER]: { UseDefaults: true, PrincipalTags: { client: 'aud', username: 'sub' } },
        },
      },
    )
    expect(operation).toMatchObject({ patch: { UseDefaults: true, PrincipalTags: null } })
  })

  it('say nothing of a provider that the pool will not have', () => {
    const SAML = 'arn:aws:iam::123456789012:saml-provider/gone'
    const maps = { ...(BODY['PrincipalTagAttributeMaps'] as JsonObject), [SAML]: { UseDefaults: true } }
    expect(changed({ PrincipalTagAttributeMaps: maps })).toEqual([])
  })
})

describe('what widens access', () => {
  it.each<[string, string | undefined, JsonObject, JsonObject]>([
    ['guests let in', 'identity-pool-access', { AllowUnauthenticatedIdentities: true }, {}],
    ['guests kept out', undefined, {}, { AllowUnauthenticatedIdentities: true }],
    ['the classic flow on', 'identity-pool-access', { AllowClassicFlow: true }, {}],
    ['the classic flow off', undefined, {}, { AllowClassicFlow: true }],
    [
      'tokens checked no more',
      'identity-pool-access',
      { CognitoIdentityProviders: [provider('web', { ServerSideTokenCheck: false })] },
      {},
    ],
    [
      'tokens checked again',
      undefined,
      {},
      { CognitoIdentityProviders: [provider('web', { ServerSideTokenCheck: false })] },
    ],
    [
      'another client',
      'identity-pool-access',
      { CognitoIdentityProviders: [provider('web'), provider('mobile')] },
      {},
    ],
    ['a client less', undefined, {}, { CognitoIdentityProviders: [provider('web'), provider('mobile')] }],
    ['another SAML provider', 'identity-pool-access', {}, { SamlProviderARNs: [] }],
    ['a SAML provider less', undefined, { SamlProviderARNs: [] }, {}],
    ['a social login', 'identity-pool-access', {}, { SupportedLoginProviders: {} }],
    ['another name', undefined, { IdentityPoolName: 'other' }, {}],
    ['a role', 'identity-pool-role', {}, { IdentityPoolRoles: roles({}) }],
    ['a role less', undefined, { IdentityPoolRoles: roles({}) }, {}],
    ['a mapping less', 'identity-pool-role', { IdentityPoolRoles: roles(undefined, {}) }, {}],
    ['tags', 'identity-pool-role', {}, { PrincipalTagAttributeMaps: {} }],
    ['no tags', undefined, { PrincipalTagAttributeMaps: {} }, {}],
  ])('%s: %s', (_, widens, wanted, current) => {
    const operations = changed(current, wanted)
    expect(operations).toHaveLength(1)
    expectTaken(operations[0]!, asFound[operations[0]!.operation])
    expect(operations[0]!.widens).toBe(widens)
  })

  /** What the request is laid over, by operation. */
  const asFound: Record<string, JsonObject> = {
    UpdateIdentityPool: identityPoolKind.updateRequest(BODY),
    SetIdentityPoolRoles: identityPoolRoles.updateRequest({ IdentityPoolId: ID }),
  }

  function roles(Roles?: JsonObject, RoleMappings?: JsonObject): JsonObject {
    const all = BODY['IdentityPoolRoles'] as JsonObject
    return { Roles: Roles ?? all['Roles']!, RoleMappings: RoleMappings ?? all['RoleMappings']! }
  }

  it('stands apart from what does not', () => {
    const operations = changed({}, { IdentityPoolName: 'other', AllowClassicFlow: true })
    expect(operations.map(({ patch, widens }) => [patch, widens])).toEqual([
      [{ IdentityPoolName: 'other' }, undefined],
      [{ AllowClassicFlow: true }, 'identity-pool-access'],
    ])
  })
})

describe('what an identity pool points at', () => {
  it('is named by Region, in China under another domain', () => {
    expect(providerNameOf(POOL)).toBe(PROVIDER)
    expect(providerNameOf('cn-north-1_Ab12Cd34E')).toBe(
      'cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Ab12Cd34E',
    )
    expect(isProviderOf(POOL, PROVIDER)).toBe(true)
    expect(isProviderOf('eu-west-1_Other', PROVIDER)).toBe(false)
    expect(isProviderOf(POOL, `arn:aws:iam::123456789012:oidc-provider/${POOL}`)).toBe(false)
  })

  it('may be known only when it is made: then names of members hold references', () => {
    const { body, leftOut } = pointedAt(BODY, {
      isPool: (name) => name === PROVIDER,
      provider: ref('poolProvider'),
      client: (client) => ref(`client/${client}`),
    })
    expect(leftOut).toEqual([])
    expect(body).toMatchObject({
      CognitoIdentityProviders: [{ ProviderName: ref('poolProvider'), ClientId: ref('client/web') }],
      IdentityPoolRoles: {
        RoleMappings: named([
          [[ref('poolProvider'), ':', ref('client/web')], { Type: 'Token', AmbiguousRoleResolution: 'Deny' }],
        ]),
      },
    })
    const [, , , tags] = identityPoolKind.create({ name: ID, body }, { lives: false, noWidening: false })
    expect(tags!.input['IdentityProviderName']).toEqual(ref('poolProvider'))
  })

  it('of other pools and providers is left, and a client that is not there is left out and told', () => {
    const other = {
      ...provider('theirs'),
      ProviderName: 'cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other',
    }
    const { body, leftOut } = pointedAt(
      { ...BODY, CognitoIdentityProviders: [provider('web'), provider('gone'), other] },
      {
        isPool: (name) => name === PROVIDER,
        provider: 'there',
        client: (client) => (client === 'web' ? 'new' : undefined),
      },
    )
    expect(leftOut).toEqual(['gone'])
    expect(body['CognitoIdentityProviders']).toEqual([{ ...provider('new'), ProviderName: 'there' }, other])
    expect(body['IdentityPoolRoles']).toMatchObject({ RoleMappings: { 'there:new': { Type: 'Token' } } })
    expect(body['SamlProviderARNs']).toEqual(BODY['SamlProviderARNs'])
  })

  it('gives roles, by default and by rules', () => {
    const rule = { Claim: 'a', MatchType: 'Equals', Value: 'b', RoleARN: `${ROLE}-2` }
    const mapping = { Type: 'Rules', RulesConfiguration: { Rules: [rule] } }
    const IdentityPoolRoles = { Roles: { authenticated: ROLE }, RoleMappings: { a: mapping } }
    expect(rolesGiven({ IdentityPoolRoles })).toEqual([ROLE, `${ROLE}-2`])
    expect(rolesGiven({})).toEqual([])
  })
})
