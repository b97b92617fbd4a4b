import { createManualClock } from 'cognito-vault-simulator'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { diff, diffLive, type DiffResult } from '../../src/actions/diff.js'
import { backUp } from '../support/backed-up.js'
import { type Lab, openLab } from '../support/lab.js'
import { unknownWith } from '../support/of-clients.js'
import { PROTECTED, seedSmallPool } from '../support/small-pool.js'

let lab: Lab
let poolId: string

beforeEach(async () => {
  lab = await openLab({ clock: createManualClock() })
  poolId = seedSmallPool(lab.simulator, PROTECTED)
})
afterEach(() => lab.close())

const noDifference = { users: { added: [], removed: [], changed: [] }, resources: [] }

/** A backup or a comparison during which an operation is refused: at its n-th call, or at each. */
async function refusing<T>(
  fault: { operation: string; code?: string; nth?: number },
  work: () => Promise<T>,
): Promise<T> {
  lab.simulator.faults.add({ kind: 'error', code: 'AccessDeniedException', ...fault })
  try {
    return await work()
  } finally {
    lab.simulator.faults.clear()
  }
}

function unknownIn(found: DiffResult): string[] {
  return found.unknown.map(({ resource, snapshot }) => `${resource} on the ${side(found, snapshot)}`)
}

function side(found: DiffResult, snapshot: string): string {
  return snapshot === found.left ? 'left' : 'right'
}

describe('what one side could not read', () => {
  it.each([
    ['mfaSettings', 'GetUserPoolMfaConfig'],
    ['identityProviders', 'ListIdentityProviders'],
    ['identityProviders', 'DescribeIdentityProvider'],
    ['resourceServers', 'ListResourceServers'],
    ['clients', 'ListUserPoolClients'],
    ['clients', 'DescribeUserPoolClient'],
    ['domains', 'DescribeUserPoolDomain'],
    ['tagSets', 'ListTagsForResource'],
    ['members of 2 groups (admins, buyers)', 'ListUsersInGroup'],
  ])('is neither removed nor added nor the same: %s by %s', async (resource, operation) => {
    const whole = (await backUp(lab.context, poolId)).id
    const removed = await refusing({ operation }, () => diffLive(lab.context, whole))
    expect(removed).toMatchObject({ same: false, ...noDifference })
    expect(removed.unknown).toEqual(
      unknownWith(resource).map((unknown) => ({
        snapshot: removed.right,
        resource: unknown,
        operation,
        reason: expect.stringContaining(`cognito-idp:${operation}`) as string,
      })),
    )
    const added = await diff(lab.context, removed.right, whole)
    expect(added).toMatchObject({ same: false, ...noDifference })
    expect(unknownIn(added)).toEqual(unknownWith(resource).map((unknown) => `${unknown} on the left`))
  })

  it('is groups, and with them who is in which', async () => {
    const whole = (await backUp(lab.context, poolId)).id
    const found = await refusing({ operation: 'ListGroups' }, () => diffLive(lab.context, whole))
    expect(found).toMatchObject({ same: false, ...noDifference })
    expect(unknownIn(found)).toEqual(['groups on the right', 'memberships on the right'])
  })

  it('is users, with all that is said of them', async () => {
    const whole = (await backUp(lab.context, poolId)).id
    lab.simulator.faults.add({ operation: 'ListUsers', kind: 'throttle' })
    const found = await diffLive(lab.context, whole)
    expect(found).toMatchObject({ same: false, ...noDifference })
    expect(unknownIn(found)).toEqual(['users on the right'])
  })

  it('is the clients, where one of many could not be described', async () => {
    for (let i = 0; i < 8; i++)
      lab.simulator.seed.call('CreateUserPoolClient', { UserPoolId: poolId, ClientName: `client ${i}` })
    const whole = (await backUp(lab.context, poolId)).id
    const part = await refusing({ operation: 'DescribeUserPoolClient', nth: 6 }, () =>
      backUp(lab.context, poolId),
    )
    expect(part.counts['clients']).toBe(5)
    const found = await diff(lab.context, whole, part.id)
    expect(found).toMatchObject({ same: false, ...noDifference })
    expect(unknownIn(found)).toEqual(unknownWith('clients').map((unknown) => `${unknown} on the right`))
  })

  it('is who is in which group, where one of two could not be listed', async () => {
    const whole = (await backUp(lab.context, poolId)).id
    lab.simulator.faults.add({
      operation: 'ListUsersInGroup',
      kind: 'error',
      code: 'InternalErrorException',
      status: 500,
      matching: (body) => body['GroupName'] === 'buyers',
    })
    const found = await diffLive(lab.context, whole)
    expect(found).toMatchObject({ same: false, ...noDifference })
    expect(unknownIn(found)).toEqual(['members of group buyers on the right'])
  })

  it('does not hide what differs in all the rest', async () => {
    const whole = (await backUp(lab.context, poolId)).id
    lab.simulator.seed.deleteUser(poolId, 'ann')
    lab.simulator.seed.call('DeleteGroup', { UserPoolId: poolId, GroupName: 'admins' })
    const found = await refusing({ operation: 'DescribeUserPoolClient' }, () => diffLive(lab.context, whole))
    expect(found).toMatchObject({
      same: false,
      users: { added: [], removed: [{ username: 'ann' }], changed: [] },
      resources: [{ kind: 'group', name: 'admins', change: 'removed' }],
    })
    expect(unknownIn(found)).toEqual(unknownWith('clients').map((unknown) => `${unknown} on the right`))
  })

  it('is not known of a snapshot that is compared with itself either', async () => {
    const part = await refusing({ operation: 'ListGroups' }, () => backUp(lab.context, poolId))
    expect(await diff(lab.context, part.id, part.id)).toMatchObject({ same: false, ...noDifference })
  })
})

describe('what does not apply to a pool', () => {
  const fault = { operation: 'DescribeIdentityProvider', code: 'FeatureUnavailableInTierException' }

  it('is unknown beside a pool to which it does', async () => {
    const whole = (await backUp(lab.context, poolId)).id
    const found = await refusing(fault, () => diffLive(lab.context, whole))
    expect(found).toMatchObject({ same: false, ...noDifference })
    expect(unknownIn(found)).toEqual(['identityProviders on the right'])
  })

  it('is the same in two pools to which it does not', async () => {
    await refusing(fault, async () => {
      const { id } = await backUp(lab.context, poolId)
      expect(await diffLive(lab.context, id)).toMatchObject({ same: true, ...noDifference, unknown: [] })
    })
  })
})
