import { getEventListeners } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { parallel } from './parallel.js'

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('parallel', () => {
  it('works on every item, and on no more at once than it may', async () => {
    let running = 0
    let most = 0
    const seen: number[] = []
    await parallel([1, 2, 3, 4, 5, 6, 7], 3, undefined, async (item) => {
      most = Math.max(most, ++running)
      await tick()
      running--
      seen.push(item)
    })
    expect(seen.sort()).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(most).toBe(3)
  })

  it('throws the first failure when all others have ended, after telling them to stop', async () => {
    const ended: string[] = []
    const work = parallel(['fails', 'goes on'], 2, undefined, async (item, signal) => {
      await tick()
      if (item === 'fails') throw new Error('broken')
      await tick()
      ended.push(String(signal.aborted))
    })
    await expect(work).rejects.toThrow('broken')
    expect(ended).toEqual(['true'])
  })

  it('begins nothing when the signal has aborted, and throws its reason', async () => {
    const reason = new Error('stopped')
    const work = parallel([1], 1, AbortSignal.abort(reason), () => Promise.reject(new Error('begun')))
    await expect(work).rejects.toBe(reason)
  })

  it('does not begin what was pulled while another failed, and tells the source to end', async () => {
    const begun: number[] = []
    let ended = false
    async function* source(): AsyncGenerator<number> {
      try {
        yield 1
        await tick()
        yield 2
        yield 3
      } finally {
        ended = true
      }
    }
    const work = parallel(source(), 2, undefined, (item) => {
      begun.push(item)
      return Promise.reject(new Error(`no ${item}`))
    })
    await expect(work).rejects.toThrow('no 1')
    expect(begun).toEqual([1])
    expect(ended).toBe(true)
  })

  it('throws why the work failed, not what the source says to being ended', async () => {
    async function* source(): AsyncGenerator<number> {
      try {
        yield 1
        await tick()
        yield 2
      } finally {
        throw new Error('cannot end')
      }
    }
    await expect(parallel(source(), 1, undefined, () => Promise.reject(new Error('why')))).rejects.toThrow(
      'why',
    )
  })

  it('throws what the source throws', async () => {
    // eslint-disable-next-line @typescript-eslint/require-await -- a source that breaks
    async function* source(): AsyncGenerator<number> {
      yield 1
      throw new Error('no more')
    }
    await expect(parallel(source(), 3, undefined, tick)).rejects.toThrow('no more')
  })

  it('stops when the signal aborts, and throws its reason', async () => {
    const controller = new AbortController()
    const begun: number[] = []
    const work = parallel([1, 2, 3, 4], 1, controller.signal, async (item) => {
      begun.push(item)
      if (item === 2) controller.abort(new Error('enough'))
      await tick()
    })
    await expect(work).rejects.toThrow('enough')
    expect(begun).toEqual([1, 2])
  })

  it('pulls from a source one item at a time', async () => {
    let pulling = 0
    async function* source(): AsyncGenerator<number> {
      for (let i = 0; i < 5; i++) {
        expect(++pulling).toBe(1)
        await tick()
        pulling--
        yield i
      }
    }
    await parallel(source(), 4, undefined, tick)
  })
})

describe('parallel, on a signal that lives long,', () => {
  const warnings: Error[] = []
  const note = (warning: Error): void => void warnings.push(warning)
  process.on('warning', note)
  afterEach(() => process.off('warning', note))

  it('leaves nothing, and makes Node warn of nothing, however often it is called', async () => {
    const { signal } = new AbortController()
    for (let call = 0; call < 2000; call++) await parallel([1, 2], 2, signal, tick)
    await Promise.all(Array.from({ length: 50 }, () => parallel([1, 2, 3], 2, signal, tick)))
    await expect(parallel([1], 1, signal, () => Promise.reject(new Error('broken')))).rejects.toThrow(
      'broken',
    )
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    expect(dependentsOf(signal)).toBe(0)
    await tick()
    expect(warnings.map(({ name }) => name)).not.toContain('MaxListenersExceededWarning')
  })
})

/** The signals that `AbortSignal.any` made of this one, each of which Node remembers for as long as this one lives. */
function dependentsOf(signal: AbortSignal): number {
  const symbol = Object.getOwnPropertySymbols(signal).find((one) => one.description === 'kDependantSignals')
  const dependents =
    symbol === undefined ? undefined : (signal as unknown as Record<symbol, Set<unknown>>)[symbol]
  return dependents?.size ?? 0
}
