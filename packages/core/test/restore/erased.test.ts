import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { erase, type ErasureResult } from '../../src/actions/erase.js'
import type { RestoreRequest } from '../../src/actions/restore-request.js'
import { restore, type RestoreResult, resume } from '../../src/actions/restore.js'
import { showUser } from '../../src/actions/show.js'
import { undo } from '../../src/actions/undo.js'
import { verify } from '../../src/actions/verify.js'
import { backUp } from '../support/backed-up.js'
import { hastyClock, type Lab, openLab } from '../support/lab.js'
import { yes } from '../support/run-to-end.js'
import { person, seedSmallPool } from '../support/small-pool.js'
import { stoppedRun } from '../support/stopped-run.js'

let lab: Lab
let pool: string
let snapshot: string

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
  pool = seedSmallPool(lab.simulator)
  snapshot = (await backUp(lab.context, pool)).id
})
afterEach(() => lab.close())

const names = (poolId = pool): string[] =>
  lab.simulator.inspect
    .pool(poolId)
    .users.map(({ username }) => username)
    .sort()

const subOf = (username: string): string =>
  lab.simulator.inspect.pool(pool).users.find((user) => user.username === username)!.sub

/** Some seconds ago, for the service gives its dates to the second. */
async function erased(name: string): Promise<ErasureResult> {
  const clock = { ...hastyClock, now: () => hastyClock.now() - 5_000 }
  return (await erase(lab.again({ clock }), { name }, () => Promise.resolve(true)))!
}

async function put(request: Partial<RestoreRequest> = {}): Promise<RestoreResult> {
  return (await restore(lab.context, { snapshot, target: { mode: 'in-place' }, ...request }, yes))!
}

describe('an erased user', () => {
  it('is not made again in place, nor in a new pool, and is told of', async () => {
    lab.simulator.seed.deleteUser(pool, 'ann')
    lab.simulator.seed.deleteUser(pool, 'dee')
    expect(await erased('ANN@example.com')).toMatchObject({ erasure: 1, sharedNames: 0, unreadable: [] })
    const repaired = await put()
    expect(names()).toEqual(['bob', 'dee', 'zoë'])
    expect([repaired.failed, repaired.notes['erased'], repaired.fidelity.lost]).toEqual([[], 1, 1])
    const { poolId, notes } = await put({ target: { mode: 'new-pool', poolName: 'other' } })
    expect(names(poolId)).toEqual(['bob', 'dee', 'zoë'])
    expect(notes['erased']).toBe(1)
    expect(await verify(lab.context)).toMatchObject({ ok: true })
    // What is in a snapshot stays there until it is forgotten.
    expect((await showUser(lab.context, snapshot, 'ann')).users).toHaveLength(1)
  })

  it('who lives gets nothing of the snapshot back', async () => {
    await erased(subOf('zoë'))
    lab.simulator.seed.attributes(pool, 'zoë', { 'custom:plan': 'none' })
    lab.simulator.seed.attributes(pool, 'dee', { 'custom:plan': 'none' })
    const { notes } = await put()
    const planOf = (username: string): string | undefined =>
      lab.simulator.inspect.pool(pool).users.find((user) => user.username === username)?.attributes[
        'custom:plan'
      ]
    expect([notes['erased'], planOf('zoë'), planOf('dee')]).toEqual([1, 'none', 'gold\nsince 2020'])
  })

  it('is not made by a run that was planned before and is gone on with', async () => {
    for (const name of ['ann', 'dee']) lab.simulator.seed.deleteUser(pool, name)
    lab.simulator.seed.users(pool, [person('extra')])
    const request = {
      snapshot,
      target: { mode: 'in-place' as const },
      deleteExtra: true,
      deleteNewer: true,
    }
    const runId = await stoppedRun(lab, request, 'AdminCreateUser')
    await erased('ann')
    const result = await resume(lab.again({}), runId)
    expect(names()).toEqual(['bob', 'dee', 'zoë'])
    expect([result.failed, result.notes['erased'], result.fidelity.lost]).toEqual([[], 1, 1])
  })

  it('is not brought back by taking the run back that deleted the user', async () => {
    lab.simulator.seed.users(pool, [person('eve'), person('fay')])
    const { runId } = await put({ deleteExtra: true, deleteNewer: true })
    expect(names()).toEqual(['ann', 'bob', 'dee', 'zoë'])
    await erased('eve')
    const result = await undo(lab.context, runId, {}, yes)
    expect(names()).toEqual(['ann', 'bob', 'dee', 'fay', 'zoë'])
    expect([result!.failed, result!.notes['erased']]).toEqual([[], 1])
  })

  it('is known by every sub that restores gave, here and in other pools', async () => {
    const before = subOf('ann')
    lab.simulator.seed.deleteUser(pool, 'ann')
    await put()
    const { poolId: other } = await put({ target: { mode: 'new-pool', poolName: 'other' } })
    const later = (await backUp(lab.context, pool)).id
    await backUp(lab.context, other)
    const { accounts } = await erased(before)
    expect(accounts.map((account) => account.poolId).sort()).toEqual([pool, pool, other].sort())
    lab.simulator.seed.deleteUser(pool, 'ann')
    await put({ snapshot: later })
    expect(names()).toEqual(['bob', 'dee', 'zoë'])
  })

  it('who signed up again later has another account, which is restored', async () => {
    lab.simulator.seed.deleteUser(pool, 'ann')
    await erased('ann')
    lab.simulator.seed.users(pool, [person('ann')])
    const later = (await backUp(lab.context, pool)).id
    lab.simulator.seed.deleteUser(pool, 'ann')
    await put()
    expect(names()).not.toContain('ann')
    await put({ snapshot: later })
    expect(names()).toContain('ann')
  })
})

describe('the search for whom to erase', () => {
  it('leaves off the list what is somebody else’s too', async () => {
    lab.simulator.seed.users(pool, [
      person('fay', { attributes: { email: 'family@example.com' } }),
      person('gus', { attributes: { email: 'family@example.com' } }),
    ])
    snapshot = (await backUp(lab.context, pool)).id
    for (const name of ['fay', 'gus']) lab.simulator.seed.deleteUser(pool, name)
    expect(await erased('fay')).toMatchObject({ accounts: [{ poolId: pool }], sharedNames: 1 })
    await put()
    expect(names()).toEqual(['ann', 'bob', 'dee', 'gus', 'zoë'])
  })

  it('asks who is meant where several have the name, and puts nobody on the list', async () => {
    lab.simulator.seed.users(pool, [
      person('fay', { attributes: { email: 'family@example.com' } }),
      person('gus', { attributes: { email: 'family@example.com' } }),
    ])
    await backUp(lab.context, pool)
    await expect(erased('family@example.com')).rejects.toMatchObject({ code: 'USAGE', value: pool })
    expect(await lab.store.head('erasures/000000000001.json')).toBeUndefined()
  })

  it('puts the name itself on the list where no snapshot has it', async () => {
    expect(await erased('nobody@example.com')).toMatchObject({ accounts: [], erasure: 1 })
    expect(await erase(lab.context, { name: 'ann' }, () => Promise.resolve(false))).toBeUndefined()
    expect(await lab.store.head('erasures/000000000002.json')).toBeUndefined()
  })

  it('keeps every restore from going on where the list is damaged', async () => {
    await erased('ann')
    await lab.store.delete('erasures/key.json')
    await expect(put()).rejects.toMatchObject({ code: 'VAULT_DAMAGED' })
    expect(await verify(lab.context)).toMatchObject({ ok: false, damage: [{ key: 'erasures/key.json' }] })
  })

  it('since the plan was made gives up no address for another', async () => {
    const { seed } = lab.simulator
    seed.attributes(pool, 'ann', { email: 'free@example.com' })
    seed.attributes(pool, 'zoë', { email: 'ann@example.com' })
    seed.attributes(pool, 'ann', { email: 'zoë@example.com' })
    const ann = subOf('ann')
    await restore(lab.context, { snapshot, target: { mode: 'in-place' } }, async () => {
      await erased(ann)
      return 'execute'
    })
    const emailOf = (name: string): string | undefined =>
      lab.simulator.inspect.pool(pool).users.find(({ username }) => username === name)!.attributes['email']
    expect(emailOf('ann')).toBe('zoë@example.com')
    expect(emailOf('zoë')).toBe('ann@example.com')
  })
})
