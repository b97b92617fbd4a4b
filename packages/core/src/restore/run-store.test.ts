import { beforeEach, describe, expect, it } from 'vitest'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import type { ObjectStore } from '../storage/object-store.js'
import { runHeader } from '../testing/run-headers.js'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import { openRun, type RunStore } from './run-store.js'
import type { Step } from './step.js'

let store: ObjectStore
let run: RunStore

beforeEach(() => {
  store = createMemoryStore(createSimulatedClock())
  run = openRun(store, 'run-1')
})

const steps: Step[] = [
  { phase: 'group', subject: { kind: 'group', id: 'a' }, operations: [], notes: [] },
  {
    phase: 'group',
    subject: { kind: 'group', id: 'zoë\n' },
    operations: [],
    notes: [{ code: 'extra-left' }],
  },
]

describe('a run', () => {
  it('has a plan once its header is stored, whatever else is', async () => {
    await run.begin('then')
    await run.putChunk('06-000000', 'group', steps)
    expect(await run.hasPlan()).toBe(false)
    await run.putHeader(runHeader('run-1'))
    expect(await run.hasPlan()).toBe(true)
    expect(await run.getHeader()).toEqual(runHeader('run-1'))
  })

  it('is approved once, and reported once', async () => {
    expect([await run.isApproved(), await run.isReported()]).toEqual([false, false])
    await run.approve('then')
    expect([await run.isApproved(), await run.isReported()]).toEqual([true, false])
    await run.putReport({}, { first: 'digest' })
    await run.putReport({}, { second: 'digest' })
    expect(await run.isReported()).toBe(true)
    expect(await run.getReportedLines()).toEqual({ first: 'digest' })
  })

  it('gives back the steps of a chunk, and refuses others', async () => {
    const chunk = await run.putChunk('06-000000', 'group', steps)
    expect(chunk).toMatchObject({ id: '06-000000', phase: 'group', steps: 2 })
    expect(await run.getChunk(chunk)).toEqual(steps)
    const other = await openRun(store, 'run-2').putChunk('06-000000', 'group', steps.slice(1))
    await expect(run.getChunk(other)).rejects.toMatchObject({ code: 'VAULT_DAMAGED' })
    await expect(run.getChunk({ ...chunk, id: '06-000001' })).rejects.toMatchObject({
      code: 'VAULT_DAMAGED',
      value: 'restores/run-1/plan/06-000001',
    })
  })

  it('takes a chunk again that comes out the same, and refuses a plan beside what a dead process has left of another', async () => {
    const chunk = await run.putChunk('06-000000', 'group', steps)
    expect(await run.putChunk('06-000000', 'group', steps)).toEqual(chunk)
    await run.refuseOtherChunks([chunk])
    const changed = run.putChunk('06-000000', 'group', steps.slice(1))
    await expect(changed).rejects.toMatchObject({ code: 'PLAN_OUTDATED', value: 'run-1' })
    await run.putChunk('06-000001', 'group', steps)
    await expect(run.refuseOtherChunks([chunk])).rejects.toMatchObject({ code: 'PLAN_OUTDATED' })
  })

  it('gives back the lines of a report', async () => {
    const name = 'fidelity/06-000000.ndjson.gz'
    const digest = await run.putLines(name, ['{"a":1}', '{"b":2}'])
    expect(await run.getLines(name, digest)).toEqual(['{"a":1}', '{"b":2}'])
    await expect(run.getLines(name, '0'.repeat(64))).rejects.toMatchObject({ code: 'VAULT_DAMAGED' })
    await expect(run.getLines('fidelity/other', digest)).rejects.toMatchObject({ code: 'VAULT_DAMAGED' })
  })
})

describe('a header', () => {
  it.each(['no JSON', '{"format":2}'])('that is %j is damage', async (bytes) => {
    await store.putIfAbsent('restores/run-1/plan.json', Buffer.from(bytes))
    await expect(run.getHeader()).rejects.toMatchObject({
      code: 'VAULT_DAMAGED',
      value: 'restores/run-1/plan.json',
    })
  })

  it('of another run is damage, and one of a newer format is not', async () => {
    await run.putHeader(runHeader('run-2'))
    await expect(run.getHeader()).rejects.toMatchObject({ code: 'VAULT_DAMAGED' })
    const newer = openRun(store, 'run-3')
    await newer.putHeader({ ...runHeader('run-3'), format: 2 as 1 })
    await expect(newer.getHeader()).rejects.toMatchObject({ code: 'VAULT_TOO_NEW' })
  })

  it('that is not there names the newest run that is', async () => {
    const unknown = { code: 'RUN_NOT_FOUND', value: 'run-1' }
    await expect(run.getHeader()).rejects.toMatchObject({
      ...unknown,
      hint: 'no restore was ever started with this vault',
    })
    await openRun(store, 'run-0').approve('then')
    await openRun(store, 'run-9').begin('then')
    await expect(run.getHeader()).rejects.toMatchObject({ ...unknown, hint: 'the newest run is run-9' })
  })
})
