import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { restore, resume } from '../../src/actions/restore.js'
import { snapshots } from '../../src/actions/snapshots.js'
import { snapshotsText } from '../../src/cli/render-snapshots.js'
import { findSnapshot } from '../../src/vault/find-snapshot.js'
import { openVault } from '../../src/vault/vault.js'
import { backUp } from '../support/backed-up.js'
import { type Lab, openLab } from '../support/lab.js'
import { yes } from '../support/run-to-end.js'
import { seedSmallPool } from '../support/small-pool.js'
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

const latest = async (poolId = pool): Promise<string> =>
  (await findSnapshot(await openVault(lab.store), `latest:${poolId}`)).manifest.snapshot

const inPlace = (): { snapshot: string; target: { mode: 'in-place' } } => ({
  snapshot,
  target: { mode: 'in-place' },
})

describe('a backup of a pool in which a restore stopped half-way', () => {
  let runId: string

  beforeEach(async () => {
    lab.simulator.seed.deleteUser(pool, 'ann')
    runId = await stoppedRun(lab, inPlace(), 'AdminSetUserPassword')
  })

  it('is taken, says during which one, and is not the latest', async () => {
    const taken = await backUp(lab.again({}), pool)
    expect(taken).toMatchObject({ complete: true, during: runId })
    expect(await latest()).toBe(snapshot)
    const list = await snapshots(lab.context)
    expect(list.snapshots.find(({ id }) => id === taken.id)).toMatchObject({
      takenFor: 'backup',
      during: runId,
    })
    expect(snapshotsText(list, 200)).toContain(`cognito-vault resume ${runId}`)
    expect((await findSnapshot(await openVault(lab.store), taken.id)).manifest.during).toBe(runId)
  })

  it('is the latest again once the run has come to its end', async () => {
    await resume(lab.again({}), runId)
    const taken = await backUp(lab.again({}), pool)
    expect(taken.during).toBeUndefined()
    expect(await latest()).toBe(taken.id)
  })

  it('is the latest again once another restore has taken the place of the run', async () => {
    await restore(lab.again({}), inPlace(), yes)
    const taken = await backUp(lab.again({}), pool)
    expect(taken.during).toBeUndefined()
    expect(await latest()).toBe(taken.id)
  })

  it('is one like any other where the pool is another', async () => {
    const other = lab.simulator.seed.pool({ PoolName: 'other' })
    expect((await backUp(lab.again({}), other)).during).toBeUndefined()
  })
})

it('a restore that begins and ends while the pool is read makes it no latest either', async () => {
  lab.simulator.seed.deleteUser(pool, 'ann')
  let runId: string | undefined
  const meanwhile = lab.again({
    wrap: (api) => ({
      ...api,
      call: async (operation, input, options) => {
        if (operation === 'ListUsersInGroup' && runId === undefined) {
          runId = ''
          const other = lab.again({ store: withoutBackupLock(lab.store) })
          runId = (await restore(other, inPlace(), yes))?.runId
        }
        return api.call(operation, input, options)
      },
    }),
  })
  const taken = await backUp(meanwhile, pool)
  expect(runId).toMatch(/^run-/)
  expect(taken.during).toBe(runId)
  expect(await latest()).toBe(snapshot)
})

/** Who planned before the backup began does not meet its lock; here the plan is made at once. */
function withoutBackupLock(store: Lab['store']): Lab['store'] {
  return {
    ...store,
    get: async (key) => {
      const bytes = await store.get(key)
      const isLock = key.startsWith('leases/') && Buffer.from(bytes ?? '').includes(`"scope":"backup/`)
      return isLock ? undefined : bytes
    },
  }
}

it('a dry run and a plan that was refused do not count', async () => {
  lab.simulator.seed.deleteUser(pool, 'ann')
  await restore(lab.context, inPlace(), () => Promise.resolve('dry-run'))
  await restore(lab.context, inPlace(), () => Promise.resolve('refuse'))
  expect((await backUp(lab.context, pool)).during).toBeUndefined()
})

it('a restore into a new pool counts for the pool that it made', async () => {
  const request = { snapshot, target: { mode: 'new-pool', poolName: 'again' } } as const
  const runId = await stoppedRun(lab, request, 'AdminCreateUser')
  const made = lab.simulator.inspect.poolIds().find((id) => id !== pool)!
  expect((await backUp(lab.again({}), made)).during).toBe(runId)
  expect((await backUp(lab.again({}), pool)).during).toBeUndefined()
  await resume(lab.again({}), runId)
  const taken = await backUp(lab.again({}), made)
  expect(taken.during).toBeUndefined()
  expect(await latest(made)).toBe(taken.id)
})
