import { beforeEach, describe, expect, it } from 'vitest'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import type { ObjectStore } from '../storage/object-store.js'
import { collect } from '../testing/collect.js'
import { type HeaderChanges, runHeader } from '../testing/run-headers.js'
import { createSimulatedClock, type SimulatedClock } from '../testing/simulated-clock.js'
import { openRun, type RunStore } from './run-store.js'
import { refuseOutdated, runsOf, unfinishedRuns, unreadableRuns } from './runs.js'

let clock: SimulatedClock
let store: ObjectStore

beforeEach(() => {
  clock = createSimulatedClock(1_000)
  store = createMemoryStore(clock)
})

/** A run whose plan is whole, and whose target was read at this moment. */
async function planned(runId: string, changes: HeaderChanges = {}): Promise<RunStore> {
  const run = openRun(store, runId)
  await run.begin('then')
  await run.putHeader(runHeader(runId, changes))
  return run
}

const journal = (run: RunStore): Promise<unknown> =>
  store.putIfAbsent(`${run.prefix}journal/00-000000/000001.json`, Buffer.from('[]'))
const report = (run: RunStore): Promise<void> => run.putReport({}, {})

it('knows the runs whose plan is whole, oldest first', async () => {
  await planned('run-2')
  await planned('run-1')
  await openRun(store, 'run-3').begin('then')
  await store.putIfAbsent('restores/run-2/plan/00-000000', Buffer.from(''))
  expect((await collect(runsOf(store))).map(({ header }) => header?.runId)).toEqual(['run-1', 'run-2'])
})

describe('a run that cannot be read', () => {
  const harms: [what: string, code: string, harm: () => Promise<unknown>][] = [
    ['a plan that is altered', 'VAULT_DAMAGED', () => alter('plan.json')],
    ['a plan that is gone', 'VAULT_DAMAGED', () => store.delete('restores/run-1/plan.json')],
    ['an approval that is altered', 'VAULT_DAMAGED', () => alter('approved.json')],
    [
      'a plan of a newer format',
      'VAULT_TOO_NEW',
      async () => {
        await store.delete('restores/run-1/plan.json')
        await openRun(store, 'run-1').putHeader({ ...runHeader('run-1'), format: 2 as 1 })
      },
    ],
  ]

  async function alter(name: string): Promise<void> {
    const key = `restores/run-1/${name}`
    const bytes = (await store.get(key))!
    bytes[bytes.length >> 1]! ^= 1
    await store.delete(key)
    await store.putIfAbsent(key, bytes)
  }

  it.each(harms)('is named and hides no other: %s', async (_, code, harm) => {
    await (await planned('run-1')).approve('then')
    await (await planned('run-2')).approve('then')
    await harm()
    const [first, second] = await collect(runsOf(store))
    expect([first?.error?.code, second?.header?.runId]).toEqual([code, 'run-2'])
    expect(await unreadableRuns(store)).toEqual([
      { runId: 'run-1', code, reason: expect.stringContaining('restores/run-1/') as string },
    ])
    expect(await unfinishedRuns(store, 'pool-1', { mode: 'in-place', poolId: 'pool-1' })).toEqual(['run-2'])
  })

  it('outdates a plan that was made before it was at work, whatever pool that is for, and no later one', async () => {
    const run = await planned('run-2')
    await clock.advance(1)
    await (await planned('run-1')).approve('then')
    await alter('plan.json')
    const header = runHeader('run-2', { target: { poolId: 'pool-7' } })
    await expect(refuseOutdated(store, run, header)).rejects.toMatchObject({ code: 'PLAN_OUTDATED' })
    // The alteration is nothing that the run did.
    await clock.advance(1)
    await refuseOutdated(store, await planned('run-3'), runHeader('run-3'))
  })

  it('does not count where it was never approved: it has done nothing', async () => {
    await planned('run-1')
    await alter('plan.json')
    expect(await unreadableRuns(store)).toEqual([])
  })
})

describe('a run that was never finished', () => {
  const inPlace = { mode: 'in-place', poolId: 'pool-1' } as const
  const newPool = { mode: 'new-pool', poolId: undefined } as const

  it('is one that was approved and has no report', async () => {
    await planned('run-1')
    const approved = await planned('run-2')
    await approved.approve('then')
    const reported = await planned('run-3')
    await reported.approve('then')
    await report(reported)
    expect(await unfinishedRuns(store, 'pool-1', inPlace)).toEqual(['run-2'])
  })

  it('concerns whoever restores into its pool, or makes another of the same pool', async () => {
    const target = { mode: 'new-pool', poolId: undefined, poolName: 'shop' } as const
    const changes: [string, HeaderChanges][] = [
      ['run-1', { target: { mode: 'existing-pool' } }],
      ['run-2', { target: { poolId: 'pool-2' } }],
      ['run-3', { target }],
      ['run-4', { target, snapshot: { id: 'snapshot-2', poolId: 'pool-2' } }],
    ]
    for (const [runId, change] of changes) await (await planned(runId, change)).approve('then')
    expect(await unfinishedRuns(store, 'pool-1', inPlace)).toEqual(['run-1'])
    expect(await unfinishedRuns(store, 'pool-1', newPool)).toEqual(['run-3'])
  })
})

describe('a plan', () => {
  let other: RunStore
  let run: RunStore

  /** Whether the plan of `run` may still be executed. */
  const refused = async (header = runHeader('run-2')): Promise<boolean> =>
    refuseOutdated(store, run, header).then(
      () => false,
      (error: unknown) => {
        expect(error).toMatchObject({ code: 'PLAN_OUTDATED', value: 'run-2' })
        return true
      },
    )

  beforeEach(async () => {
    other = await planned('run-1')
    await clock.advance(1_000)
    run = await planned('run-2')
  })

  it('is refused when another run wrote to its pool since, and names the way to a new one', async () => {
    await other.approve('then')
    const outdated = (header: ReturnType<typeof runHeader>): Promise<unknown> =>
      expect(refuseOutdated(store, run, header)).rejects.toMatchObject({
        code: 'PLAN_OUTDATED',
        message: 'run-1 has restored into pool-1 since run-2 was planned',
        hint: expect.stringContaining(
          `restore snapshot-1 ${header.target.mode === 'in-place' ? '--in-place' : '--to-pool pool-1'};`,
        ) as string,
      })
    await outdated(runHeader('run-2'))
    await outdated(runHeader('run-2', { target: { mode: 'existing-pool' } }))
  })

  it.each<[what: string, happens: () => Promise<unknown>, boolean]>([
    ['nothing', () => Promise.resolve(), false],
    ['an approval', () => other.approve('then'), true],
    ['a journal without an approval, which nothing makes', () => journal(other), false],
    ['its own approval and journal', async () => (await run.approve('then'), await journal(run)), false],
  ])('heeds what comes after it was made: %s', async (_, happens, expected) => {
    await clock.advance(1)
    await happens()
    expect(await refused()).toBe(expected)
  })

  it.each<[what: string, before: () => Promise<unknown>, after: () => Promise<unknown>, boolean]>([
    [
      'what was approved before and did nothing since',
      () => other.approve('t'),
      () => Promise.resolve(),
      false,
    ],
    ['what was approved before and went on', () => other.approve('t'), () => journal(other), true],
    ['what was approved before and ended', () => other.approve('t'), () => report(other), true],
    [
      'what had ended before',
      async () => {
        await other.approve('t')
        await journal(other)
        await report(other)
      },
      () => Promise.resolve(),
      false,
    ],
  ])('heeds %s', async (_, before, after, expected) => {
    await before()
    await clock.advance(1_000)
    run = openRun(store, 'run-3')
    await run.begin('then')
    await clock.advance(1)
    await after()
    const found = refuseOutdated(store, run, runHeader('run-3')).then(
      () => false,
      () => true,
    )
    expect(await found).toBe(expected)
  })

  it('is refused for what came at the very moment at which it was begun', async () => {
    await other.approve('then')
    await report(other)
    expect(await refused()).toBe(true)
  })

  it('is refused for whatever was done when it is not known when it was begun', async () => {
    await other.approve('then')
    await store.delete('restores/run-2/begun.json')
    await clock.advance(1_000)
    expect(await refused()).toBe(true)
  })

  it('does not heed runs into other pools, and one that makes a pool heeds none', async () => {
    await other.approve('then')
    expect(await refused(runHeader('run-2', { target: { poolId: 'pool-2' } }))).toBe(false)
    expect(await refused(runHeader('run-2', { target: { mode: 'new-pool', poolId: undefined } }))).toBe(false)
  })
})
