import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FigureFile } from './figure-file.js'
import { FIGURE_FILES } from './figures/all.js'
import { type BenchIo, EXIT, runBench } from './run-bench.js'
import { readResults } from './results.js'

let folder: string
let time: number
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-test-'))
  time = Date.parse('2026-11-23T00:00:00Z')
})
afterEach(async () => rm(folder, { recursive: true }))

/** Figures as they come, from a file that takes seven seconds and leaves something in its folder. */
const file = (value: number | null): FigureFile => ({
  about: 'a test',
  run: async (context) => {
    await writeFile(join(context.folder, 'left-over'), '')
    time += 7_000
    context.measures('users', context.scale.users ?? 10)
    context.uses('a tool', '1.2')
    return [{ name: 'the figure', value, unit: '%', goal: { atMost: 5 } }]
  },
})
const failing: FigureFile = { about: 'it fails', run: () => Promise.reject(new Error('it broke')) }

async function bench(
  argv: readonly string[],
  files: BenchIo['files'],
  signal = new AbortController().signal,
): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', '']
  const code = await runBench(argv, {
    files,
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    clock: { now: () => time, sleep: () => Promise.resolve() },
    random: () => 0.5,
    signal,
    env: {},
    machine: { cpu: 'a processor', cores: 2, memoryBytes: 1, os: 'an OS' },
    versions: { node: '1' },
    commit: 'abc',
    resultsPath: join(folder, 'results', 'latest.json'),
    tempDirectory: folder,
  })
  return { code, out, err }
}

const recorded = (): ReturnType<typeof readResults> => readResults(join(folder, 'results', 'latest.json'))

describe('npm run bench', () => {
  it('measures all files, shows and records their figures, and leaves no folder behind', async () => {
    const { code, out } = await bench([], { good: file(4), better: file(1) })
    expect(code).toBe(EXIT.reached)
    expect(out).toContain('good: 10 users, 7 s\n')
    expect(out).toContain('2 of 2 goals are reached.\n')
    const results = await recorded()
    expect(results?.figures.map(({ file: of, value, holds }) => [of, value, holds])).toEqual([
      ['good', 4, true],
      ['better', 1, true],
    ])
    expect(results?.runs['good']).toEqual({
      machine: { cpu: 'a processor', cores: 2, memoryBytes: 1, os: 'an OS' },
      versions: { node: '1', 'a tool': '1.2' },
      date: '2026-11-23T00:00:00.000Z',
      commit: 'abc',
      seconds: 7,
      measured: { users: 10 },
    })
    expect(await readdir(folder)).toEqual(['results'])
  })

  it('measures only what was named, and leaves the record of the rest', async () => {
    await bench([], { one: file(1), two: file(2) })
    await bench(['two'], { one: file(8), two: file(3) })
    expect((await recorded())?.figures.map(({ value }) => value)).toEqual([1, 3])
  })

  it('exits 8 where a goal is missed', async () => {
    const { code, out } = await bench([], { good: file(4), bad: file(6) })
    expect(code).toBe(EXIT.missed)
    expect(out).toContain('1 of 2 goals are reached.')
  })

  it('exits 1 where something with a goal could not be measured', async () => {
    const { code, out } = await bench([], { good: file(4), unknown: file(null) })
    expect(code).toBe(EXIT.failed)
    expect(out).toContain('1 of 2 goals are reached, 1 could not be measured.')
  })

  it('measures the others where a file fails, exits 1, and does not touch what was recorded of it', async () => {
    await bench([], { one: file(1), two: file(2) })
    const { code, err } = await bench([], { one: failing, two: file(3) })
    expect(code).toBe(EXIT.failed)
    expect(err).toContain('one: failed: it broke')
    expect((await recorded())?.figures.map(({ value }) => value)).toEqual([1, 3])
    expect(await readdir(folder)).toEqual(['results'])
  })

  it('records nothing of a quick look', async () => {
    const { code, out } = await bench(['--users', '3'], { one: file(1) })
    expect(code).toBe(EXIT.reached)
    expect(out).toContain('one: 3 users, 7 s')
    expect(out).toContain('nothing was recorded')
    await bench(['--runs', '1'], { one: file(1) })
    expect(await recorded()).toBeUndefined()
  })

  it('stops when it is interrupted, without going on to the next file', async () => {
    const stop = new AbortController()
    const interrupted: FigureFile = {
      about: '',
      run: ({ signal }) => {
        stop.abort(new Error('interrupted'))
        signal.throwIfAborted()
        return Promise.resolve([])
      },
    }
    const { code } = await bench([], { one: interrupted, two: file(1) }, stop.signal)
    expect(code).toBe(EXIT.interrupted)
    expect(await recorded()).toBeUndefined()
  })

  it('refuses what it does not know, and measures nothing', async () => {
    for (const argv of [['no-such-file'], ['--users', '0'], ['--users', '1e3'], ['--what']]) {
      const { code, err } = await bench(argv, { one: failing })
      expect(code).toBe(EXIT.usage)
      expect(err).not.toContain('it broke')
    }
  })

  it('lists all figure files, in 80 columns', async () => {
    const { code, out } = await bench(['--list'], FIGURE_FILES)
    expect(code).toBe(EXIT.reached)
    for (const name of Object.keys(FIGURE_FILES)) expect(out).toContain(name)
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })
})
