import { describe, expect, it } from 'vitest'
import { CodedError, type ErrorCode } from '../../model/errors.js'
import { createSimulatedClock } from '../../testing/simulated-clock.js'
import type { Call } from './call.js'
import { type TriedState, trying } from './trying.js'

const begun: TriedState = { next: 'slice', slices: 7, tries: 0, throttled: 3 }
const unreachable = new CodedError('ENDPOINT_UNREACHABLE', 'ListUsers could not be sent: ECONNREFUSED')
const SECOND = 1_000

function callOf(
  step: 'slice' | 'finish',
  { signal, slicesAnExecution = 400 }: { signal?: AbortSignal; slicesAnExecution?: number } = {},
) {
  const clock = createSimulatedClock()
  const logged: object[] = []
  const call = {
    event: { step },
    settings: { slicesAnExecution },
    vaults: { context: { clock, signal } },
    log: (level: string, facts: object) => void logged.push({ level, ...facts }),
    throttled: () => 2,
  } as unknown as Call
  return { call, clock, logged }
}

const noEnd = (error: CodedError): Promise<never> => Promise.reject(new Error(`given up: ${error.code}`))
const rejects = (error: Error) => () => Promise.reject(error)

describe('a step', () => {
  it('that succeeds is passed on as it is', async () => {
    const { call, clock, logged } = callOf('slice')
    const answer = { ...begun, slices: 8 }
    expect(await trying(call, begun, () => Promise.resolve(answer), noEnd)).toBe(answer)
    expect([clock.pending, logged]).toEqual([0, []])
  })

  it.each([
    ['slice', 'slice'],
    ['finish', 'finish'],
  ] as const)(
    '%s, that may pass, is tried again after a wait, with what it was refused for its rate counted',
    async (step, next) => {
      const { call, clock, logged } = callOf(step)
      const answering = trying(call, begun, rejects(unreachable), noEnd)
      await clock.advance(20 * SECOND - 1)
      expect(clock.pending).toBe(1)
      await clock.advance(1)
      expect(await answering).toEqual({ next, slices: 8, tries: 1, throttled: 5 })
      expect(logged).toEqual([
        expect.objectContaining({ level: 'WARN', code: 'slice.tried-again', error: 'ENDPOINT_UNREACHABLE' }),
      ])
    },
  )

  it('of the last slice of an execution is tried again in another one', async () => {
    const { call, clock } = callOf('slice', { slicesAnExecution: 8 })
    const answering = trying(call, begun, rejects(unreachable), noEnd)
    await clock.advance(20 * SECOND)
    expect(await answering).toMatchObject({ next: 'again', slices: 8 })
  })

  it.each(['ENDPOINT_UNREACHABLE', 'STORAGE_FAILED'] as const)(
    'that ends with %s is tried five times more, ever later, and then given up',
    async (code) => {
      const { call, clock } = callOf('slice')
      const failure = new CodedError(code, 'no')
      const ended: TriedState = { ...begun, next: 'done' }
      let state = begun
      let given: Error | undefined
      const startedAt = clock.now()
      const waits: number[] = []
      while (state.next !== 'done') {
        const before = clock.now()
        const answering = trying(call, state, rejects(failure), (error) => {
          given = error
          return Promise.resolve(ended)
        })
        while (await stillWaits(answering)) await clock.advance(SECOND)
        state = await answering
        waits.push((clock.now() - before) / SECOND)
      }
      expect(waits).toEqual([20, 40, 60, 80, 100, 0])
      expect(given).toBe(failure)
      expect(clock.now() - startedAt).toBeLessThan(600 * SECOND)
    },
  )

  it.each(['ACCESS_DENIED', 'LOCKED', 'COGNITO_FAILED', 'LOCK_LOST'] satisfies ErrorCode[])(
    'that ends with %s is given up at once',
    async (code) => {
      const { call, clock } = callOf('slice')
      await expect(trying(call, begun, rejects(new CodedError(code, 'no')), noEnd)).rejects.toThrow(
        `given up: ${code}`,
      )
      expect(clock.pending).toBe(0)
    },
  )

  it('that should not have failed is given up at once, without a word of what a library said', async () => {
    const { call } = callOf('slice')
    const found: CodedError[] = []
    await trying(call, begun, rejects(new TypeError('ann@example.com is no function')), (error) => {
      found.push(error)
      return Promise.resolve(begun)
    })
    expect(found[0]?.code).toBe('INTERNAL')
    expect(found[0]?.message).not.toContain('ann')
  })

  it.each([
    ['the time of the call was over', unreachable, AbortSignal.abort()],
    ['it was stopped', new CodedError('INTERRUPTED', 'stopped'), new AbortController().signal],
  ])('is not answered to when %s', async (_, thrown, signal) => {
    const { call, clock } = callOf('slice', { signal })
    await expect(trying(call, begun, rejects(thrown), noEnd)).rejects.toBe(thrown)
    expect(clock.pending).toBe(0)
  })
})

async function stillWaits(answering: Promise<unknown>): Promise<boolean> {
  const waiting = Symbol('waiting')
  const turn = new Promise((resolve) => setImmediate(() => resolve(waiting)))
  return (await Promise.race([answering, turn])) === waiting
}
