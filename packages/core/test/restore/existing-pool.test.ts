import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import { restore, type RestoreResult } from '../../src/actions/restore.js'
import { type Lab, openLab } from '../support/lab.js'
import { linesUnder } from '../support/report-lines.js'
import { yes } from '../support/run-to-end.js'
import { person, seedSmallPool } from '../support/small-pool.js'

let lab: Lab
let pool: string

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
  pool = seedSmallPool(lab.simulator)
  await backup(lab.context, [pool])
})

afterEach(() => lab.close())

/** Another pool that has some of what the snapshot has. */
function seedTarget(more: Parameters<Lab['simulator']['seed']['pool']>[0] = {}): string {
  const { seed } = lab.simulator
  const target = seed.pool({
    PoolName: 'other',
    Schema: [{ Name: 'plan', AttributeDataType: 'String', Mutable: true }],
    AliasAttributes: ['email'],
    ...more,
  })
  seed.groups(target, ['buyers', 'locals'])
  return target
}

async function addTo(poolId: string): Promise<RestoreResult> {
  const request = { snapshot: `latest:${pool}`, target: { mode: 'existing-pool', poolId } } as const
  return (await restore(lab.context, request, yes))!
}

describe('a restore into a pool that exists', () => {
  it('adds what is missing, and leaves the rest', async () => {
    const target = seedTarget()
    lab.simulator.seed.users(target, [
      person('ann', {
        attributes: { email: 'ann@example.com', email_verified: 'true', 'custom:plan': 'their own' },
      }),
      person('native', { groups: ['locals'] }),
    ])
    const result = await addTo(target)
    expect(result.failed).toEqual([])
    const found = lab.simulator.inspect.pool(target)
    expect(found.users.map((user) => user.username)).toEqual(['ann', 'bob', 'dee', 'native', 'zoë'])
    expect(found.users[0]!.attributes['custom:plan']).toBe('their own')
    expect(found.users[0]!.groups).toEqual(['admins', 'buyers'])
    expect(found.groups.map((group) => group['GroupName'])).toEqual(['admins', 'buyers', 'locals'])
    expect(found.groups.find((group) => group['GroupName'] === 'buyers')!['Description']).toBeUndefined()
    expect(found.clients).toHaveLength(2)
    expect(found.pool['Name']).toBe('other')
  })

  it('adds the custom attributes that the target lacks, so that people can be given theirs', async () => {
    const target = seedTarget({ Schema: [{ Name: 'own', AttributeDataType: 'String', Mutable: true }] })
    const result = await addTo(target)
    expect(result.failed).toEqual([])
    expect(result.done['AddCustomAttributes']).toBe(1)
    expect(result.done['UpdateUserPool']).toBeUndefined()
    expect(lab.simulator.inspect.user(target, 'bob').attributes['custom:plan']).toBe('gold\nsince 2020')
  })

  it('says of the pool that its id is another, and which of its settings were left', async () => {
    const target = seedTarget()
    const result = await addTo(target)
    const [line] = (await linesUnder(lab.store, result.fidelityReport)).filter(({ kind }) => kind === 'pool')
    expect(line).toMatchObject({
      outcome: 'transformed',
      notes: [
        { code: 'new-pool-id' },
        { code: 'left-as-it-is', detail: expect.stringContaining('LambdaConfig') as string },
      ],
    })
    expect(JSON.stringify(line)).not.toContain('Name')
  })

  it('maps what the target had already too: the pool, clients and users', async () => {
    const target = seedTarget()
    const [ann] = lab.simulator.seed.users(target, [person('ann', { groups: ['buyers'] })])
    const before = lab.simulator.inspect.pool(pool)
    const web = before.clients.find((client) => client['ClientName'] === 'web')!
    const { UserPoolClient } = lab.simulator.seed.call('CreateUserPoolClient', {
      UserPoolId: target,
      ClientName: 'web',
      ClientSecret: 'abcdefghijklmnopqrstuvwxyz0123',
    }) as { UserPoolClient: { ClientId: string } }
    const result = await addTo(target)
    const map = await linesUnder(lab.store, result.identityMap)
    expect(map).toContainEqual({ kind: 'pool', old: pool, new: target })
    expect(map).toContainEqual({ kind: 'client', old: web['ClientId'], new: UserPoolClient.ClientId })
    expect(map).toContainEqual({
      kind: 'user',
      old: before.users.find((user) => user.username === 'ann')!.sub,
      new: ann,
      oldUsername: 'ann',
      newUsername: 'ann',
    })
    expect(map.filter(({ kind }) => kind === 'user')).toHaveLength(before.users.length)
    // Whose id is another is not as it was, whatever else is the same.
    expect(result.notes['other-sub']).toBe(1)
    expect(result.notes['new-client-id']).toBe(2)
  })
})

describe('somebody of the target who has the name or address of a user', () => {
  const restoredInto = async (target: string): Promise<RestoreResult> => {
    const result = await addTo(target)
    expect(result.failed).toEqual([])
    expect(result.notes['other-person']).toBe(1)
    return result
  }

  it.each([
    ['has not confirmed', { status: 'UNCONFIRMED' } as const],
    ['has another address', { attributes: { email: 'mallory@example.com', email_verified: 'true' } }],
    ['has not proven the address', { attributes: { email: 'ann@example.com', email_verified: 'false' } }],
  ])('and %s is given nothing, and is named', async (_, more) => {
    const target = seedTarget()
    lab.simulator.seed.users(target, [person('ann', more)])
    const result = await restoredInto(target)
    expect(lab.simulator.inspect.user(target, 'ann').groups).toEqual([])
    expect(result.done['AdminAddUserToGroup']).toBe(2)
    const map = await linesUnder(lab.store, result.identityMap)
    expect(map.map(({ oldUsername }) => oldUsername)).not.toContain('ann')
  })

  it('in a pool that signs in by email, and has not proven the address, is given nothing', async () => {
    const mail = { UsernameAttributes: ['email' as const], AutoVerifiedAttributes: ['email' as const] }
    pool = lab.simulator.seed.pool({ PoolName: 'mail', ...mail })
    lab.simulator.seed.groups(pool, ['staff'])
    const email = 'ann@example.com'
    lab.simulator.seed.users(pool, [{ attributes: { email, email_verified: 'true' }, groups: ['staff'] }])
    await backup(lab.context, [pool])
    const target = lab.simulator.seed.pool({ PoolName: 'other', ...mail })
    lab.simulator.seed.users(target, [
      { attributes: { email, email_verified: 'false' }, status: 'UNCONFIRMED' },
    ])
    await restoredInto(target)
    expect(lab.simulator.inspect.pool(target).users.map(({ groups }) => groups)).toEqual([[]])
  })
})

it('says of a user whom the target has what differs there, groups and state too', async () => {
  const target = seedTarget()
  lab.simulator.seed.users(target, [
    person('ann', { status: 'RESET_REQUIRED', groups: ['locals', 'buyers'] }),
  ])
  const result = await addTo(target)
  const lines = await linesUnder(lab.store, result.fidelityReport)
  expect(lines.find(({ username }) => username === 'ann')).toMatchObject({
    outcome: 'transformed',
    notes: [{ code: 'other-sub' }, { code: 'left-as-it-is', detail: 'UserStatus, groups' }],
  })
})
