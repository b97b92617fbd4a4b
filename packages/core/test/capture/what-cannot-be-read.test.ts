import { createManualClock } from 'cognito-vault-simulator'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findSnapshot } from '../../src/vault/find-snapshot.js'
import { openVault } from '../../src/vault/vault.js'
import type { CognitoApi } from '../../src/cognito/cognito-api.js'
import { permissionFor } from '../../src/cognito/services.js'
import { objects } from '../../src/cognito/canonical-body.js'
import type { JsonObject } from '../../src/model/canonical.js'
import { backUp, digestsOf, recordsOf, visibleSnapshots } from '../support/backed-up.js'
import { type Lab, openLab } from '../support/lab.js'
import { seedIdentityPool } from '../support/identity-pool.js'
import { readWith } from '../support/of-clients.js'
import { asSimulated } from '../support/simulated-operation.js'
import { PROTECTED, seedSmallPool } from '../support/small-pool.js'
import { some } from '../support/sweep.js'

/** What each operation of a backup reads, but for those without which there is no backup. */
const READS = [
  ['mfaSettings', 'GetUserPoolMfaConfig'],
  ['identityProviders', 'ListIdentityProviders'],
  ['identityProviders', 'DescribeIdentityProvider'],
  ['resourceServers', 'ListResourceServers'],
  ['clients', 'ListUserPoolClients'],
  ['clients', 'DescribeUserPoolClient'],
  ['riskConfigurations', 'DescribeRiskConfiguration'],
  ['clientSecrets', 'ListUserPoolClientSecrets'],
  ['uiCustomizations', 'GetUICustomization'],
  ['brandings', 'DescribeManagedLoginBrandingByClient'],
  ['terms', 'ListTerms'],
  ['replicas', 'ListUserPoolReplicas'],
  ['signingCertificates', 'GetSigningCertificate'],
  ['logDeliveries', 'GetLogDeliveryConfiguration'],
  ['sessionSettings', 'GetUserPoolSessionConfiguration'],
  ['clientSessionSettings', 'GetUserPoolClientSessionConfiguration'],
  ['domains', 'DescribeUserPoolDomain'],
  ['groups', 'ListGroups'],
  ['tagSets', 'ListTagsForResource'],
  ['identityPools', 'ListIdentityPools'],
  ['identityPools', 'DescribeIdentityPool'],
  ['identityPools', 'GetIdentityPoolRoles'],
  ['identityPools', 'GetPrincipalTagAttributeMap'],
  ['members of 2 groups (admins, buyers)', 'ListUsersInGroup'],
] as const

let lab: Lab
let poolId: string
let whole: Record<string, string>

/** The same seed at the same moment makes the same pool, to the ids. */
async function open(): Promise<void> {
  lab = await openLab({ clock: createManualClock() })
  poolId = seedSmallPool(lab.simulator, PROTECTED)
  seedIdentityPool(lab.simulator, poolId)
}

beforeAll(async () => {
  await open()
  whole = await digestsOf(lab.context, (await backUp(lab.context, poolId)).id)
  await lab.close()
})
beforeEach(open)
afterEach(() => lab.close())

describe('a backup is incomplete, and names resource and operation,', () => {
  async function expectGap(resource: string, operation: string, reason: RegExp): Promise<void> {
    const report = await backUp(lab.context, poolId)
    expect(report.complete).toBe(false)
    const gaps = readWith(resource, operation).map((lacking) => ({
      resource: lacking,
      operation,
      reason: expect.stringMatching(reason) as string,
    }))
    expect(report.missing).toEqual(gaps)
    const told = lab.events.filter(({ code }) => code === 'capture.missing')
    expect(told).toEqual(
      expect.arrayContaining(gaps.map((gap) => ({ code: 'capture.missing', poolId, ...gap }))),
    )
    expect(told).toHaveLength(gaps.length)
    expect((await digestsOf(lab.context, report.id))['users']).toBe(whole['users'])
  }

  it.each(some(READS, 0))(
    'with the permission, when access to %s by %s is denied',
    async (resource, operation) => {
      lab.simulator.faults.add({
        operation: asSimulated(operation),
        kind: 'error',
        code: 'AccessDeniedException',
      })
      await expectGap(resource, operation, new RegExp(`needs ${permissionFor(operation)}$`))
    },
  )

  it.each(some(READS, 1))('when the endpoint lacks what reads %s, %s', async (resource, operation) => {
    const lacking = {
      kind: 'error',
      code: 'Emulator#Unsupported',
      status: 500,
      message: 'no such target',
    } as const
    lab.simulator.faults.add({ operation: asSimulated(operation), ...lacking })
    await expectGap(resource, operation, /^Unsupported: the endpoint does not have this operation$/)
    expect(lab.events.filter(({ code }) => code === 'retried')).toEqual([])
  })

  it.each(some(READS, 2))('when reading %s by %s fails for good', async (resource, operation) => {
    const failing = { kind: 'error', code: 'InternalErrorException', status: 500 } as const
    lab.simulator.faults.add({ operation: asSimulated(operation), ...failing })
    await expectGap(resource, operation, /^InternalErrorException: /)
  })

  it('when users are throttled for good', async () => {
    lab.simulator.faults.add({ operation: 'ListUsers', kind: 'throttle' })
    const report = await backUp(lab.context, poolId)
    expect(report).toMatchObject({
      complete: false,
      missing: [
        { resource: 'users', operation: 'ListUsers', reason: 'throttled for longer than was waited' },
      ],
    })
  })

  it('when the members of more groups cannot be read than a manifest could name', async () => {
    const names = Array.from({ length: 600 }, (_, i) => `group-${i}-${'x'.repeat(110)}`)
    lab.simulator.seed.groups(poolId, names)
    lab.simulator.faults.add({ operation: 'ListUsersInGroup', kind: 'error', code: 'AccessDeniedException' })
    const report = await backUp(lab.context, poolId)
    expect(report.missing).toMatchObject([
      {
        resource: expect.stringMatching(/^members of 602 groups \(.*, …\)$/) as string,
        operation: 'ListUsersInGroup',
      },
    ])
    // Whoever may not list one group is not asked for six hundred.
    expect(report.requests['ListUsersInGroup']).toBeLessThanOrEqual(lab.context.concurrency)
  })

  it.each([
    ['identityProviders', 'DescribeIdentityProvider', {}],
    ['clients', 'DescribeUserPoolClient', {}],
    ['groups', 'ListGroups', {}],
    ['resourceServers', 'ListResourceServers', { ResourceServers: [null] }],
    ['members of 2 groups (admins, buyers)', 'ListUsersInGroup', { Users: [{ Username: 'ann' }] }],
    ['clients', 'ListUserPoolClients', { UserPoolClients: [], NextToken: 7 }],
  ])('when %s by %s are answered with nothing that can be read', async (resource, operation, answer) => {
    const report = await backUp(lab.again({ wrap: answering(operation, answer) }), poolId)
    expect(report.complete).toBe(false)
    expect(report.missing).toMatchObject(
      readWith(resource, operation).map((lacking) => ({ resource: lacking, operation })),
    )
  })

  it('when a user comes without a sub, whom it leaves out alone', async () => {
    const wrap = (api: CognitoApi): CognitoApi => ({
      ...api,
      call: async (operation, input, options) => {
        const answer = await api.call(operation, input, options)
        if (operation !== 'ListUsers') return answer
        const Users = objects(answer, 'Users').map((user) =>
          user['Username'] === 'ann' ? { ...user, Attributes: [] } : user,
        )
        return { ...answer, Users }
      },
    })
    const report = await backUp(lab.again({ wrap }), poolId)
    expect(report).toMatchObject({ complete: false, counts: { users: 3, memberships: 4 } })
    expect(report.missing).toMatchObject([{ resource: 'users', operation: 'ListUsers' }])
  })

  it('when the pool is deleted while its memberships are read', async () => {
    const { seed, faults } = lab.simulator
    faults.before({ operation: 'ListUsersInGroup', nth: 1 }, () => {
      seed.call('DeleteUserPoolDomain', { UserPoolId: poolId, Domain: 'shop-login' })
      seed.call('DeleteUserPool', { UserPoolId: poolId })
    })
    const report = await backUp(lab.context, poolId)
    expect(report.complete).toBe(false)
    expect(report.missing).toMatchObject([
      { resource: expect.stringContaining('groups') as string, operation: 'DescribeUserPool' },
    ])
  })
})

it('is never what the next backup builds upon, when it is incomplete', async () => {
  const complete = await backUp(lab.context, poolId)
  lab.simulator.faults.add({ operation: 'ListGroups', kind: 'error', code: 'AccessDeniedException' })
  expect(await backUp(lab.context, poolId)).toMatchObject({ complete: false })
  lab.simulator.faults.clear()
  const next = await backUp(lab.context, poolId)
  expect(await digestsOf(lab.context, next.id)).toEqual(whole)
  const { manifest } = await findSnapshot(await openVault(lab.store), next.id)
  expect(manifest.parent).toBe(complete.id)
})

it.each(some(READS, 3))(
  'is complete where %s by %s do not apply to the tier, and says so',
  async (resource, operation) => {
    const code = 'FeatureUnavailableInTierException'
    lab.simulator.faults.add({ operation: asSimulated(operation), kind: 'error', code })
    const report = await backUp(lab.context, poolId)
    expect(report).toMatchObject({ complete: true, missing: [] })
    const { manifest } = await findSnapshot(await openVault(lab.store), report.id)
    expect(manifest.notApplicable).toMatchObject(
      readWith(resource, operation).map((lacking) => ({ resource: lacking, operation })),
    )
  },
)

it('leaves out a group that is deleted while its members are read, with all its members', async () => {
  const { seed, faults } = lab.simulator
  seed.groups(poolId, ['brief'])
  seed.users(
    poolId,
    Array.from({ length: 130 }, (_, i) => ({ username: `user${i}`, groups: ['brief'] })),
  )
  faults.before(
    { operation: 'ListUsersInGroup', matching: (body) => body['GroupName'] === 'brief', nth: 2 },
    () => {
      seed.call('DeleteGroup', { UserPoolId: poolId, GroupName: 'brief' })
    },
  )
  const report = await backUp(lab.context, poolId)
  expect(report).toMatchObject({ complete: true, counts: { groups: 2, memberships: 4, users: 134 } })
  const resources = await recordsOf(lab.context, report.id, 'resources')
  expect([...resources.keys()].filter((key) => key.startsWith('group/'))).toEqual([
    'group/admins',
    'group/buyers',
  ])
})

it('leaves out a client that is deleted before it is described', async () => {
  const { seed, faults } = lab.simulator
  faults.before({ operation: 'DescribeUserPoolClient', nth: 1 }, ({ body }) => {
    seed.call('DeleteUserPoolClient', { UserPoolId: poolId, ClientId: body['ClientId'] as string })
  })
  expect(await backUp(lab.context, poolId)).toMatchObject({ complete: true, counts: { clients: 1 } })
})

describe('a backup ends, and leaves nothing to be seen,', () => {
  it.each(some([...READS.map(([, operation]) => operation), 'ListUsers', 'DescribeUserPool'], 4))(
    'when credentials expire at %s',
    async (operation) => {
      lab.simulator.faults.add({
        operation: asSimulated(operation),
        kind: 'error',
        code: 'ExpiredTokenException',
      })
      await expect(backUp(lab.context, poolId)).rejects.toMatchObject({ code: 'CREDENTIALS_REJECTED' })
      expect(await visibleSnapshots(lab)).toEqual([])
      lab.simulator.faults.clear()
      // Nothing is locked either.
      expect(await backUp(lab.context, poolId)).toMatchObject({ complete: true })
    },
  )

  it('when users may not be listed', async () => {
    lab.simulator.faults.add({ operation: 'ListUsers', kind: 'error', code: 'AccessDeniedException' })
    await expect(backUp(lab.context, poolId)).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      value: 'cognito-idp:ListUsers',
    })
    expect(await visibleSnapshots(lab)).toEqual([])
  })

  it('when the pool is not described', async () => {
    const context = lab.again({ wrap: answering('DescribeUserPool', {}) })
    await expect(backUp(context, poolId)).rejects.toMatchObject({ code: 'COGNITO_FAILED' })
  })
})

/** An endpoint that gives one operation this answer. */
function answering(operation: string, answer: JsonObject): (api: CognitoApi) => CognitoApi {
  return (api) => ({
    ...api,
    call: (called, input, options) =>
      called === operation ? Promise.resolve(answer) : api.call(called, input, options),
  })
}

describe('a domain that the pool has and that is not described', () => {
  const undescribed = (api: CognitoApi): CognitoApi => ({
    ...api,
    call: async (operation, input, options) =>
      operation === 'DescribeUserPoolDomain'
        ? { DomainDescription: {} }
        : api.call(operation, input, options),
  })

  it('is a gap', async () => {
    const report = await backUp(lab.again({ wrap: undescribed }), poolId)
    expect(report.missing).toMatchObject([{ resource: 'domains', operation: 'DescribeUserPoolDomain' }])
  })

  it('is none when the pool has lost it since', async () => {
    lab.simulator.faults.before({ operation: 'DescribeUserPoolDomain' }, () => {
      lab.simulator.seed.call('DeleteUserPoolDomain', { UserPoolId: poolId, Domain: 'shop-login' })
    })
    const report = await backUp(lab.context, poolId)
    expect([report.complete, report.counts['domains']]).toEqual([true, 0])
  })
})
