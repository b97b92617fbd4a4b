import { expect, it } from 'vitest'
import { createMemoryStore } from '../../storage/memory/memory-store.js'
import { runHeader } from '../../testing/run-headers.js'
import { createSimulatedClock } from '../../testing/simulated-clock.js'
import { openJournal } from '../journal.js'
import { openRun } from '../run-store.js'
import type { Step } from '../step.js'
import { runWrites } from './run-writes.js'

const clock = createSimulatedClock()
const store = createMemoryStore(clock)

const set = (ClientId: Step['operations'][number]['input'][string], id: string): Step => ({
  phase: 'ui',
  subject: { kind: 'ui', id },
  operations: [{ operation: 'SetUICustomization', input: { ClientId }, patch: { CSS: 'new' } }],
  notes: [],
})

it('of a chunk that was cut off has what may have been sent, and nothing of a client that was never made', async () => {
  const run = openRun(store, 'run-1')
  const chunk = await run.putChunk('11-000000', 'ui', [
    set({ $ref: 'client/lost' }, 'lost'),
    set('there', 'there'),
  ])
  const journal = await openJournal(store, `${run.prefix}journal/${chunk.id}/`, clock)
  const appended = journal.append({ intent: 0 })
  await clock.advance(1_000)
  await appended
  const writes = runWrites(store, clock, run, runHeader('run-1', { chunks: [chunk] }))
  expect([...(await writes.resources())]).toEqual([
    ['ui/there', { fate: 'changed', members: { CSS: 'new' } }],
  ])
})
