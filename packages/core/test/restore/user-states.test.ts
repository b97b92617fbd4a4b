import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import type { PlannedRestore, RestoreRequest } from '../../src/actions/restore-request.js'
import { restore, type RestoreResult } from '../../src/actions/restore.js'
import { parseUserQuery } from '../../src/restore/reach/user-query.js'
import { type Lab, openLab } from '../support/lab.js'
import { yes } from '../support/run-to-end.js'

let lab: Lab

beforeAll(async () => {
  lab = await openLab({ pages: 'full' })
})

afterAll(() => lab.close())

/** The ways in which a pool lets people sign in. */
const POOLS: Readonly<Record<string, object>> = {
  'by username, case-sensitive': { UsernameConfiguration: { CaseSensitive: true } },
  'by username, whatever its case': { UsernameConfiguration: { CaseSensitive: false } },
  'by alias': { AliasAttributes: ['email', 'phone_number', 'preferred_username'] },
  'by email, whatever its case': {
    UsernameAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
  },
  'by phone': { UsernameAttributes: ['phone_number'], UsernameConfiguration: { CaseSensitive: true } },
  'by email or phone': { UsernameAttributes: ['email', 'phone_number'] },
}

const STATES = ['Confirmed', 'Waiting', 'Reset', 'Unconfirmed', 'Federated', 'Disabled', 'Linked'] as const
type State = (typeof STATES)[number]

const STATUS: Readonly<Partial<Record<State, 'FORCE_CHANGE_PASSWORD' | 'RESET_REQUIRED' | 'UNCONFIRMED'>>> = {
  Waiting: 'FORCE_CHANGE_PASSWORD',
  Reset: 'RESET_REQUIRED',
  Unconfirmed: 'UNCONFIRMED',
}

const TRIGGERS = Object.fromEntries(
  ['PreSignUp', 'PostConfirmation', 'CustomMessage', 'PreTokenGeneration'].map((name) => [
    name,
    `arn:aws:lambda:eu-west-1:123456789012:function:${name}`,
  ]),
)

/** One of the pools has MFA: what a user has turned on does not come back, and is told of. */
const hasMfa = (settings: object): boolean => 'AliasAttributes' in settings

/** A pool with triggers, a group with a role, required and immutable attributes, and a user in every state. */
function seedPool(settings: object): string {
  const { seed } = lab.simulator
  const UserPoolId = seed.pool({
    PoolName: 'states',
    AutoVerifiedAttributes: ['email'],
    LambdaConfig: TRIGGERS,
    Schema: [
      { Name: 'name', AttributeDataType: 'String', Mutable: true, Required: true },
      { Name: 'state', AttributeDataType: 'String', Mutable: false },
      { Name: 'plan', AttributeDataType: 'String', Mutable: true },
    ],
    ...settings,
  })
  seed.call('CreateIdentityProvider', {
    UserPoolId,
    ProviderName: 'Partner',
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: 'partner',
      client_secret: 'partner-secret',
      attributes_request_method: 'GET',
      oidc_issuer: 'https://partner.example.com',
      authorize_scopes: 'openid',
    },
  })
  seed.call('CreateGroup', {
    UserPoolId,
    GroupName: 'staff',
    RoleArn: 'arn:aws:iam::123456789012:role/staff',
  })
  seed.groups(UserPoolId, ['readers'])
  if (hasMfa(settings)) {
    seed.call('SetUserPoolMfaConfig', {
      UserPoolId,
      MfaConfiguration: 'OPTIONAL',
      SoftwareTokenMfaConfiguration: { Enabled: true },
    })
  }
  seed.users(
    UserPoolId,
    STATES.map((state, at) => ({
      username: state === 'Federated' ? 'Partner_1' : state,
      attributes: {
        name: state,
        email: `${state}@example.com`,
        email_verified: 'true',
        phone_number: `+1555010${at}`,
        phone_number_verified: 'true',
        'custom:state': state,
        'custom:plan': 'gold',
      },
      groups: ['staff', 'readers'],
      enabled: state !== 'Disabled',
      ...(STATUS[state] === undefined ? {} : { status: STATUS[state] }),
      ...(state === 'Federated'
        ? {
            status: 'EXTERNAL_PROVIDER' as const,
            identities: [{ userId: '1', providerName: 'Partner', providerType: 'OIDC', primary: 'true' }],
          }
        : {}),
    })),
  )
  seed.call('AdminLinkProviderForUser', {
    UserPoolId,
    DestinationUser: {
      ProviderName: 'Cognito',
      ProviderAttributeValue: usernameOf(UserPoolId, 'Linked'),
    },
    SourceUser: {
      ProviderName: 'Partner',
      ProviderAttributeName: 'Cognito_Subject',
      ProviderAttributeValue: '2',
    },
  })
  return UserPoolId
}

type Found = ReturnType<Lab['simulator']['inspect']['user']>

function userOf(pool: string, state: State): Found | undefined {
  return lab.simulator.inspect.pool(pool).users.find((user) => user.attributes['custom:state'] === state)
}

function usernameOf(pool: string, state: State): string {
  return userOf(pool, state)!.username
}

/** What of a user is to be the same, wherever the user is. */
function stateIn(pool: string, state: State): unknown {
  const user = userOf(pool, state)
  if (user === undefined) return 'not there'
  const { sub, identities, ...attributes } = user.attributes
  expect(sub).toBe(user.sub)
  const linked = (JSON.parse(identities ?? '[]') as { userId: string }[]).map(({ userId }) => userId)
  return { attributes, linked, status: user.status, enabled: user.enabled, groups: user.groups }
}

interface Restored {
  readonly result: RestoreResult
  readonly planned: PlannedRestore
}

/** Restores, and holds against the plan what the service's ledgers have of it. */
async function restored(snapshot: string, more: Partial<RestoreRequest> = {}): Promise<Restored> {
  let planned: PlannedRestore | undefined
  lab.simulator.ledger.clear()
  const request: RestoreRequest = { snapshot, target: { mode: 'in-place' }, ...more }
  const result = (await restore(lab.context, request, (plan) => {
    planned = plan
    return yes()
  }))!
  const { summary } = planned!.header
  const { ledger } = lab.simulator
  expect(result.failed).toEqual([])
  expect(ledger.messages.all()).toEqual([])
  expect(ledger.triggers.all().filter(({ source }) => source !== 'PreSignUp_AdminCreateUser')).toEqual([])
  expect(ledger.triggers.all()).toHaveLength(summary.triggers['PreSignUp'] ?? 0)
  expect([ledger.mau.count(result.poolId), ledger.mau.count(), result.mau]).toEqual([
    summary.mau,
    summary.mau,
    summary.mau,
  ])
  expect(result.lockedOut).toBe(summary.lockedOut)
  // None was detached for the while, either: nothing else could have done it.
  if (request.target.mode === 'in-place') expect(ledger.requests.count('UpdateUserPool')).toBe(0)
  expect(lab.simulator.inspect.pool(result.poolId).pool['LambdaConfig']).toMatchObject(TRIGGERS)
  return { result, planned: planned! }
}

describe.each(Object.entries(POOLS))('users in every state, in a pool that signs in %s', (_, settings) => {
  let pool: string
  let snapshot: string
  let before: Readonly<Record<State, unknown>>

  beforeAll(async () => {
    pool = seedPool(settings)
    snapshot = (await backup(lab.context, [pool])).snapshots[0]!.id
    before = Object.fromEntries(STATES.map((state) => [state, stateIn(pool, state)])) as typeof before
  })

  /** Who is made again is as before, but for what only the user or the provider can do. */
  function madeAgain(state: State): unknown {
    if (state === 'Unconfirmed' || state === 'Federated') return 'not there'
    const status = state === 'Waiting' ? 'FORCE_CHANGE_PASSWORD' : 'CONFIRMED'
    return { ...(before[state] as object), status }
  }

  it('come into a new pool silently', async () => {
    const { result, planned } = await restored(snapshot, {
      target: { mode: 'new-pool', poolName: 'states again' },
    })
    for (const state of STATES) expect(stateIn(result.poolId, state), state).toEqual(madeAgain(state))
    expect(planned.header.summary).toMatchObject({ mau: 5, triggers: {}, lockedOut: 1 })
    expect(result.notes).toMatchObject({ 'unconfirmed-user': 1, 'federated-user': 1 })
    expect(result.notes['mfa-not-known']).toBe(hasMfa(settings) ? 5 : undefined)
    const loses = 'UsernameAttributes' in settings ? 5 : undefined
    expect(result.notes['new-username']).toBe(loses)
  })

  it('come back in place: one by one, group by group, then all', async () => {
    const { seed } = lab.simulator
    const { sub } = userOf(pool, 'Confirmed')!
    const username = usernameOf(pool, 'Confirmed')
    for (const state of STATES.filter((one) => one !== 'Confirmed'))
      seed.deleteUser(pool, usernameOf(pool, state))
    seed.attributes(pool, username, { 'custom:plan': 'none', name: 'Somebody' })
    const leaving = { UserPoolId: pool, Username: username, GroupName: 'staff' }
    seed.call('AdminRemoveUserFromGroup', leaving)
    seed.change(pool, username, { enabled: false })

    const one = await restored(snapshot, { scope: { users: [parseUserQuery('custom:state=Disabled')] } })
    expect(one.planned.header.summary).toMatchObject({ mau: 1, triggers: { PreSignUp: 1 } })
    expect(one.result.notes['mfa-not-known']).toBe(hasMfa(settings) ? 1 : undefined)
    expect(stateIn(pool, 'Disabled')).toEqual(madeAgain('Disabled'))
    expect(stateIn(pool, 'Linked')).toBe('not there')

    const group = await restored(snapshot, { scope: { groups: ['staff'] } })
    expect(group.result.done).toEqual({ AdminAddUserToGroup: 1 })
    expect(userOf(pool, 'Confirmed')).toMatchObject({ enabled: false, attributes: { 'custom:plan': 'none' } })

    const all = await restored(snapshot)
    expect(all.planned.header.summary).toMatchObject({ mau: 4, triggers: { PreSignUp: 3 } })
    for (const state of STATES.filter((found) => found !== 'Confirmed'))
      expect(stateIn(pool, state), state).toEqual(madeAgain(state))
    expect(stateIn(pool, 'Confirmed')).toEqual({
      ...(before.Confirmed as object),
      groups: expect.arrayContaining(['staff', 'readers']) as unknown,
    })
    expect(userOf(pool, 'Confirmed')!.sub).toBe(sub)
  })
})
