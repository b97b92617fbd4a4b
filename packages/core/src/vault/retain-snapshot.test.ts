import { beforeEach, expect, it } from 'vitest'
import { collect } from '../testing/collect.js'
import { createSimulatedClock, type SimulatedClock } from '../testing/simulated-clock.js'
import { createRetainingStore, type RetainingStore } from '../testing/retaining-store.js'
import { makeSmallVault, type SmallVault } from '../testing/small-vault.js'
import { noEvents } from '../model/events.js'
import { openVault } from './vault.js'
import { verifyVault } from './verify.js'

const DAY = 86_400_000
const START = Date.parse('2026-11-23T00:00:00Z')
const MANIFEST = 'pools/pool_A/snapshots/one.json'

let clock: SimulatedClock
let store: RetainingStore
let lab: SmallVault
beforeEach(async () => {
  clock = createSimulatedClock(START)
  store = createRetainingStore(clock, 30 * DAY)
  lab = await makeSmallVault(store)
})

const check = async (): Promise<{ key: string; snapshots: string[] }[]> => {
  const { damage, lockedTooShort } = await verifyVault(await openVault(store), { sink: noEvents })
  expect(damage).toEqual([])
  return lockedTooShort.map(({ key, snapshots }) => ({ key, snapshots }))
}

it('finds nothing where a snapshot, and what earlier ones stored of it, are locked until the same moment', async () => {
  const first = await lab.take({ id: 'one' })
  await clock.advance(DAY)
  await lab.take({ id: 'two', day: 1, parent: first })
  expect(await check()).toEqual([])
})

it('names a segment that is locked for a shorter time than its manifest, for each snapshot that needs it', async () => {
  const first = await lab.take({ id: 'one' })
  await clock.advance(DAY)
  await lab.take({ id: 'two', day: 1, parent: first })
  const root = [...store.locks.keys()].find((key) => key.endsWith(first.streams.resources.root))!
  store.locks.set(root, START + 30 * DAY)
  expect(await check()).toEqual([{ key: root, snapshots: ['two'] }])
  store.locks.delete(root)
  expect(await check()).toEqual([{ key: root, snapshots: ['one', 'two'] }])
})

it('names a snapshot, and all of it, that was locked for a shorter time than is asked for', async () => {
  await lab.take({ id: 'one' })
  for (const key of store.locks.keys()) store.locks.set(key, START + DAY)
  const found = await check()
  expect(found[0]).toEqual({ key: MANIFEST, snapshots: ['one'] })
  expect(found).toHaveLength(store.locks.size)
  // A commit that took half an hour promised no less.
  for (const key of store.locks.keys()) store.locks.set(key, START + 30 * DAY - 1_800_000)
  expect(await check()).toEqual([])
})

it('names a snapshot that is not locked at all, and what only it needs', async () => {
  store = createRetainingStore(clock, 30 * DAY)
  lab = await makeSmallVault(store.unlocking)
  await lab.take({ id: 'one' })
  const found = await check()
  expect(found[0]).toEqual({ key: MANIFEST, snapshots: ['one'] })
  const stored = (await collect(store.list('pools/'))).map(({ key }) => key)
  expect(found.map(({ key }) => key).toSorted()).toEqual(stored)
})

it('finds nothing any more once the promised time is over, locked or not', async () => {
  await lab.take({ id: 'one' })
  const [some] = [...store.locks.keys()].filter((key) => key.includes('/segments/'))
  store.locks.set(some!, START + DAY)
  expect(await check()).toHaveLength(1)
  await clock.advance(30 * DAY)
  expect(await check()).toEqual([])
  store.locks.delete(MANIFEST)
  expect(await check()).toEqual([])
})
