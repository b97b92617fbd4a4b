import fc from 'fast-check'
import { existsSync } from 'node:fs'
import type * as fsPromises from 'node:fs/promises'
import { mkdtemp, open, readdir, readFile, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { compareKeys } from '../model/canonical.js'
import { makeRecord, type StreamRecord } from '../model/records.js'
import { collect } from '../testing/collect.js'
import { createSorter, type Sorter } from './external-sort.js'

/** A file that takes what is written to it as a full disk does. */
const FULL_DISK = '/dev/full'
const disk = vi.hoisted(() => ({ full: false }))

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof fsPromises>()
  const openOrFull: typeof real.open = (path, flags, mode) =>
    disk.full && flags === 'wx' ? real.open('/dev/full', 'w') : real.open(path, flags, mode)
  return { ...real, open: openOrFull }
})

let tempDirectory: string

beforeEach(async () => {
  tempDirectory = await mkdtemp(join(tmpdir(), 'external-sort-'))
})

afterEach(async () => {
  disk.full = false
  await rm(tempDirectory, { recursive: true, force: true })
})

const keys = fc.array(fc.tuple(fc.string({ unit: 'binary', maxLength: 6 }), fc.nat(9)), { maxLength: 200 })

async function spilled(records: number): Promise<Sorter> {
  const sorter = createSorter({ tempDirectory, charactersInMemory: 100, duplicates: 'keep' })
  for (let n = 0; n < records; n++) await sorter.add(makeRecord(`${n}`, { filler: 'filler filler' }))
  return sorter
}

describe('the external sorter', () => {
  it('sorts as memory would, spilled or not, and keeps all of one key', async () => {
    await fc.assert(
      fc.asyncProperty(keys, fc.integer({ min: 10, max: 4000 }), async (pairs, charactersInMemory) => {
        const records = pairs.map(([key, n]) => makeRecord(key, { n }))
        const sorter = createSorter({ tempDirectory, charactersInMemory, duplicates: 'keep' })
        for (const record of records) await sorter.add(record)
        const sorted = await collect(sorter.sorted())
        expect(sorted).toEqual([...records].sort((a, b) => compareKeys(a.key, b.key)))
        expect(await readdir(tempDirectory)).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  it('keeps of records with one key the one added last, also of those added at the same time', async () => {
    const few = fc.array(fc.nat(12), { maxLength: 300 })
    await fc.assert(
      fc.asyncProperty(few, fc.integer({ min: 10, max: 2000 }), async (numbers, charactersInMemory) => {
        const sorter = createSorter({ tempDirectory, charactersInMemory, duplicates: 'last' })
        const last = new Map<string, string>()
        const adding = numbers.map((number, n) => {
          const record = makeRecord(`key-${String(number).padStart(2, '0')}`, { n })
          last.set(record.key, record.line)
          return sorter.add(record)
        })
        await Promise.all(adding)
        const sorted = await collect(sorter.sorted())
        expect(sorted.map((record) => record.line)).toEqual(
          [...last].sort(([a], [b]) => compareKeys(a, b)).map(([, line]) => line),
        )
      }),
      { numRuns: 30 },
    )
  })

  it('keeps few files, however often it spills', async () => {
    let most = 0
    const sorter = createSorter({ tempDirectory, charactersInMemory: 1, duplicates: 'keep' })
    const records = Array.from({ length: 600 }, (_, n) => makeRecord(String((n * 7919) % 600), { n }))
    for (const record of records) {
      await sorter.add(record)
      most = Math.max(most, (await readdir(tempDirectory)).length)
    }
    // Fifteen of each level, and what is being merged.
    expect(most).toBeLessThanOrEqual(46)
    expect(sorter.added).toBe(600)
    expect(await collect(sorter.sorted())).toEqual(records.sort((a, b) => compareKeys(a.key, b.key)))
    expect(await readdir(tempDirectory)).toEqual([])
  })

  it('leaves nothing readable on disk, and nothing at all when its reader stops', async () => {
    const secret = 'ann@example.com'
    const sorter = createSorter({ tempDirectory, charactersInMemory: 100, duplicates: 'keep' })
    for (let n = 0; n < 50; n++) await sorter.add(makeRecord(`${n}`, { secret }))
    const files = await readdir(tempDirectory)
    expect(files.length).toBeGreaterThan(5)
    for (const file of files)
      expect(await readFile(join(tempDirectory, file), 'latin1')).not.toContain(secret)
    const reading = sorter.sorted()
    await reading.next()
    await reading.return(undefined)
    expect(await readdir(tempDirectory)).toEqual([])
  })

  it('forgets everything when it is cleared, also what is being written', async () => {
    const sorter = createSorter({ tempDirectory, charactersInMemory: 20, duplicates: 'keep' })
    const adding = ['b', 'a', 'c'].map((key) => sorter.add(makeRecord(key, { filler: 'filler filler' })))
    await sorter.clear()
    await Promise.all(adding)
    expect(await readdir(tempDirectory)).toEqual([])
    expect(sorter.added).toBe(0)
    await sorter.add(makeRecord('z', {}))
    expect((await collect(sorter.sorted())).map((record: StreamRecord) => record.key)).toEqual(['z'])
    expect(await readdir(tempDirectory)).toEqual([])
  })

  it('is read once: a second reader would find nothing', async () => {
    const sorter = await spilled(5)
    expect(await collect(sorter.sorted())).toHaveLength(5)
    await expect(collect(sorter.sorted())).rejects.toMatchObject({ code: 'INTERNAL' })
  })

  it('says where there is no room', async () => {
    const sorter = createSorter({
      tempDirectory: join(tempDirectory, 'gone'),
      charactersInMemory: 1,
      duplicates: 'keep',
    })
    await expect(sorter.add(makeRecord('a', {}))).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      hint: expect.stringContaining('TMPDIR') as string,
    })
  })

  it.skipIf(!existsSync(FULL_DISK))('says that the disk is full, and takes nothing as sorted', async () => {
    const sorter = await spilled(20)
    disk.full = true
    const full = {
      code: 'STORAGE_FULL',
      value: tempDirectory,
      hint: expect.stringContaining('TMPDIR') as string,
    }
    const filler = { filler: 'filler '.repeat(20) }
    await expect(sorter.add(makeRecord('a', filler))).rejects.toMatchObject(full)
    disk.full = false
    // The records that were to be written are lost: nobody may believe that they were sorted.
    await expect(sorter.add(makeRecord('b', {}))).rejects.toMatchObject(full)
    await expect(collect(sorter.sorted())).rejects.toMatchObject(full)
    expect(await readdir(tempDirectory)).toEqual([])
  })

  it('notices a temporary file that was altered, cut short or removed', async () => {
    const alterAt = (offset: number) => async (path: string) => {
      const file = await open(path, 'r+')
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, offset)
      // What is encrypted may be any byte; another is needed.
      await file.write(Buffer.from([buffer[0]! ^ 1]), 0, 1, offset)
      await file.close()
    }
    const harms: ((path: string) => Promise<unknown>)[] = [
      alterAt(40),
      alterAt(0),
      (path) => truncate(path, 30),
      (path) => truncate(path, 0),
      (path) => rm(path),
    ]
    for (const harm of harms) {
      const sorter = await spilled(20)
      const [file] = await readdir(tempDirectory)
      await harm(join(tempDirectory, file!))
      await expect(collect(sorter.sorted())).rejects.toMatchObject({
        code: 'STORAGE_FAILED',
        value: tempDirectory,
      })
      expect(await readdir(tempDirectory)).toEqual([])
    }
  })
})
