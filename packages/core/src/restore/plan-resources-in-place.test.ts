import { describe, expect, it } from 'vitest'
import type { JsonObject, JsonValue } from '../model/canonical.js'
import { plannedResources, type ResourcesOptions } from '../testing/planned-resources.js'
import { setOf } from '../testing/resource-sets.js'
import type { Step } from './step.js'

const POOL = { UserPoolId: { $ref: 'pool' } }
const SECRET = 'abcdefghijklmnopqrstuvwxyz'

/** What the plan for one resource of a kind is, in place. */
function planned(
  kind: string,
  wanted: JsonObject | undefined,
  current: JsonObject | undefined,
  options: ResourcesOptions = {},
): Step | undefined {
  const name = ['pool', 'mfa', 'tags'].includes(kind) ? '' : 'one'
  const set = (body: JsonObject | undefined): ReturnType<typeof setOf> =>
    body === undefined ? setOf() : setOf([kind, name, body])
  const [step, ...others] = plannedResources(set(wanted), set(current), options)
  expect(others).toEqual([])
  if (step !== undefined) expect(step).toMatchObject({ phase: kind, subject: { kind, id: name } })
  return step
}

const changed = (
  operation: string,
  named: JsonObject,
  patch: JsonObject,
  expects: JsonObject,
): JsonObject => ({
  operation,
  input: { ...POOL, ...named },
  patch,
  expects,
})

describe('a resource that has changed', () => {
  it.each<[kind: string, body: JsonObject, operation: string, named: JsonObject]>([
    ['pool', {}, 'UpdateUserPool', {}],
    ['mfa', {}, 'SetUserPoolMfaConfig', {}],
    ['identity-provider', { ProviderType: 'OIDC' }, 'UpdateIdentityProvider', { ProviderName: 'one' }],
    ['resource-server', { Identifier: 'one' }, 'UpdateResourceServer', { Identifier: 'one' }],
    ['client', { ClientName: 'web' }, 'UpdateUserPoolClient', { ClientId: 'one' }],
    ['domain', { Domain: 'one' }, 'UpdateUserPoolDomain', { Domain: 'one' }],
    ['group', { GroupName: 'one' }, 'UpdateGroup', { GroupName: 'one' }],
  ])('is given what it had, and rid of what came: %s', (kind, body, operation, named) => {
    const step = planned(kind, { ...body, A: 1, B: 1, C: 1 }, { ...body, A: 1, B: 2, D: 4 })
    const change = changed(operation, named, { B: 1, C: 1, D: null }, { B: 2, C: null, D: 4 })
    // Which details of a provider decide whom it lets in differs from type to type.
    const widens = kind === 'identity-provider' ? { widens: 'identity-provider' } : {}
    expect([step!.operations, step!.notes]).toEqual([[{ ...change, ...widens }], []])
    expect(planned(kind, { ...body, A: 1 }, { ...body, A: 1 })).toBeUndefined()
  })

  it('is a resource server whose name is put back, and not said to be left', () => {
    const server = { Identifier: 'one', Scopes: [] }
    const step = planned('resource-server', { ...server, Name: 'orders' }, { ...server, Name: 'other' })
    expect(step?.operations).toMatchObject([{ operation: 'UpdateResourceServer', patch: { Name: 'orders' } }])
    expect(step?.notes).toEqual([])
  })

  it('is the tags: those of the snapshot are set, others stay and are named', () => {
    const step = planned(
      'tags',
      { Tags: { a: '1', b: '2', c: '3' } },
      { Tags: { a: '1', b: '0', d: '4', 'aws:x': 'y' } },
    )
    expect([step!.operations, step!.notes]).toEqual([
      [
        {
          operation: 'TagResource',
          input: { ResourceArn: { $ref: 'poolArn' }, Tags: { b: '2', c: '3' } },
          expects: { b: '0', c: null },
        },
      ],
      [{ code: 'tags-left', detail: 'd' }],
    ])
  })
})

describe('a pool that lives', () => {
  it.each(['LambdaConfig', 'IssuerConfiguration', 'KeyConfiguration', 'UserPoolTier', 'MfaConfiguration'])(
    'keeps its %s, and the report says so',
    (member) => {
      const step = planned('pool', { [member]: 'then', A: 1 }, { [member]: 'now', A: 2 })
      expect([step!.operations, step!.notes]).toEqual([
        [changed('UpdateUserPool', {}, { A: 1 }, { A: 2 })],
        [{ code: 'setting-left', detail: member }],
      ])
    },
  )

  it.each(['AliasAttributes', 'UsernameAttributes', 'UsernameConfiguration'])(
    'can have no other %s',
    (member) => {
      expect(planned('pool', { [member]: 'then' }, { [member]: 'now' })).toMatchObject({
        operations: [],
        notes: [{ code: 'setting-left', detail: member }],
      })
    },
  )

  it('is named as it was, and protected if it was, but never rid of the protection that it has', () => {
    const protectedAgain = planned(
      'pool',
      { DeletionProtection: 'ACTIVE' },
      { DeletionProtection: 'INACTIVE' },
    )
    expect(protectedAgain!.operations).toEqual([
      changed('UpdateUserPool', {}, { DeletionProtection: 'ACTIVE' }, { DeletionProtection: 'INACTIVE' }),
    ])
    const step = planned(
      'pool',
      { Name: 'shop', DeletionProtection: 'INACTIVE' },
      { Name: 'stolen', DeletionProtection: 'ACTIVE' },
    )
    expect([step!.operations, step!.notes]).toEqual([
      [changed('UpdateUserPool', {}, { PoolName: 'shop' }, { PoolName: 'stolen' })],
      [{ code: 'setting-left', detail: 'DeletionProtection' }],
    ])
  })

  const attribute = (Name: string, more: JsonObject = {}): JsonObject => ({ Name, Mutable: true, ...more })

  it('is given the attributes that it lacks, never required, before its settings', () => {
    const step = planned(
      'pool',
      {
        A: 1,
        SchemaAttributes: [
          attribute('email'),
          attribute('custom:a', { Required: true }),
          attribute('dev:custom:b'),
        ],
      },
      { A: 2, SchemaAttributes: [attribute('email')] },
    )
    expect([step!.operations, step!.notes]).toEqual([
      [
        {
          operation: 'AddCustomAttributes',
          input: { ...POOL, CustomAttributes: [attribute('a'), attribute('b')] },
        },
        changed('UpdateUserPool', {}, { A: 1 }, { A: 2 }),
      ],
      [],
    ])
  })

  it.each([
    ['that came since', [], [attribute('custom:a')]],
    ['that are otherwise now', [attribute('custom:a')], [attribute('custom:a', { Mutable: false })]],
  ])('keeps the attributes %s', (_, wanted, current) => {
    expect(planned('pool', { SchemaAttributes: wanted }, { SchemaAttributes: current })).toMatchObject({
      operations: [],
      notes: [{ code: 'setting-left', detail: 'SchemaAttributes' }],
    })
  })
})

describe('a client that lives', () => {
  it('keeps its secret, beside what is put back, and is not rid of it', () => {
    const now = { ClientName: 'web', ClientSecret: 'rotated', A: 2 }
    const step = planned('client', { ClientName: 'web', ClientSecret: SECRET, A: 1 }, now)
    expect([step!.operations, step!.notes]).toEqual([
      [changed('UpdateUserPoolClient', { ClientId: 'one' }, { A: 1 }, { A: 2 })],
      [{ code: 'client-secret-left' }],
    ])
    expect(planned('client', { A: 2 }, { A: 2, ClientSecret: SECRET })).toMatchObject({
      operations: [],
      notes: [{ code: 'client-secret-left' }],
    })
  })

  it('under the id that an earlier restore gave it is updated there, with the id reported', () => {
    const wanted = setOf(['client', 'old', { ClientName: 'web', A: 1 }])
    const current = setOf(['client', 'new', { ClientName: 'web', A: 2 }])
    const successors = (kind: string, name: string): string[] =>
      kind === 'client' && name === 'old' ? ['gone', 'new'] : []
    expect(plannedResources(wanted, current, { successors })).toEqual([
      {
        phase: 'client',
        subject: { kind: 'client', id: 'old' },
        operations: [changed('UpdateUserPoolClient', { ClientId: 'new' }, { A: 1 }, { A: 2 })],
        notes: [{ code: 'new-client-id' }],
        successor: { id: 'new' },
      },
    ])
  })
})

describe('what widens access', () => {
  const role = (arn: string): JsonObject => ({ RoleArn: `arn:${arn}` })
  const group = { GroupName: 'one', Precedence: 1 }
  const giveRole = (arn: string, before: string | null): JsonObject => ({
    ...changed('UpdateGroup', { GroupName: 'one' }, role(arn), { RoleArn: before }),
    widens: 'group-role',
  })
  const plain = { operation: 'CreateGroup', input: { ...POOL, ...group }, binds: 'group/one' }
  const leftOut = [{ code: 'widening-left-out' }]

  it('is a role, which a group that comes back gets in a call of its own, or not at all', () => {
    const wanted = { ...group, ...role('a') }
    expect(planned('group', wanted, undefined)).toMatchObject({
      operations: [plain, giveRole('a', null)],
      notes: [],
    })
    const narrow = planned('group', wanted, undefined, { noWidening: true })
    expect([narrow!.operations, narrow!.notes]).toEqual([[plain], leftOut])
    const without = planned('group', group, undefined, { noWidening: true })
    expect([without!.operations, without!.notes]).toEqual([[plain], []])
  })

  it('is a role given back, apart from what else has changed; not one that is taken away', () => {
    const now = { ...group, ...role('b'), Precedence: 2 }
    const precedence = changed('UpdateGroup', { GroupName: 'one' }, { Precedence: 1 }, { Precedence: 2 })
    expect(planned('group', { ...group, ...role('a') }, now)!.operations).toEqual([
      precedence,
      giveRole('a', 'arn:b'),
    ])
    expect(planned('group', { ...group, ...role('a') }, now, { noWidening: true })).toMatchObject({
      operations: [precedence],
      notes: [...leftOut, { code: 'setting-left', detail: 'RoleArn' }],
    })
    expect(planned('group', group, { ...now, ...role('b') })!.operations).toEqual([
      changed(
        'UpdateGroup',
        { GroupName: 'one' },
        { Precedence: 1, RoleArn: null },
        { Precedence: 2, RoleArn: 'arn:b' },
      ),
    ])
    expect(planned('group', group, { ...group, ...role('b') }, { noWidening: true })).toMatchObject({
      operations: [changed('UpdateGroup', { GroupName: 'one' }, { RoleArn: null }, { RoleArn: 'arn:b' })],
      notes: [],
    })
  })

  it('is a client that comes back, with its secret or without, and a provider', () => {
    const wideningOf = (kind: string, body: JsonObject): unknown =>
      planned(kind, body, undefined)!.operations[0]!.widens
    expect(wideningOf('client', { ClientName: 'web', ClientSecret: SECRET })).toBe('client-secret')
    expect(wideningOf('client', { ClientName: 'web' })).toBe('client-access')
    // A secret that cannot be set is another one then.
    expect(wideningOf('client', { ClientName: 'web', ClientSecret: '!' })).toBe('client-access')
    expect(wideningOf('identity-provider', { ProviderType: 'OIDC' })).toBe('identity-provider')
    for (const kind of ['client', 'identity-provider']) {
      const step = planned(kind, { ClientSecret: SECRET }, undefined, { noWidening: true })
      expect([step!.operations, step!.notes]).toEqual([[], [{ code: 'not-made-again' }]])
    }
  })

  it.each<[member: string, then: JsonValue, now: JsonValue, isWider: boolean]>([
    ['CallbackURLs', ['https://a', 'https://b'], ['https://a'], true],
    ['CallbackURLs', ['https://a'], ['https://a', 'https://b'], false],
    ['CallbackURLs', ['https://a'], ['https://b'], true],
    ['ExplicitAuthFlows', ['ALLOW_USER_AUTH'], [], true],
    ['SupportedIdentityProviders', ['COGNITO'], ['COGNITO', 'Corp'], false],
    ['AllowedOAuthFlowsUserPoolClient', true, false, true],
    ['AllowedOAuthFlowsUserPoolClient', false, true, false],
    ['IdTokenValidity', 5, 1, false],
  ])('is a client whose %s are to be %j and are %j: %s', (member, then, now, isWider) => {
    const body = { ClientName: 'web' }
    const [operation] = planned('client', { ...body, [member]: then }, { ...body, [member]: now })!.operations
    expect(operation!.widens).toBe(isWider ? 'client-access' : undefined)
  })

  it('is a client that gets the usual attributes back, which may be more', () => {
    const step = planned('client', { ClientName: 'web' }, { ClientName: 'web', ReadAttributes: ['email'] })
    expect(step!.operations[0]!.widens).toBe('client-access')
  })

  it.each<[what: string, member: string, then: JsonObject, now: JsonObject, widens: string | undefined]>([
    ['signing up', 'AdminCreateUserConfig', {}, { AllowAdminCreateUserOnly: true }, 'sign-up'],
    ['no signing up', 'AdminCreateUserConfig', { AllowAdminCreateUserOnly: true }, {}, undefined],
    [
      'shorter passwords',
      'Policies',
      { PasswordPolicy: { MinimumLength: 8 } },
      { PasswordPolicy: { MinimumLength: 9 } },
      'weaker-passwords',
    ],
    [
      'longer passwords',
      'Policies',
      { PasswordPolicy: { MinimumLength: 9 } },
      { PasswordPolicy: { MinimumLength: 8 } },
      undefined,
    ],
    ['plainer passwords', 'Policies', {}, { PasswordPolicy: { RequireNumbers: true } }, 'weaker-passwords'],
    [
      'passwords used again sooner',
      'Policies',
      {},
      { PasswordPolicy: { PasswordHistorySize: 3 } },
      'weaker-passwords',
    ],
    [
      'temporary passwords for longer',
      'Policies',
      { PasswordPolicy: { TemporaryPasswordValidityDays: 9 } },
      { PasswordPolicy: { TemporaryPasswordValidityDays: 1 } },
      undefined,
    ],
  ])('is %s, apart from the other settings of the pool', (_, member, then, now, widens) => {
    const step = planned('pool', { [member]: then, A: 1 }, { [member]: now, A: 2 })
    expect(
      step!.operations.map((operation) => [operation.widens, Object.keys(operation.patch!).sort()]),
    ).toEqual(
      widens === undefined
        ? [[undefined, [member, 'A'].sort()]]
        : expect.arrayContaining([
            [widens, [member]],
            [undefined, ['A']],
          ]),
    )
  })

  const TOTP = { SoftwareTokenMfaConfiguration: { Enabled: true } }

  it.each<[then: string, now: string, isLooser: boolean, mode: string | undefined]>([
    ['OFF', 'OPTIONAL', true, 'OFF'],
    ['OFF', 'ON', true, 'OFF'],
    ['OPTIONAL', 'ON', true, 'OPTIONAL'],
    ['OPTIONAL', 'OFF', false, 'OPTIONAL'],
    ['ON', 'OPTIONAL', false, undefined],
  ])('is MFA that was %s and is %s: %s', (then, now, isLooser, mode) => {
    const step = planned(
      'mfa',
      { MfaConfiguration: then, A: 1, ...TOTP },
      { MfaConfiguration: now, A: 2, ...TOTP },
    )
    const [operation] = step!.operations
    expect(operation!.patch!['MfaConfiguration']).toBe(mode)
    expect(operation!.widens).toBe(isLooser ? 'looser-mfa' : undefined)
    const narrow = planned(
      'mfa',
      { MfaConfiguration: then, A: 1, ...TOTP },
      { MfaConfiguration: now, A: 2, ...TOTP },
      { noWidening: true },
    )
    expect(narrow!.operations).toHaveLength(isLooser ? 0 : 1)
    expect(narrow!.notes.some(({ code }) => code === 'widening-left-out')).toBe(isLooser)
  })
})

describe('a resource that is extra', () => {
  const old = { GroupName: 'one', CreationDate: '2026-01-01T00:00:00.000Z' }

  it('is left, and goes when told to', () => {
    const set = setOf(['group', 'one', old])
    expect(plannedResources(setOf(), set)).toMatchObject([
      { phase: 'delete', operations: [], notes: [{ code: 'extra-left' }] },
    ])
    expect(plannedResources(setOf(), set, { deleteExtra: true })).toMatchObject([
      { phase: 'delete', operations: [{ operation: 'DeleteGroup' }], notes: [] },
    ])
  })
})
