import { beforeEach, expect, it } from 'vitest'
import type { VaultEvent } from '../model/events.js'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import { streamOf } from '../testing/user-views.js'
import type { RunHeader } from './run-header.js'
import { openRun, type RunStore } from './run-store.js'
import { type Phase, PHASES, type Step } from './step.js'
import { storePlan } from './store-plan.js'

let run: RunStore
let events: VaultEvent[]

beforeEach(() => {
  run = openRun(createMemoryStore(createSimulatedClock()), 'run-1')
  events = []
})

const step = (phase: Phase, id: number, notes: Step['notes'] = []): Step => ({
  phase,
  subject: { kind: 'user', id: String(id) },
  operations: [{ operation: 'AdminDisableUser', input: {} }],
  notes,
})

const stored = async (steps: readonly Step[], wantedCount = 0): Promise<RunHeader> => {
  const { header } = await storePlan(run, streamOf(...steps), {
    createdAt: 0,
    snapshot: { id: 'snapshot-1', poolId: 'pool-1' },
    target: { mode: 'new-pool', region: 'eu-west-1', rules: { usernameAttributes: [], caseSensitive: true } },
    missing: [],
    unread: [],
    wantedCount,
    erasures: 0,
    reached: () => ({ limits: {}, leftOut: 0 }),
    triggers: [],
    etaMs: (operations) => 1_001 * (operations.get('AdminDisableUser') ?? 0),
    sink: (event) => void events.push(event),
  })
  return header
}

/** Chunks sort by where their phase stands. */
const place = (phase: Phase): string => String(PHASES.indexOf(phase)).padStart(2, '0')

it('is stored in chunks of a hundred, a phase each, in the order in which they are executed', async () => {
  const users = Array.from({ length: 201 }, (_, id) => step('users', id))
  const header = await stored([...users, step('group', 1), step('delete', 2), step('group', 3)])
  expect(header.chunks.map(({ id, phase, steps }) => [id, phase, steps])).toEqual([
    [`${place('group')}-000000`, 'group', 2],
    [`${place('users')}-000000`, 'users', 100],
    [`${place('users')}-000001`, 'users', 100],
    [`${place('users')}-000002`, 'users', 1],
    [`${place('delete')}-000000`, 'delete', 1],
  ])
  const again = (await Promise.all(header.chunks.map((chunk) => run.getChunk(chunk)))).flat()
  expect(again.filter(({ phase }) => phase === 'users')).toEqual(users)
  expect(await run.getHeader()).toEqual(header)
  expect(events).toEqual([
    { code: 'plan.users', users: 100 },
    { code: 'plan.users', users: 200 },
  ])
})

it('counts as they were those of the snapshot of whom no step is', async () => {
  const steps = [
    step('users', 1, [{ code: 'new-account' }]),
    step('survivors', 2),
    step('delete', 3),
    step('finish', 4),
  ]
  const header = await stored(steps, 10)
  expect(header.unchanged).toBe(8)
  expect(header.summary.fidelity).toEqual({ exact: 9, transformed: 1, lost: 0 })
  expect(header.etaSeconds).toBe(5)
})

it('of nothing is whole all the same', async () => {
  expect(await stored([], 3)).toMatchObject({ chunks: [], unchanged: 3 })
  expect(await run.hasPlan()).toBe(true)
})
