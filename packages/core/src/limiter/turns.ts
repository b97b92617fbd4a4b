import type { Clock } from '../model/clock.js'
import { listenForAbort } from '../model/listen-for-abort.js'
import { createAlarm } from './alarm.js'
import { createCategoryQueue, type CategoryQueue, type Waiting } from './category-queue.js'
import { createPacer } from './pacer.js'
import type { QuotaCategory } from './quotas.js'
import type { Rates } from './rates.js'

export interface Turn {
  category: QuotaCategory
  operation: string
  poolId: string | undefined
  /** Its place in the order of arrival. */
  sequence: number
  signal: AbortSignal | undefined
}

/** Decides who is sent when, so that every rate and the number in flight hold at once. */
export interface Turns {
  /** Resolves when the request is to be sent, now; then `leave` must follow. Rejects as soon as the signal aborts. */
  take(turn: Turn): Promise<void>
  /** The request has been answered. */
  leave(): void
}

export interface TurnsOptions {
  clock: Clock
  /** Never goes back. */
  now: () => number
  /** Read afresh at every start. */
  rates: Rates
  maxInFlight: number
}

export function createTurns({ clock, now, rates, maxInFlight }: TurnsOptions): Turns {
  const queues = new Map<QuotaCategory, CategoryQueue>()
  const overall = createPacer(() => rates.overallPerSecond)
  const alarm = createAlarm(clock, now, startAllDue)
  let waitingCount = 0
  let inFlight = 0

  function queueOf(category: QuotaCategory): CategoryQueue {
    const known = queues.get(category)
    if (known !== undefined) return known
    const rate = (): number => rates.ratePerSecond(category)
    const queue = createCategoryQueue(rate, rates.operationOnPoolPerSecond(category))
    queues.set(category, queue)
    return queue
  }

  /** The category that has been due for longest, so that where all compete for one thing, each gets its turn. */
  function nextQueue(moment: number): { at: number; queue: CategoryQueue } | undefined {
    let next: { at: number; queue: CategoryQueue } | undefined
    for (const queue of queues.values()) {
      const at = queue.nextAt(moment)
      if (at !== undefined && (next === undefined || at < next.at)) next = { at, queue }
    }
    return next
  }

  function startAllDue(): void {
    while (waitingCount > 0 && inFlight < maxInFlight) {
      const moment = now()
      const next = nextQueue(moment)
      if (next === undefined) break
      const at = Math.max(next.at, overall.dueAt())
      if (at > moment) {
        alarm.set(at - moment)
        return
      }
      const waiting = next.queue.take(moment)
      if (waiting === undefined) break
      overall.start(moment)
      waitingCount -= 1
      inFlight += 1
      waiting.begin()
    }
    alarm.clear()
  }

  return {
    take: ({ category, operation, poolId, sequence, signal }) =>
      new Promise((resolve, reject) => {
        let stopListening = (): void => undefined
        const waiting: Waiting = {
          sequence,
          abandoned: false,
          begin() {
            stopListening()
            resolve()
          },
        }
        if (signal !== undefined) {
          stopListening = listenForAbort(signal, () => {
            waiting.abandoned = true
            waitingCount -= 1
            if (waitingCount === 0) alarm.clear()
            reject(signal.reason as Error)
          })
        }
        const queue = queueOf(category)
        const lane =
          rates.operationOnPoolPerSecond(category) === Infinity ? '' : `${operation} ${poolId ?? ''}`
        waitingCount += 1
        queue.add(waiting, lane, now())
        startAllDue()
      }),

    leave() {
      inFlight -= 1
      startAllDue()
    },
  }
}
