import { afterEach, beforeEach, expect, it } from 'vitest'
import { verify } from '../../src/actions/verify.js'
import { CodedError } from '../../src/model/errors.js'
import type { ObjectStore } from '../../src/storage/object-store.js'
import { backUp, digestsOf, visibleSnapshots } from '../support/backed-up.js'
import { type Lab, openLab } from '../support/lab.js'
import { seedSmallPool } from '../support/small-pool.js'

let lab: Lab
let poolId: string

beforeEach(async () => {
  lab = await openLab()
  poolId = seedSmallPool(lab.simulator)
})
afterEach(() => lab.close())

/** A store with room for so many objects, until more is made. */
function roomFor(objects: number, store: ObjectStore): { store: ObjectStore; free: () => void } {
  let left = objects
  const putIfAbsent: ObjectStore['putIfAbsent'] = async (key, bytes) => {
    if (left <= 0) throw new CodedError('STORAGE_FULL', `cannot store ${key}`, { hint: 'free space' })
    left--
    return store.putIfAbsent(key, bytes)
  }
  return { store: { ...store, putIfAbsent }, free: () => void (left = Infinity) }
}

it('a backup that finds no room says so, shows nothing, and is taken at once when there is some', async () => {
  const undisturbed = lab.again({ store: await lab.copyOfStore() })
  const whole = await digestsOf(undisturbed, (await backUp(undisturbed, poolId)).id)
  for (let objects = 0; objects < 100; objects++) {
    const disk = roomFor(objects, await lab.copyOfStore())
    const context = lab.again({ store: disk.store })
    const failure = await backUp(context, poolId).then(
      () => undefined,
      (error: unknown) => error,
    )
    if (failure !== undefined) {
      expect(failure).toMatchObject({
        code: 'STORAGE_FULL',
        hint: 'free space, then run the same command again',
      })
      expect(await visibleSnapshots(context)).toEqual([])
    }
    expect(await verify(context)).toMatchObject({ ok: true, damage: [] })
    disk.free()
    const next = await backUp(context, poolId)
    expect(await digestsOf(context, next.id)).toEqual(whole)
    if (failure === undefined) return
  }
  expect.unreachable('a backup stores fewer objects')
})
