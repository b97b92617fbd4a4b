import fc from 'fast-check'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compareKeys } from '../model/canonical.js'
import { makeRecord, type StreamRecord } from '../model/records.js'
import { collect } from '../testing/collect.js'
import { createSorter } from './external-sort.js'

let tempDirectory: string

beforeEach(async () => {
  tempDirectory = await mkdtemp(join(tmpdir(), 'external-sort-'))
})

afterEach(() => rm(tempDirectory, { recursive: true, force: true }))

const keys = fc.array(fc.tuple(fc.string({ unit: 'binary', maxLength: 6 }), fc.nat(9)), { maxLength: 200 })

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
      { numRuns: 60 },
    )
  })

  it('keeps of records with one key the one that was added last', async () => {
    const sorter = createSorter({ tempDirectory, charactersInMemory: 40, duplicates: 'last' })
    for (let n = 0; n < 20; n++) await sorter.add(makeRecord(`key-${n % 3}`, { n }))
    const sorted = await collect(sorter.sorted())
    expect(sorted.map((record) => record.line)).toEqual(
      [18, 19, 17].map((n) => makeRecord(`key-${n % 3}`, { n }).line),
    )
  })

  it('leaves nothing readable on disk, and nothing at all when it is done', async () => {
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

  it('forgets everything when it is cleared', async () => {
    const sorter = createSorter({ tempDirectory, charactersInMemory: 20, duplicates: 'keep' })
    for (const key of ['b', 'a', 'c']) await sorter.add(makeRecord(key, { filler: 'filler filler' }))
    await sorter.clear()
    expect(sorter.added).toBe(0)
    await sorter.add(makeRecord('z', {}))
    expect((await collect(sorter.sorted())).map((record: StreamRecord) => record.key)).toEqual(['z'])
    expect(await readdir(tempDirectory)).toEqual([])
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
})
