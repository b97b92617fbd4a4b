import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { history, type PersonHistory } from '../../src/actions/history.js'
import { restore } from '../../src/actions/restore.js'
import { showUser } from '../../src/actions/show.js'
import { findSnapshot } from '../../src/vault/find-snapshot.js'
import { segmentKey } from '../../src/vault/object-keys.js'
import { openVault } from '../../src/vault/vault.js'
import { backUp } from '../support/backed-up.js'
import { type Lab, openLab } from '../support/lab.js'
import { yes } from '../support/run-to-end.js'
import { person, seedSmallPool } from '../support/small-pool.js'

let lab: Lab
let poolId: string
const ids: string[] = []

const told = ({ states }: PersonHistory): unknown[] =>
  states.map(({ point, change, fields }) => [point.takenFor, change, fields.map(({ name }) => name)])

beforeAll(async () => {
  lab = await openLab()
  poolId = seedSmallPool(lab.simulator)
  lab.simulator.seed.users(poolId, 101)
  const take = async (): Promise<void> => void ids.push((await backUp(lab.context, poolId)).id)
  await take()
  lab.simulator.seed.attributes(poolId, 'ann', { email: 'new@example.com' })
  await take()
  lab.simulator.seed.deleteUser(poolId, 'ann')
  lab.simulator.seed.users(poolId, [person('eve', { attributes: { email: 'ANN@example.com' } })])
  await take()
  await restore(
    lab.context,
    { snapshot: ids[1]!, target: { mode: 'in-place' }, scope: { users: [{ by: 'name', value: 'ann' }] } },
    yes,
  )
  await take()
})

afterAll(() => lab.close())

describe('the history of a user', () => {
  it('goes over every restore point, through a change of address, a deletion and being made again', async () => {
    const { people, unreadable, unreadableRuns } = await history(lab.context, { poolId, query: 'ann' })
    expect([people.length, unreadable, unreadableRuns]).toEqual([1, [], []])
    expect(people[0]!.subs).toHaveLength(2)
    expect(told(people[0]!)).toEqual([
      ['backup', 'first', []],
      ['backup', 'changed', ['email']],
      ['backup', 'absent', []],
      ['restore', 'absent', []],
      ['backup', 'made-again', expect.any(Array)],
    ])
    expect(people[0]!.states.map(({ point }) => point.snapshot).filter((id) => ids.includes(id))).toEqual(ids)
    expect(people[0]!.states[1]!.fields).toEqual([
      { name: 'email', was: 'ann@example.com', now: 'new@example.com' },
    ])
    const shown = await showUser(lab.context, ids[0]!, 'ann')
    expect(people[0]!.states[0]).toMatchObject(shown.users[0]!)
  })

  it('finds everybody who had the name at any time, ignoring case', async () => {
    const { people } = await history(lab.context, { poolId, query: 'ann@example.com' })
    const names = people.map(
      ({ states }) => states.find(({ user }) => user !== undefined)?.user?.['Username'],
    )
    expect(names.sort()).toEqual(['ann', 'eve'])
  })

  it('takes a query on attributes, and refuses what fits too many', async () => {
    const { people } = await history(lab.context, { poolId, query: 'email^=bob@' })
    expect(people.map(told)).toEqual([
      [
        ['backup', 'first', []],
        ['backup', 'same', []],
        ['backup', 'same', []],
        ['restore', 'same', []],
        ['backup', 'same', []],
      ],
    ])
    expect((await history(lab.context, { poolId, query: 'nobody' })).people).toEqual([])
    await expect(
      history(lab.context, { poolId, query: 'cognito:user_status=CONFIRMED' }),
    ).rejects.toMatchObject({ code: 'USAGE' })
  })

  it('leads back to a restore point by the sub that the user had there', async () => {
    const { people } = await history(lab.context, { poolId, query: 'ann' })
    const [first] = people[0]!.states
    const value = showSub(first!.user!)
    await restore(
      lab.context,
      { snapshot: ids[0]!, target: { mode: 'in-place' }, scope: { users: [{ by: 'name', value }] } },
      yes,
    )
    const { users } = lab.simulator.inspect.pool(poolId)
    const ann = users.filter(({ username }) => username === 'ann')
    expect(ann).toHaveLength(1)
    // Eve has the address by now: all but that came back.
    expect(ann[0]!.groups).toEqual(['admins', 'buyers'])
    expect(people[0]!.subs).toContain(ann[0]!.sub)
  })

  it('names the snapshots that cannot be read, and goes on with the others', async () => {
    const store = await lab.copyOfStore()
    const vault = await openVault(store)
    const { manifest } = await findSnapshot(vault, ids[1]!)
    await store.delete(segmentKey(poolId, manifest.streams.users.root))
    const { people, unreadable } = await history(lab.again({ store }), { poolId, query: 'ann' })
    expect(unreadable.map(({ key, error }) => [key.includes(ids[1]!), error.code])).toEqual([
      [true, 'VAULT_DAMAGED'],
    ])
    expect(told(people[0]!).slice(0, 2)).toEqual([
      ['backup', 'first', []],
      ['backup', 'absent', []],
    ])
  })

  it('is refused for a pool of which there is nothing', async () => {
    await expect(history(lab.context, { poolId: 'eu-west-1_Other0001', query: 'ann' })).rejects.toMatchObject(
      { code: 'SNAPSHOT_NOT_FOUND' },
    )
  })
})

function showSub(user: Record<string, unknown>): string {
  const attributes = user['Attributes'] as { Name: string; Value: string }[]
  return attributes.find(({ Name }) => Name === 'sub')!.Value
}
