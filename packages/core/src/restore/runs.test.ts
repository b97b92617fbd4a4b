import { beforeEach, describe, expect, it } from 'vitest'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import type { ObjectStore } from '../storage/object-store.js'
import { collect } from '../testing/collect.js'
import { type HeaderChanges, runHeader } from '../testing/run-headers.js'
import { createSimulatedClock, type SimulatedClock } from '../testing/simulated-clock.js'
import { openRun, type RunStore } from './run-store.js'
import { refuseOutdated, runsOf, unfinishedRuns } from './runs.js'

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
  expect((await collect(runsOf(store))).map(({ header }) => header.runId)).toEqual(['run-1', 'run-2'])
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
