import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, describe, it } from 'vitest'
import { judge, type JudgedFigure } from './figure.js'
import { type FileRun, readResults, withRun, writeResults } from './results.js'

const run = (date: string): FileRun => ({
  machine: { cpu: 'a processor', cores: 2, memoryBytes: 1, os: 'an OS' },
  versions: { node: date },
  date,
  commit: `commit of ${date}`,
  seconds: 1,
  measured: { users: 1 },
})
const figures = (value: number): JudgedFigure[] => [
  judge({ name: 'one', value, unit: '%', goal: { atMost: 5 } }),
]
const folders: string[] = []

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})

describe('the record of results', () => {
  const order = ['first', 'second']
  const onlySecond = withRun(undefined, { file: 'second', run: run('1'), figures: figures(2) }, order)
  const both = withRun(onlySecond, { file: 'first', run: run('2'), figures: figures(1) }, order)

  it('replaces the figures of the file that was measured, and no other’s', () => {
    const again = withRun(both, { file: 'first', run: run('3'), figures: figures(9) }, order)
    expect(again.figures.map(({ file, value, holds }) => [file, value, holds])).toEqual([
      ['first', 9, false],
      ['second', 2, true],
    ])
    expect([again.runs['first']?.date, again.runs['second']?.date]).toEqual(['3', '1'])
    expect([again.date, again.commit, again.versions]).toEqual(['3', 'commit of 3', { node: '3' }])
  })

  it('is in the order of the list, whichever was measured first', () => {
    expect(both.figures.map(({ file }) => file)).toEqual(order)
    expect(Object.keys(both.runs)).toEqual(order)
  })

  it('forgets files that are there no more', () => {
    const left = withRun(both, { file: 'second', run: run('3'), figures: figures(2) }, ['second'])
    expect(left.figures.map(({ file }) => file)).toEqual(['second'])
    expect(Object.keys(left.runs)).toEqual(['second'])
  })

  it('is read as it was written, is nothing where there is none, and is not taken for nothing where it is damaged', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'results-'))
    folders.push(folder)
    const path = join(folder, 'results', 'latest.json')
    expect(await readResults(path)).toBeUndefined()
    await writeResults(path, both)
    expect(await readResults(path)).toEqual(both)
    expect(await readdir(join(folder, 'results'))).toEqual(['latest.json'])
    await writeFile(path, '{"figures":')
    await expect(readResults(path)).rejects.toThrow(SyntaxError)
  })
})
