import { describe, expect, it } from 'vitest'
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
