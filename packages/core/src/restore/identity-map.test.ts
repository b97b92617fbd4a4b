import { beforeEach, describe, expect, it } from 'vitest'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import type { ObjectStore } from '../storage/object-store.js'
import { collect } from '../testing/collect.js'
import { type HeaderChanges, runHeader } from '../testing/run-headers.js'
import { createSimulatedClock, type SimulatedClock } from '../testing/simulated-clock.js'
import { earlierIdentities, type Identity, identityLine, identityOf } from './identity-map.js'
import { openJournal } from './journal.js'
import { openRun, type RunStore } from './run-store.js'
import type { UnreadableRun } from './runs.js'
import type { Step } from './step.js'

function step(kind: string, id: string, more: Partial<Step> = {}): Step {
  return { phase: 'users', subject: { kind, id, username: 'ann' }, operations: [], notes: [], ...more }
}

describe('what the subject of a step has become', () => {
  const header = runHeader('run-1')
  const user = { kind: 'user', old: 'sub-1', oldUsername: 'ann' }
  const successor = { id: 'sub-3', username: 'ann-3' }

  it.each<[what: string, Step, bound: Record<string, string>, Identity | undefined]>([
    [
      'a user who was made',
      step('user', 'sub-1'),
      { 'user/sub-1': 'ann-2', newSub: 'sub-2' },
      { ...user, new: 'sub-2', newUsername: 'ann-2' },
    ],
    [
      'a user whom the target had',
      step('user', 'sub-1', { successor }),
      {},
      { ...user, new: 'sub-3', newUsername: 'ann-3' },
    ],
    ['a user who is the same, or is not there', step('user', 'sub-1'), {}, undefined],
    ['a user of whom only another was made', step('user', 'sub-1'), { 'user/sub-9': 'x' }, undefined],
    [
      'a pool that was made',
      step('pool', ''),
      { pool: 'pool-2' },
      { kind: 'pool', old: 'pool-1', new: 'pool-2' },
    ],
    [
      'a pool that is another',
      step('pool', '', { successor: { id: 'pool-3' } }),
      {},
      { kind: 'pool', old: 'pool-1', new: 'pool-3' },
    ],
    ['a pool that is the same', step('pool', ''), {}, undefined],
    [
      'a client that was made',
      step('client', 'a'),
      { 'client/a': 'b' },
      { kind: 'client', old: 'a', new: 'b' },
    ],
    [
      'a client that the target had',
      step('client', 'a', { successor: { id: 'c' } }),
      {},
      { kind: 'client', old: 'a', new: 'c' },
    ],
    ['a group, which has no id but its name', step('group', 'a'), { pool: 'pool-2' }, undefined],
  ])('%s', (_, of, bound, identity) => {
    expect(identityOf(header, of, bound)).toEqual(identity)
  })
})

describe('what earlier runs have given', () => {
  let clock: SimulatedClock
  let store: ObjectStore
  let unreadable: UnreadableRun[]

  beforeEach(() => {
    unreadable = []
    clock = createSimulatedClock()
    store = createMemoryStore(clock)
  })

  const found = (): Promise<Identity[]> =>
    collect(earlierIdentities(store, clock, 'pool-1', 'pool-1', (run) => void unreadable.push(run)))
  const became = (old: string, next: string): Identity => ({ kind: 'client', old, new: next })

  /** A run that makes the clients `a` and `b` again. */
  async function approved(runId: string, changes: HeaderChanges = {}): Promise<RunStore> {
    const run = openRun(store, runId)
    const chunk = await run.putChunk('04-000000', 'client', [step('client', 'a'), step('client', 'b')])
    await run.putHeader(runHeader(runId, { chunks: [chunk], ...changes }))
    await run.approve('then')
    return run
  }

  async function report(run: RunStore, ...lines: string[]): Promise<void> {
    const name = 'identity-map/04-000000.ndjson.gz'
    await run.putReport({}, { [name]: await run.putLines(name, lines) })
  }

  const reported = async (runId: string, next: string, changes: HeaderChanges = {}): Promise<void> => {
    const run = await approved(runId, changes)
    await report(run, identityLine(became('a', next)))
  }

  const journalOf = (run: RunStore): ReturnType<typeof openJournal> =>
    openJournal(store, `${run.prefix}journal/04-000000/`, clock)

  it('is what their maps say, of snapshots of this pool into this pool', async () => {
    await reported('run-1', 'a1')
    await reported('run-2', 'a2', { target: { poolId: 'pool-2' } })
    await reported('run-3', 'a3', { snapshot: { id: 'snapshot-2', poolId: 'pool-2' } })
    await reported('run-4', 'a4')
    expect(await found()).toEqual([became('a', 'a1'), became('a', 'a4')])
  })

  it('is what the journal has of a run that did not end', async () => {
    const run = await approved('run-1')
    const appended = (await journalOf(run)).append({ bound: { step: 1, values: { 'client/b': 'b1' } } })
    await clock.advance(1_000)
    await appended
    expect(await found()).toEqual([became('b', 'b1')])
  })

  it('is what a chunk came to that is worked through, of a run that did not end', async () => {
    const run = await approved('run-1')
    const result = { outcomes: [], reasons: [], notes: [] }
    await (
      await journalOf(run)
    ).finish([
      { ...result, step: 0, bound: { 'client/a': 'a1' } },
      { ...result, step: 1, bound: {} },
    ])
    expect(await found()).toEqual([became('a', 'a1')])
  })

  it('is nothing of a run that was never approved, though a later version may have left it a journal', async () => {
    const run = await approved('run-1')
    await (
      await journalOf(run)
    ).finish([{ step: 0, outcomes: [], reasons: [], notes: [], bound: { 'client/a': 'a1' } }])
    await store.delete(`${run.prefix}approved.json`)
    expect(await found()).toEqual([])
  })

  it('is what the journal has where the map cannot be read', async () => {
    const run = await approved('run-1')
    const result = { outcomes: [], reasons: [], notes: [] }
    const bound = { 'client/a': 'a1' }
    await (await journalOf(run)).finish([{ ...result, step: 0, bound }])
    await report(run, '{"kind":"user"}')
    expect(await found()).toEqual([became('a', 'a1')])
    expect(unreadable).toEqual([])
  })

  it('is named as unknown where neither can be read, and that of the others is told', async () => {
    await report(await approved('run-1'), '{"kind":"user"}')
    await (await approved('run-2')).begin('then')
    await store.delete('restores/run-2/plan.json')
    await reported('run-3', 'a3')
    expect(await found()).toEqual([became('a', 'a3')])
    expect(unreadable).toMatchObject([
      { runId: 'run-1', code: 'VAULT_DAMAGED' },
      { runId: 'run-2', code: 'VAULT_DAMAGED' },
    ])
  })
})
