import { describe, expect, it } from 'vitest'
import { makeRecord } from '../model/records.js'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import { newPassphrase } from '../testing/test-keys.js'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import { openCaptureRun, type Part } from './capture-run.js'
import { sealJson } from './sealed-json.js'
import { initVault } from './vault.js'

const POOL = 'eu-west-1_Ab12Cd34E'
const clock = createSimulatedClock(Date.UTC(2026, 10, 23))
const part: Part = {
  progress: { isWhole: false, note: 'Zoë\n' },
  batches: [
    {
      stream: 'users',
      section: 'users/3',
      generation: 1,
      records: [makeRecord('3a', { Username: 'zoë' }), makeRecord('3b', { Username: 'line\nbreak' })],
    },
    { stream: 'memberships', section: 'members/staff', generation: 0, records: [makeRecord('3a/staff', {})] },
  ],
}

describe('the objects of a backup in slices', () => {
  it('are read as they were put, and a number is taken once', async () => {
    const run = openCaptureRun(createMemoryStore(clock), POOL, 'nightly')
    expect(await run.getFacts()).toBeUndefined()
    expect(await run.begin({ snapshotId: 'a' })).toBe(false)
    expect(await run.begin({ snapshotId: 'b' })).toBe(true)
    expect(await run.getFacts()).toEqual({ snapshotId: 'a' })
    expect(await run.lastPart()).toBe(0)
    expect(await run.putPart(1, part)).toBe(true)
    expect(await run.putPart(2, { progress: {}, batches: [] })).toBe(true)
    expect(await run.putPart(2, part)).toBe(false)
    expect(await run.lastPart()).toBe(2)
    expect(await run.getPart(1)).toMatchObject(part)
    expect(await run.getPart(2)).toEqual({ progress: {}, batches: [] })
    expect(await run.hasEnded()).toBe(false)
    await run.end('finished', '2026-11-23T00:00:00.000Z')
    await run.end('abandoned', '2026-11-23T00:00:00.000Z')
    expect(await run.hasEnded()).toBe(true)
  })

  it('are damaged in the place of another, or of another run', async () => {
    const store = createMemoryStore(clock)
    const run = openCaptureRun(store, POOL, 'nightly')
    await run.putPart(1, part)
    const prefix = `captures/${POOL}/`
    const bytes = (await store.get(`${prefix}nightly/parts/000001`))!
    for (const key of ['nightly/parts/000002', 'other/parts/000001'])
      await store.putIfAbsent(`${prefix}${key}`, bytes)
    const damaged = { code: 'VAULT_DAMAGED' }
    await expect(run.getPart(2)).rejects.toMatchObject(damaged)
    await expect(openCaptureRun(store, POOL, 'other').getPart(1)).rejects.toMatchObject(damaged)
    await expect(run.getPart(3)).rejects.toMatchObject(damaged)
  })

  it('are sealed in an encrypted vault, like all else', async () => {
    const beneath = createMemoryStore(clock)
    const { store } = await initVault(beneath, clock.now(), Math.random, newPassphrase('a passphrase'))
    const run = openCaptureRun(store, POOL, 'nightly')
    await run.begin({ name: 'shop' })
    await run.putPart(1, part)
    expect(await run.getPart(1)).toMatchObject(part)
    for (const name of ['begun.json', 'parts/000001']) {
      const stored = Buffer.from((await beneath.get(`captures/${POOL}/nightly/${name}`))!)
      expect(stored.includes('shop')).toBe(false)
      // Nor is it gzip that everybody opens.
      expect(stored.readUInt16BE(0)).not.toBe(0x1f8b)
    }
  })

  it('of a newer version are left alone, and no id of a run leads out of its place', async () => {
    const store = createMemoryStore(clock)
    const key = `captures/${POOL}/nightly/begun.json`
    await store.putIfAbsent(key, sealJson(key, { format: 2, facts: {} }))
    await expect(openCaptureRun(store, POOL, 'nightly').getFacts()).rejects.toMatchObject({
      code: 'VAULT_TOO_NEW',
    })
    for (const id of ['', '../x', 'a/b', '.hidden', 'x'.repeat(129)])
      expect(() => openCaptureRun(store, POOL, id)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })
})
