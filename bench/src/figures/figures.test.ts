import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from 'cognito-vault'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BenchContext } from '../figure-file.js'
import * as dailyBytes from './daily-bytes.js'
import * as storedBytes from './stored-bytes.js'

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'figures-'))))
afterEach(async () => rm(folder, { recursive: true }))

function contextOf(scale: BenchContext['scale'], env: NodeJS.ProcessEnv): BenchContext {
  return {
    clock: systemClock,
    random: Math.random,
    signal: new AbortController().signal,
    env,
    folder,
    scale,
    say: () => undefined,
    measures: () => undefined,
    uses: () => undefined,
  }
}

describe('the figures of stored bytes', () => {
  it('of peers that are not installed have no value, and say so', async () => {
    // Where this is, no program is.
    const figures = await storedBytes.run(contextOf({ users: 500 }, { PATH: folder }))
    const beside = figures.filter(({ of }) => of !== undefined)
    expect(beside).toHaveLength(7)
    for (const { value, of, note } of beside) {
      expect([value, of?.peer.value]).toEqual([null, null])
      expect(of?.ours).toBeGreaterThan(100)
      expect(note).toMatch(/is not installed/)
    }
    const second = figures.filter(({ of }) => of === undefined)
    expect(second.map(({ name, unit }) => [name, unit])).toEqual([
      ['second snapshot, encrypted', '% of the first'],
      ['second snapshot, in the clear', '% of the first'],
    ])
    for (const { value } of second) expect(value).toBeGreaterThan(0)
  })

  it('of daily snapshots count each day, and what a restore reads', async () => {
    const figures = await dailyBytes.run(contextOf({ users: 500, days: 3 }, {}))
    const [mean, worst, objects, bytes] = figures.map(({ value }) => value ?? 0)
    expect(worst).toBeGreaterThanOrEqual(mean ?? 0)
    expect(mean).toBeGreaterThan(0)
    // Of three streams the root; of users and configuration the index and the base; three deltas; vault.json, its key and the manifest.
    expect(objects).toBe(3 + 4 + 3 + 3)
    expect(bytes).toBeGreaterThan(90)
  })
})
