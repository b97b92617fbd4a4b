import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CognitoContext } from '../../src/actions/context.js'
import { newSnapshotId } from '../../src/model/ids.js'
import { findSnapshot } from '../../src/vault/find-snapshot.js'
import { manifestKey } from '../../src/vault/object-keys.js'
import { openVault } from '../../src/vault/vault.js'
import { backUp } from '../support/backed-up.js'
import { hastyClock, type Lab, openLab } from '../support/lab.js'
import { seedSmallPool } from '../support/small-pool.js'

const HOUR_MS = 3_600_000

let lab: Lab
let pool: string

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
  pool = seedSmallPool(lab.simulator)
})

afterEach(() => lab.close())

/** A machine whose clock is ahead of the service's by so much. */
const ahead = (ms: number): CognitoContext =>
  lab.again({ clock: { ...hastyClock, now: () => hastyClock.now() + ms } })

const latest = async (): Promise<{ snapshot: string; parent?: string | undefined }> =>
  (await findSnapshot(await openVault(lab.store), 'latest')).manifest

it('latest is the one taken last, whose clock ever was an hour ahead or behind', async () => {
  const taken: string[] = []
  for (const ms of [HOUR_MS, 0, -HOUR_MS, HOUR_MS, 0]) {
    taken.push((await backUp(ahead(ms), pool)).id)
    const found = await latest()
    expect(found.snapshot).toBe(taken.at(-1))
    expect(found.parent).toBe(taken.at(-2))
  }
  expect([...taken].sort()).toEqual(taken)
})

it('comes after what an id dates in the future, readable or not', async () => {
  const id = newSnapshotId(hastyClock.now() + HOUR_MS, () => 0.99)
  await lab.store.putIfAbsent(manifestKey(pool, id), Buffer.from('not a manifest'))
  const taken = (await backUp(lab.context, pool)).id
  expect(taken > id).toBe(true)
  expect((await latest()).snapshot).toBe(taken)
})
