import { gunzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import type { ObjectStore } from '../storage/object-store.js'
import { runHeader } from '../testing/run-headers.js'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import { openJournal, type StepResult } from './journal.js'
import { type RunReport, writeReport } from './report.js'
import type { PlanChunk } from './run-header.js'
import { openRun, type RunStore } from './run-store.js'
import type { Phase, Step } from './step.js'

const clock = createSimulatedClock()
let store: ObjectStore
let run: RunStore
let chunks: PlanChunk[]

beforeEach(() => {
  store = createMemoryStore(clock)
  run = openRun(store, 'run-1')
  chunks = []
})

type Planned = readonly [
  operations: readonly string[],
  result: Partial<StepResult> | undefined,
  more?: Partial<Step>,
]

/** Adds a chunk that was worked through: the operations of each step, and what became of them. */
async function worked(phase: Phase, ...planned: readonly Planned[]): Promise<void> {
  const steps = planned.map(([operations, , more = {}], id): Step => ({
    phase,
    subject: { kind: phase === 'pool' || phase === 'finish' ? 'pool' : 'user', id: `sub-${id}` },
    operations: operations.map((operation) => ({ operation, input: {} })),
    notes: [],
    ...more,
  }))
  const chunk = await run.putChunk(`${chunks.length}-${phase}`, phase, steps)
  chunks.push(chunk)
  const journal = await openJournal(store, `${run.prefix}journal/${chunk.id}/`, clock)
  const results = planned.flatMap(([, result], step) =>
    result === undefined ? [] : [{ step, outcomes: [], reasons: [], bound: {}, notes: [], ...result }],
  )
  await journal.finish(results)
}

const linesOf = async (name: string): Promise<string[]> =>
  gunzipSync((await store.get(`${run.prefix}${name}`))!)
    .toString('utf8')
    .trimEnd()
    .split('\n')

const report = (): Promise<RunReport> =>
  writeReport(run, runHeader('run-1', { chunks, unchanged: 5 }), { store, clock, poolId: 'pool-1' })

describe('a report', () => {
  it('counts what was done, and names what was not, with the reason', async () => {
    await worked(
      'survivors',
      [['AdminEnableUser', 'AdminAddUserToGroup'], { outcomes: ['done', 'already'] }],
      [['AdminEnableUser'], { outcomes: ['drifted'], reasons: ['why'] }],
      [
        ['AdminCreateUser', 'AdminSetUserPassword'],
        { outcomes: ['conflict', 'not-tried'], reasons: ['one', 'two'] },
      ],
      [['AdminEnableUser'], undefined],
    )
    expect(await report()).toMatchObject({
      done: { AdminEnableUser: 1 },
      failed: [
        { operation: 'AdminEnableUser', outcome: 'drifted', subject: 'user sub-1', reason: 'why' },
        { operation: 'AdminCreateUser', outcome: 'conflict', subject: 'user sub-2', reason: 'one; two' },
        {
          operation: 'AdminSetUserPassword',
          outcome: 'not-tried',
          subject: 'user sub-2',
          reason: 'one; two',
        },
        { operation: 'AdminEnableUser', outcome: 'not-tried', subject: 'user sub-3', reason: '' },
      ],
    })
  })

  it('counts all that was not done, and lists the first ten thousand', async () => {
    const step: Planned = [Array.from({ length: 101 }, () => 'AdminEnableUser'), undefined]
    await worked('survivors', ...Array.from({ length: 100 }, () => step))
    const found = await report()
    expect([found.failed.length, found.failedCount, found.failedCut]).toEqual([10_000, 10_100, true])
  })

  it('counts each user once who became active, by what was done', async () => {
    await worked(
      'survivors',
      [['AdminAddUserToGroup', 'AdminEnableUser'], { outcomes: ['done', 'done'] }],
      [['AdminAddUserToGroup', 'AdminAddUserToGroup'], { outcomes: ['done', 'done'] }],
      [['AdminAddUserToGroup'], { outcomes: ['already'] }],
      [['AdminAddUserToGroup'], { outcomes: ['failed'] }],
      [['AdminDisableUser'], { outcomes: ['done'] }],
    )
    expect((await report()).mau).toBe(2)
  })

  it('says what the plan foresaw and what came otherwise, and what it comes to', async () => {
    await worked(
      'survivors',
      [[], undefined, { notes: [{ code: 'status-left' }] }],
      [['A', 'B', 'C'], { outcomes: ['failed', 'failed', 'done'] }],
      [['A'], { outcomes: ['conflict'] }, { notes: [{ code: 'new-account' }] }],
      [['A'], { outcomes: ['drifted'] }],
      [['A'], { outcomes: ['done'], notes: [{ code: 'setting-kept', detail: 'x' }] }],
      [['A'], { outcomes: ['already'] }],
    )
    await worked('delete', [['A'], { outcomes: ['failed'] }])
    const { notes, fidelity } = await report()
    expect(notes).toEqual({
      'status-left': 1,
      'operation-failed': 2,
      conflict: 1,
      'new-account': 1,
      drifted: 1,
      'setting-kept': 1,
    })
    expect(fidelity).toEqual({ exact: 6, transformed: 2, lost: 3 })
    const lines = await linesOf('fidelity/0-survivors.ndjson.gz')
    expect(JSON.parse(lines[1]!)).toMatchObject({
      id: 'sub-1',
      outcome: 'lost',
      notes: [{ code: 'operation-failed', detail: 'A, B' }],
    })
  })

  it('takes the last touches of a pool for part of it', async () => {
    await worked('pool', [['CreateUserPool'], { outcomes: ['done'] }, { notes: [{ code: 'new-pool-id' }] }])
    await worked('finish', [['UpdateUserPool'], { outcomes: ['failed'] }])
    expect((await report()).fidelity).toEqual({ exact: 5, transformed: 0, lost: 1 })
  })

  it('of last touches that went well leaves the pool as it was made', async () => {
    await worked('pool', [['CreateUserPool'], { outcomes: ['done'] }, { notes: [{ code: 'new-pool-id' }] }])
    await worked('finish', [['UpdateUserPool'], { outcomes: ['done'] }])
    expect((await report()).fidelity).toEqual({ exact: 5, transformed: 1, lost: 0 })
  })

  it('is written again the same, with the identity map', async () => {
    const bound = { 'user/sub-0': 'ann-2', newSub: 'new' }
    const subject = { kind: 'user', id: 'sub-0', username: 'ann' }
    await worked('users', [['AdminCreateUser'], { outcomes: ['done'], bound }, { subject }])
    const first = await report()
    expect(await report()).toEqual(first)
    expect(first).toMatchObject({
      runId: 'run-1',
      poolId: 'pool-1',
      identityMap: 'restores/run-1/identity-map/',
      fidelityReport: 'restores/run-1/fidelity/',
    })
    expect(await linesOf('identity-map/0-users.ndjson.gz')).toEqual([
      '{"kind":"user","new":"new","newUsername":"ann-2","old":"sub-0","oldUsername":"ann"}',
    ])
    expect(await run.isReported()).toBe(true)
  })
})
