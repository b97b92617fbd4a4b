import { describe, expect, it } from 'vitest'
import { CodedError } from '../model/errors.js'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import type { ObjectInfo, ObjectStore } from '../storage/object-store.js'
import { collect } from '../testing/collect.js'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import { deleteUnderLease } from './fenced-delete.js'

async function filled(
  count: number,
): Promise<{ store: ObjectStore; objects: ObjectInfo[]; deleted: string[] }> {
  const inner = createMemoryStore(createSimulatedClock())
  for (let i = 0; i < count; i++) await inner.putIfAbsent(`object-${i}`, Buffer.from(`${i}`))
  const deleted: string[] = []
  const store = { ...inner, delete: (key: string) => (deleted.push(key), inner.delete(key)) }
  return { store, objects: await collect(inner.list('')), deleted }
}

/** A lease that is found to be lost at its n-th check. */
function lostAt(check: number): { check: () => Promise<void> } {
  let checks = 0
  return {
    check: () =>
      ++checks >= check ? Promise.reject(new CodedError('LOCK_LOST', 'too late')) : Promise.resolve(),
  }
}

const left = async (store: ObjectStore): Promise<number> => (await collect(store.list(''))).length

describe('deleting under a lease', () => {
  it('deletes everything, and says how much', async () => {
    const { store, objects } = await filled(150)
    const bytes = objects.reduce((sum, { size }) => sum + size, 0)
    expect(await deleteUnderLease(store, objects, lostAt(Infinity))).toEqual({
      objects: 150,
      bytes,
      retained: 0,
    })
    expect(await left(store)).toBe(0)
  })

  it('deletes nothing when the lease is lost before', async () => {
    const { store, objects, deleted } = await filled(5)
    await expect(deleteUnderLease(store, objects, lostAt(1))).rejects.toMatchObject({ code: 'LOCK_LOST' })
    expect(deleted).toEqual([])
  })

  it('puts back what it deleted when the lease was lost meanwhile, and only that', async () => {
    const { store, objects, deleted } = await filled(100)
    // The first batch is of 64.
    await expect(deleteUnderLease(store, objects, lostAt(4))).rejects.toMatchObject({ code: 'LOCK_LOST' })
    expect(deleted).toHaveLength(100)
    expect(await left(store)).toBe(36)
    for (const { key } of await collect(store.list('')))
      expect(Buffer.from((await store.get(key))!).toString()).toBe(key.slice('object-'.length))
  })

  it('passes over what the store keeps from being deleted', async () => {
    const { store, objects } = await filled(3)
    const locked = {
      ...store,
      delete: (key: string) =>
        key === 'object-1' ? Promise.reject(new CodedError('RETAINED', 'locked')) : store.delete(key),
    }
    expect(await deleteUnderLease(locked, objects, lostAt(Infinity))).toMatchObject({
      objects: 2,
      retained: 1,
    })
  })

  it('says what failed, and counts nothing that was gone before', async () => {
    const { store, objects } = await filled(3)
    await store.delete('object-1')
    expect(await deleteUnderLease(store, objects, lostAt(Infinity))).toMatchObject({ objects: 2 })
    const failing = await filled(3)
    const error = new CodedError('ACCESS_DENIED', 'no')
    const refusing = { ...failing.store, delete: () => Promise.reject(error) }
    await expect(deleteUnderLease(refusing, failing.objects, lostAt(Infinity))).rejects.toBe(error)
  })
})
