import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { VaultEvent } from '../model/events.js'
import { createSimulatedClock, type SimulatedClock } from '../testing/simulated-clock.js'
import type { CliIo } from './cli-io.js'
import { barText } from './progress-bar.js'
import { createProgress, type Progress } from './progress.js'

const POOL = 'eu-west-1_AbCdEf123'

function logged(how = { quiet: false, verbose: false }): {
  clock: SimulatedClock
  progress: Progress
  lines: () => string[]
} {
  const clock = createSimulatedClock()
  const stderr = new PassThrough()
  let text = ''
  stderr.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
  const io = { stderr, env: {}, clock } as unknown as CliIo
  return { clock, progress: createProgress(io, how), lines: () => text.split('\n').slice(0, -1) }
}

const users = (n: number): VaultEvent => ({ code: 'capture.users', poolId: POOL, users: n })

describe('progress without a terminal', () => {
  it('is a line every ten seconds, and one at the end of a phase', async () => {
    const { clock, progress, lines } = logged()
    progress.sink({ code: 'capture.started', poolId: POOL, estimatedUsers: 3000 })
    for (let second = 1; second <= 25; second++) {
      await clock.advance(1000)
      progress.sink(users(second * 100))
    }
    progress.sink({ code: 'capture.stored', poolId: POOL, snapshotId: 'S' })
    progress.pause()
    await clock.advance(0)
    expect(lines()).toEqual([
      `${POOL}: reading, about 3,000 users`,
      `${POOL} users: 1,000 of 3,000 users, 100/s`,
      `${POOL} users: 2,000 of 3,000 users, 100/s`,
      `${POOL} users: 2,500 of 3,000 users`,
      `${POOL}: snapshot S is stored`,
    ])
  })

  it('says what is throttled once in ten seconds, and of failures the first twenty', async () => {
    const { clock, progress, lines } = logged()
    const throttled: VaultEvent = {
      code: 'throttled',
      operation: 'ListUsers',
      category: 'UserList',
      ratePerSecond: 7.25,
    }
    for (let i = 0; i < 3; i++) progress.sink(throttled)
    await clock.advance(10_000)
    progress.sink(throttled)
    expect(lines()).toEqual(Array(2).fill('throttled: ListUsers; now 7.3 requests/s for UserList'))
    for (let i = 0; i < 30; i++) {
      progress.sink({ code: 'restore.failed', operation: 'CreateGroup', subject: `group ${i}`, reason: 'no' })
    }
    expect(lines()).toHaveLength(22)
  })

  it('is nothing at all when it is to be quiet, and everything when verbose', () => {
    const quiet = logged({ quiet: true, verbose: false })
    quiet.progress.sink(users(1))
    expect(quiet.lines()).toEqual([])
    const verbose = logged({ quiet: false, verbose: true })
    verbose.progress.sink(users(1))
    expect(verbose.lines()).toEqual([`capture.users poolId="${POOL}" users=1`])
  })
})

describe('the bar', () => {
  const movement = { phase: 'p', label: `${POOL} users`, done: 500_000, total: 1_000_000, unit: 'user' }

  it('fits whatever width there is', () => {
    for (let width = 20; width <= 120; width++) {
      expect(barText(movement, 1234.5, width).length).toBeLessThanOrEqual(width)
    }
  })

  it('shows the share, the rate and the time left', () => {
    expect(barText(movement, 1000, 100)).toBe(
      `[=======------] 50% ${POOL} users: 500,000 of 1,000,000 users, 1,000/s, 8 min 20 s left`,
    )
  })

  it('shows no bar where nobody knows how much there is', () => {
    expect(barText({ ...movement, total: undefined }, undefined, 80)).toBe(`${POOL} users: 500,000 users`)
  })
})
