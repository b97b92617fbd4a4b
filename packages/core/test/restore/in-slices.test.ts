import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CognitoContext } from '../../src/actions/context.js'
import { planRestoreRun } from '../../src/actions/plan-restore.js'
import type { RestoreRequest } from '../../src/actions/restore-request.js'
import { approveRun, restore, type RestoreResult, resume, resumeUntil } from '../../src/actions/restore.js'
import type { Clock } from '../../src/model/clock.js'
import { backUp } from '../support/backed-up.js'
import { hastyClock, type Lab, openLab } from '../support/lab.js'
import { yes } from '../support/run-to-end.js'
import { comparable, person, seedSmallPool } from '../support/small-pool.js'

let lab: Lab
let request: RestoreRequest

beforeEach(async () => {
  lab = await openLab()
  const pool = seedSmallPool(lab.simulator)
  lab.simulator.seed.users(
    pool,
    Array.from({ length: 12 }, (_, i) => person(`user${i}`, { groups: ['buyers'] })),
  )
  const { id } = await backUp(lab.context, pool)
  request = { snapshot: id, target: { mode: 'new-pool', poolName: 'shop' } }
  remove(pool)
  lab.simulator.ledger.clear()
})
afterEach(() => lab.close())

function remove(pool: string): void {
  lab.simulator.seed.call('DeleteUserPoolDomain', { UserPoolId: pool, Domain: 'shop-login' })
  lab.simulator.seed.call('DeleteUserPool', { UserPoolId: pool })
}

/** Far away, until as many calls were made. */
const DEADLINE_MS = 1e9

/** A process whose time is over at its n-th call. */
function withTimeFor(calls: number): { context: CognitoContext; until: number } {
  let isOver = (): void => undefined
  const over = new Promise<void>((resolve) => {
    isOver = resolve
  })
  const clock: Clock = {
    now: () => hastyClock.now(),
    sleep: (ms, signal) => {
      if (ms < DEADLINE_MS / 2) return hastyClock.sleep(ms, signal)
      const stopped = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))
      return Promise.race([over, stopped]).then(() => signal?.throwIfAborted())
    },
  }
  let made = 0
  const context = lab.again({
    clock,
    wrap: (api) => ({
      ...api,
      call: (operation, input, options) => {
        if (++made === calls) isOver()
        return api.call(operation, input, options)
      },
    }),
  })
  return { context, until: clock.now() + DEADLINE_MS }
}

/** The pool that was made, and which requests made it. */
function made(): { pool: unknown; writes: Record<string, number> } {
  const pools = lab.simulator.inspect.poolIds()
  expect(pools).toHaveLength(1)
  const sent = Object.entries(lab.simulator.ledger.requests.all())
  const writes = Object.fromEntries(sent.filter(([name]) => /^(Create|AdminCreate)/.test(name)))
  return { pool: comparable(lab.simulator, pools[0]!), writes }
}

function numbersOf({ plan, done, failed, fidelity, notes, mau }: RestoreResult): object {
  return { plan, done, failed, fidelity, notes, mau }
}

describe('a restore in slices', () => {
  it('comes to the same end, makes nothing twice, and says how far it has come', async () => {
    const undisturbed = (await restore(lab.context, request, yes))!
    const expected = made()
    remove(undisturbed.poolId)
    // What is in doubt is looked for a number of times, which has to fit into a slice: they become longer.
    for (const calls of [9, 14]) {
      lab.simulator.ledger.clear()
      const { header } = await planRestoreRun(lab.again({}), request)
      await approveRun(lab.again({}), header.runId)
      const came: number[] = []
      let result: RestoreResult | undefined
      while (result === undefined) {
        expect(came.length).toBeLessThan(30)
        const { context, until } = withTimeFor(calls * (came.length + 1))
        const slice = await resumeUntil(context, header.runId, { until })
        if (slice.done) result = slice.result
        else came.push(slice.operationsDone)
      }
      expect(came.length).toBeGreaterThan(2)
      expect([...came].sort((a, b) => a - b)).toEqual(came)
      expect(numbersOf(result)).toEqual(numbersOf(undisturbed))
      expect(made()).toEqual(expected)
      expect(lab.simulator.ledger.messages.all()).toEqual([])
      remove(result.poolId)
    }
  })

  it('stops at once where there is no time, changes nothing, and frees the pool', async () => {
    const { header } = await planRestoreRun(lab.context, request)
    await expect(resumeUntil(lab.context, header.runId, { until: Infinity })).rejects.toMatchObject({
      code: 'RUN_NOT_APPROVED',
    })
    await approveRun(lab.context, header.runId)
    await approveRun(lab.context, header.runId)
    expect(await resumeUntil(lab.context, header.runId, { until: 0 })).toMatchObject({
      done: false,
      operationsDone: 0,
    })
    expect(lab.simulator.inspect.poolIds()).toEqual([])
    expect(await resume(lab.context, header.runId)).toMatchObject({ failed: [] })
  })

  it('is interrupted as ever by whoever stops the program', async () => {
    const { header } = await planRestoreRun(lab.context, request)
    await approveRun(lab.context, header.runId)
    const stop = new AbortController()
    stop.abort()
    const context = lab.again({ signal: stop.signal })
    await expect(
      resumeUntil(context, header.runId, { until: hastyClock.now() + DEADLINE_MS }),
    ).rejects.toMatchObject({ code: 'INTERRUPTED' })
  })
})
