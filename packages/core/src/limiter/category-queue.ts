import { createHeap, type Heap } from './heap.js'
import { createPacer, type Pacer } from './pacer.js'

/** A request that waits for its turn. */
export interface Waiting {
  /** Its place in the order of arrival; a retry keeps it. */
  readonly sequence: number
  /** Set when it no longer wants its turn; it is dropped when it comes up. */
  abandoned: boolean
  begin(): void
}

/**
 * The requests of one category: started in the order of arrival at the category's rate. One that must wait for the limit
 * of its operation on its pool lets the next pass.
 */
export interface CategoryQueue {
  add(waiting: Waiting, lane: string, now: number): void
  /** The earliest moment at which a request could start; `undefined` when none waits. */
  nextAt(now: number): number | undefined
  /** Takes out the request whose turn it is and records its start; `nextAt` has just said that it is due. */
  take(now: number): Waiting | undefined
}

/** The requests that share a limit of their own: one operation on one pool. Only its first is up for the category's turn. */
interface Lane {
  readonly pacer: Pacer
  readonly queue: Heap<Waiting>
  state: 'empty' | 'resting' | 'up'
}

/** `laneRate` limits each lane by itself. */
export function createCategoryQueue(rate: () => number, laneRate: number): CategoryQueue {
  const pacer = createPacer(rate)
  const lanes = new Map<string, Lane>()
  const resting = createHeap<Lane>()
  const up = createHeap<{ waiting: Waiting; lane: Lane }>()

  function laneOf(key: string): Lane {
    const known = lanes.get(key)
    if (known !== undefined) return known
    const lane: Lane = { pacer: createPacer(() => laneRate), queue: createHeap(), state: 'empty' }
    lanes.set(key, lane)
    return lane
  }

  function arrange(lane: Lane, now: number): void {
    while (lane.queue.peek()?.item.abandoned === true) lane.queue.pop()
    if (lane.queue.size === 0) {
      lane.state = 'empty'
      return
    }
    const due = lane.pacer.dueAt()
    if (due > now) {
      lane.state = 'resting'
      resting.push(due, lane)
      return
    }
    const waiting = lane.queue.pop()
    if (waiting === undefined) return
    lane.state = 'up'
    up.push(waiting.sequence, { waiting, lane })
  }

  function settle(now: number): void {
    for (let top = resting.peek(); top !== undefined && top.key <= now; top = resting.peek()) {
      resting.pop()
      arrange(top.item, now)
    }
    for (let top = up.peek(); top?.item.waiting.abandoned === true; top = up.peek()) {
      up.pop()
      arrange(top.item.lane, now)
    }
  }

  return {
    add(waiting, key, now) {
      const lane = laneOf(key)
      lane.queue.push(waiting.sequence, waiting)
      if (lane.state === 'empty') arrange(lane, now)
    },

    nextAt(now) {
      settle(now)
      if (up.size > 0) return pacer.dueAt()
      const rested = resting.peek()
      return rested === undefined ? undefined : Math.max(rested.key, pacer.dueAt())
    },

    take(now) {
      const next = up.pop()
      if (next === undefined) return undefined
      pacer.start(now)
      next.lane.pacer.start(now)
      arrange(next.lane, now)
      return next.waiting
    },
  }
}
