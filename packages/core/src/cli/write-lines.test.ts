import { existsSync } from 'node:fs'
import { mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { streamOf } from '../testing/user-views.js'
import { writeToFile, writeToStream } from './write-lines.js'

const LINES = Array.from({ length: 5_000 }, (_, at) => `line ${at} ${'x'.repeat(40)}\n`)

async function* failing(): AsyncGenerator<string> {
  yield* streamOf(...LINES)
  throw new Error('the vault is damaged')
}

describe('into a file', () => {
  let folder: string
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'write-lines-'))))
  afterEach(() => rm(folder, { recursive: true }))

  it('writes all, for nobody else to read', async () => {
    const path = join(folder, 'map.csv')
    expect(await writeToFile(path, streamOf(...LINES))).toBe(LINES.length)
    expect(await readFile(path, 'utf8')).toBe(LINES.join(''))
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('has the name of the file when all of it is written, and not before', async () => {
    const path = join(folder, 'map.csv')
    const early: string[] = []
    async function* watched(): AsyncGenerator<string> {
      yield* streamOf(...LINES)
      early.push(...(await readdir(folder)))
      yield 'the last line'
    }
    await writeToFile(path, watched())
    expect(early).toEqual(['map.csv.part'])
    expect(await readdir(folder)).toEqual(['map.csv'])
  })

  it('writes over nothing', async () => {
    const path = join(folder, 'map.csv')
    await writeToFile(path, streamOf('mine'))
    await expect(writeToFile(path, streamOf('other'))).rejects.toMatchObject({ code: 'USAGE', value: path })
    expect(await readFile(path, 'utf8')).toBe('mine')
  })

  it('writes over a file where that is asked for, and not before all is written', async () => {
    const path = join(folder, 'map.csv')
    await writeToFile(path, streamOf('mine'))
    await expect(writeToFile(path, failing(), { force: true })).rejects.toThrow('damaged')
    expect(await readFile(path, 'utf8')).toBe('mine')
    await writeToFile(path, streamOf('other'), { force: true })
    expect(await readFile(path, 'utf8')).toBe('other')
    expect(await readdir(folder)).toEqual(['map.csv'])
  })

  it('writes over nothing that came to be there meanwhile', async () => {
    const path = join(folder, 'map.csv')
    async function* slow(): AsyncGenerator<string> {
      yield 'other'
      await writeFile(path, 'mine')
    }
    await expect(writeToFile(path, slow())).rejects.toMatchObject({ code: 'USAGE', value: path })
    expect(await readFile(path, 'utf8')).toBe('mine')
    expect(await readdir(folder)).toEqual(['map.csv'])
  })

  it.skipIf(!existsSync('/dev/full'))('says that there is no room', async () => {
    const path = join(folder, 'map.csv')
    // A file that takes nothing more, in the place of the one that is written to.
    const full = await open('/dev/full', 'w')
    const spied = vi.spyOn(Object.getPrototypeOf(full) as typeof full, 'writeFile')
    spied.mockImplementation(async () => {
      await full.write('x')
    })
    try {
      await expect(writeToFile(path, streamOf('x'))).rejects.toMatchObject({ code: 'STORAGE_FULL' })
      expect(await readdir(folder)).toEqual([])
    } finally {
      spied.mockRestore()
      await full.close()
    }
  })

  it('says that a folder is not there, and leaves no half of a file', async () => {
    await expect(writeToFile(join(folder, 'no', 'map'), streamOf('x'))).rejects.toMatchObject({
      code: 'USAGE',
    })
    const path = join(folder, 'map.csv')
    await expect(writeToFile(path, failing())).rejects.toThrow('damaged')
    expect(await readdir(folder)).toEqual([])
  })
})

describe('into a stream', () => {
  it('waits for who reads, and loses nothing', async () => {
    const taken: string[] = []
    let most = 0
    const slow = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _encoding, done) {
        most = Math.max(most, slow.writableLength)
        taken.push(chunk.toString())
        setImmediate(done)
      },
    })
    expect(await writeToStream(slow, streamOf(...LINES))).toBe(LINES.length)
    slow.end()
    expect(taken.join('')).toBe(LINES.join(''))
    expect(most).toBeLessThan(140_000)
  })

  it('ends when the reader has gone', async () => {
    const gone = new Writable({
      highWaterMark: 1,
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
      },
    })
    gone.on('error', () => undefined)
    expect(await writeToStream(gone, streamOf(...LINES, ...LINES))).toBeLessThan(2 * LINES.length)
  })
})
