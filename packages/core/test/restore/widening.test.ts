import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import type { PlannedRestore } from '../../src/actions/restore-request.js'
import { restore, type RestoreResult } from '../../src/actions/restore.js'
import { type Lab, openLab } from '../support/lab.js'
import { yes } from '../support/run-to-end.js'
import { person, seedSmallPool } from '../support/small-pool.js'

let lab: Lab
let pool: string
let snapshot: string
let planned: PlannedRestore

const ROLE = 'arn:aws:iam::123456789012:role/admins'
const SECRET = 'abcdefghijklmnopqrstuvwxyz0123'

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
  pool = seedSmallPool(lab.simulator)
  snapshot = (await backup(lab.context, [pool])).snapshots[0]!.id
})

afterEach(() => lab.close())

async function repair(noWidening = false, beforeWriting = (): void => undefined): Promise<RestoreResult> {
  const result = await restore(
    lab.context,
    { snapshot, target: { mode: 'in-place' }, noWidening },
    (plan) => {
      planned = plan
      beforeWriting()
      return yes()
    },
  )
  return result!
}

const groupNamed = (name: string): Record<string, unknown> | undefined =>
  lab.simulator.inspect.pool(pool).groups.find((group) => group['GroupName'] === name)
const clientNamed = (name: string): Record<string, unknown> =>
  lab.simulator.inspect.pool(pool).clients.find((client) => client['ClientName'] === name)!

function deleteClient(name: string): void {
  const ClientId = clientNamed(name)['ClientId'] as string
  lab.simulator.seed.call('DeleteUserPoolClient', { UserPoolId: pool, ClientId })
}

describe('the role of a group', () => {
  it('stands apart in the plan when a deleted group comes back with it', async () => {
    lab.simulator.seed.call('DeleteGroup', { UserPoolId: pool, GroupName: 'admins' })
    const result = await repair()
    expect(planned.header.summary.widening).toMatchObject({ 'group-role': 1, 'membership-with-role': 1 })
    expect(result.done).toMatchObject({ CreateGroup: 1, UpdateGroup: 1 })
    expect(groupNamed('admins')).toMatchObject({ RoleArn: ROLE, Precedence: 1 })
  })

  it('is left out of a group that comes back, when told to, and its members with it do not gain it', async () => {
    lab.simulator.seed.call('DeleteGroup', { UserPoolId: pool, GroupName: 'admins' })
    const result = await repair(true)
    expect(groupNamed('admins')!['RoleArn']).toBeUndefined()
    expect(lab.simulator.inspect.user(pool, 'ann').groups).toEqual(['admins', 'buyers'])
    expect(result.notes['widening-left-out']).toBe(1)
    expect(Object.values(planned.header.summary.widening).every((n) => n === 0)).toBe(true)
  })

  it('stands apart where another role was given since, and its other settings come back without it', async () => {
    const UpdateGroup = { UserPoolId: pool, GroupName: 'admins', RoleArn: `${ROLE}-lesser`, Precedence: 7 }
    lab.simulator.seed.call('UpdateGroup', UpdateGroup)
    await repair(true)
    expect(planned.header.summary.operations).toEqual({ UpdateGroup: 1 })
    expect(groupNamed('admins')).toMatchObject({ RoleArn: `${ROLE}-lesser`, Precedence: 1 })
    const result = await repair()
    expect(planned.header.summary.widening['group-role']).toBe(1)
    expect(result.done).toEqual({ UpdateGroup: 1 })
    expect(groupNamed('admins')!['RoleArn']).toBe(ROLE)
  })

  it('that the service keeps, though the snapshot has none, is reported, never passed over', async () => {
    lab.simulator.seed.call('UpdateGroup', { UserPoolId: pool, GroupName: 'buyers', RoleArn: ROLE })
    const result = await repair()
    expect(groupNamed('buyers')!['RoleArn']).toBe(ROLE)
    expect(result.notes).toEqual({ 'setting-kept': 1 })
    expect(result.fidelity.transformed).toBe(1)
  })
})

describe('a group that somebody else makes while the plan waits', () => {
  beforeEach(() => void lab.simulator.seed.call('DeleteGroup', { UserPoolId: pool, GroupName: 'buyers' }))

  it('is left as it is, given no role, and nobody is put into it', async () => {
    lab.simulator.seed.call('DeleteGroup', { UserPoolId: pool, GroupName: 'admins' })
    const result = await repair(false, () => {
      lab.simulator.seed.call('CreateGroup', {
        UserPoolId: pool,
        GroupName: 'buyers',
        RoleArn: `${ROLE}-root`,
      })
      lab.simulator.seed.call('CreateGroup', { UserPoolId: pool, GroupName: 'admins' })
    })
    const { memberships } = lab.simulator.inspect.pool(pool)
    expect([memberships['buyers'] ?? [], memberships['admins'] ?? []]).toEqual([[], []])
    expect(groupNamed('admins')!['RoleArn']).toBeUndefined()
    expect(result.failed.map(({ operation, outcome }) => `${operation} ${outcome}`).sort()).toEqual([
      ...Array.from({ length: 4 }, () => 'AdminAddUserToGroup conflict'),
      'CreateGroup conflict',
      'CreateGroup conflict',
      'UpdateGroup not-tried',
    ])
  })
})

describe('the secret of a client that was deleted', () => {
  it('stands apart in the plan when it comes back', async () => {
    deleteClient('web')
    await repair()
    expect(planned.header.summary.widening['client-secret']).toBe(1)
    expect(clientNamed('web')['ClientSecret']).toBe(SECRET)
  })

  it('does not come back, nor the client, when told to leave out what widens access', async () => {
    deleteClient('web')
    deleteClient('mobile')
    const result = await repair(true)
    expect(Object.values(planned.header.summary.widening).every((n) => n === 0)).toBe(true)
    expect(lab.simulator.inspect.pool(pool).clients).toEqual([])
    expect(result.notes['not-made-again']).toBe(2)
    // Nor what belongs to them, which is no failure: it is as the plan said.
    expect(Object.keys(result.notes).sort()).toEqual(['client-not-made', 'not-made-again'])
    expect(result.failed).toEqual([])
  })

  it('is nothing to speak of in a new pool', async () => {
    await restore(lab.context, { snapshot, target: { mode: 'new-pool', poolName: 'shop' } }, (plan) => {
      planned = plan
      return Promise.resolve('dry-run')
    })
    expect(Object.values(planned.header.summary.widening).every((n) => n === 0)).toBe(true)
    expect(planned.header.summary.operations['UpdateGroup']).toBeUndefined()
  })
})

describe('what lets people in', () => {
  const update = (more: object): unknown =>
    lab.simulator.seed.call('UpdateUserPool', {
      UserPoolId: pool,
      AutoVerifiedAttributes: ['email'],
      LambdaConfig: lab.simulator.inspect.pool(pool).pool['LambdaConfig'] as object,
      ...more,
    } as never)

  it('stands apart: signing up, weaker passwords, providers, and what clients may do', async () => {
    update({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      Policies: { PasswordPolicy: { MinimumLength: 20 } },
    })
    lab.simulator.seed.call('DeleteIdentityProvider', { UserPoolId: pool, ProviderName: 'Partner' })
    lab.simulator.seed.call('UpdateUserPoolClient', {
      UserPoolId: pool,
      ClientId: clientNamed('mobile')['ClientId'] as string,
      ClientName: 'mobile',
    })
    const left = await repair(true)
    const zero = Object.values(planned.header.summary.widening)
    expect(zero.every((n) => n === 0)).toBe(true)
    expect(left.done).toEqual({})
    expect(lab.simulator.inspect.pool(pool).pool).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      Policies: { PasswordPolicy: { MinimumLength: 20 } },
    })
    const result = await repair()
    expect(planned.header.summary.widening).toMatchObject({
      'sign-up': 1,
      'weaker-passwords': 1,
      'identity-provider': 1,
      'client-access': 1,
    })
    expect(result.failed).toEqual([])
    expect(lab.simulator.inspect.pool(pool).pool).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
      Policies: { PasswordPolicy: { MinimumLength: 8 } },
    })
  })

  it('is nothing to speak of where a client may do less again', async () => {
    const mobile = clientNamed('mobile')
    lab.simulator.seed.call('UpdateUserPoolClient', {
      UserPoolId: pool,
      ClientId: mobile['ClientId'] as string,
      ClientName: 'mobile',
      SupportedIdentityProviders: ['COGNITO', 'Partner'],
      CallbackURLs: ['https://evil.example.com'],
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid'],
      AllowedOAuthFlowsUserPoolClient: true,
    })
    const result = await repair(true)
    expect(result.done).toEqual({ UpdateUserPoolClient: 1 })
    expect(clientNamed('mobile')['CallbackURLs']).toBeUndefined()
  })
})

describe('MFA', () => {
  const set = (MfaConfiguration: string): unknown =>
    lab.simulator.seed.call('SetUserPoolMfaConfig', {
      UserPoolId: pool,
      MfaConfiguration,
      ...(MfaConfiguration === 'OFF' ? {} : { SoftwareTokenMfaConfiguration: { Enabled: true } }),
    })
  const mode = (): unknown => lab.simulator.inspect.pool(pool).pool['MfaConfiguration']

  it('that becomes looser stands apart, and stays when told to', async () => {
    set('ON')
    await repair(true)
    expect(mode()).toBe('ON')
    await repair()
    expect(planned.header.summary.widening['looser-mfa']).toBe(1)
    expect(mode()).toBe('OFF')
  })

  it('is never made required in a pool that lives', async () => {
    set('ON')
    snapshot = (await backup(lab.context, [pool])).snapshots[0]!.id
    set('OFF')
    const result = await repair()
    expect(mode()).toBe('OFF')
    expect(result.notes['setting-left']).toBeGreaterThan(0)
  })
})

it('shuts out who was shut out before there is a password to ask for, or a group that gives anything', async () => {
  const order: string[] = []
  lab.simulator.seed.users(pool, [person('ivo', { enabled: false, groups: ['admins'] })])
  snapshot = (await backup(lab.context, [pool])).snapshots[0]!.id
  lab.simulator.seed.deleteUser(pool, 'ivo')
  lab.simulator.faults.after({}, ({ operation }) => void order.push(operation))
  await repair()
  const calls = order.filter((operation) => operation.startsWith('Admin'))
  expect(calls).toEqual([
    'AdminCreateUser',
    'AdminDisableUser',
    'AdminSetUserPassword',
    'AdminAddUserToGroup',
  ])
})

it('leaves a user in no group, and without a password, who was shut out and cannot be shut out again', async () => {
  lab.simulator.seed.deleteUser(pool, 'bob')
  lab.simulator.faults.add({
    operation: 'AdminDisableUser',
    kind: 'error',
    code: 'InvalidParameterException',
  })
  const result = await repair()
  expect(lab.simulator.inspect.user(pool, 'bob')).toMatchObject({
    status: 'FORCE_CHANGE_PASSWORD',
    groups: [],
  })
  expect(result.failed.map(({ outcome }) => outcome)).toEqual(['failed', 'not-tried', 'not-tried'])
})

it('shuts out a survivor before the groups that are given back', async () => {
  const order: string[] = []
  lab.simulator.seed.change(pool, 'bob', { enabled: true })
  lab.simulator.seed.call('AdminRemoveUserFromGroup', {
    UserPoolId: pool,
    Username: 'bob',
    GroupName: 'buyers',
  })
  lab.simulator.faults.after({}, ({ operation }) => void order.push(operation))
  await repair()
  const calls = order.filter((operation) => operation.startsWith('Admin'))
  expect(calls).toEqual(['AdminDisableUser', 'AdminAddUserToGroup'])
})

describe('a group that gives more than the plan saw', () => {
  const give = (): void =>
    void lab.simulator.seed.call('UpdateGroup', {
      UserPoolId: pool,
      GroupName: 'buyers',
      RoleArn: `${ROLE}-root`,
    })

  it('is given to nobody, neither who survived nor who is made again', async () => {
    lab.simulator.seed.call('AdminRemoveUserFromGroup', {
      UserPoolId: pool,
      Username: 'dee',
      GroupName: 'buyers',
    })
    lab.simulator.seed.deleteUser(pool, 'ann')
    const result = await repair(false, give)
    expect(lab.simulator.inspect.user(pool, 'dee').groups).toEqual([])
    expect(lab.simulator.inspect.user(pool, 'ann').groups).toEqual(['admins'])
    expect(result.failed.map(({ operation, outcome }) => `${operation} ${outcome}`)).toEqual([
      'AdminAddUserToGroup drifted',
      'AdminAddUserToGroup drifted',
    ])
  })
})
