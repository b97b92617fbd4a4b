import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CognitoContext } from '../../src/actions/context.js'
import { planRestoreRun } from '../../src/actions/plan-restore.js'
import {
  beginPlan,
  continuePlan,
  finishPlan,
  type FinishedPlan,
  type PlanState,
  type SlicedRequest,
} from '../../src/actions/sliced-plan.js'
import type { RestoreRequest } from '../../src/actions/restore-request.js'
import { approveRun, restore, type RestoreResult, resume, resumeUntil } from '../../src/actions/restore.js'
import type { Clock } from '../../src/model/clock.js'
import type { ObjectStore } from '../../src/storage/object-store.js'
import { findSnapshot } from '../../src/vault/find-snapshot.js'
import { openVault } from '../../src/vault/vault.js'
import { backUp } from '../support/backed-up.js'
import { dyingAtWrite, ProcessDied } from '../support/dying-process.js'
import { newProcess } from '../support/in-slices.js'
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

describe('a plan of which the target is read in slices', () => {
  const RUN = { runId: 'run-20261125T120000.000Z-00000001' }
  let pool: string
  let inPlace: SlicedRequest

  beforeEach(async () => {
    pool = seedSmallPool(lab.simulator, {}, 'shop-again')
    const { id } = await backUp(lab.context, pool)
    lab.simulator.seed.deleteUser(pool, 'bob')
    inPlace = { snapshot: id, target: { mode: 'in-place' } }
  })

  /** Reads all of the target, each slice in a process of its own. */
  async function readAll(begun: PlanState, store: ObjectStore): Promise<PlanState[]> {
    const states = [begun]
    for (let state = begun; !state.done; states.push(state)) {
      expect(states.length).toBeLessThan(60)
      const context = newProcess(lab, { store })
      const until = context.clock.now() + 4_000
      state = asJson(await continuePlan(context, state, { until, checkpoint: { everyMs: 2_000 } }))
    }
    return states
  }

  /** What of a plan does not say when it was made, nor of which run it is. */
  function contentOf({ header }: Pick<FinishedPlan, 'header'>): object {
    const target = { ...header.target, snapshot: undefined }
    return { ...header, runId: undefined, createdAt: undefined, etaSeconds: undefined, target }
  }

  it('is the plan that is made in one go, from a snapshot taken for a restore', async () => {
    const store = await lab.copyOfStore()
    const atOnce = await planRestoreRun(lab.again({ store: await lab.copyOfStore() }), inPlace)
    const states = await readAll(asJson(await beginPlan(newProcess(lab, { store }), inPlace, RUN)), store)
    expect(states.length).toBeGreaterThan(3)
    const { header, unfinished } = await finishPlan(newProcess(lab, { store }), inPlace, states.at(-1)!)
    expect(contentOf({ header })).toEqual(contentOf(atOnce))
    expect([header.runId, unfinished]).toEqual([RUN.runId, []])
    const { manifest } = await findSnapshot(await openVault(store), header.target.snapshot!)
    expect(manifest).toMatchObject({ takenFor: 'restore', complete: true })
    expect(manifest.guard).toBeUndefined()
    // The same again, for a call whose answer was lost.
    expect((await finishPlan(newProcess(lab, { store }), inPlace, states.at(-1)!)).header).toEqual(header)
    // The pool is free, and the plan can be executed.
    const context = lab.again({ store })
    await backUp(context, pool)
    await approveRun(context, header.runId)
    expect(await resume(context, header.runId)).toMatchObject({ failedCount: 0 })
  })

  it('goes on where a process died while it began, with the snapshot that was meant then', async () => {
    const latest: SlicedRequest = { ...inPlace, snapshot: `latest:${pool}` }
    for (const writes of [2, 3]) {
      const store = await lab.copyOfStore()
      const dying = dyingAtWrite(writes)
      const mortal = newProcess(lab, { store: dying.wrapStore(store), wrap: dying.wrapApi })
      await expect(beginPlan(mortal, latest, RUN)).rejects.toThrow(ProcessDied)
      // Before the pool was locked, a backup may come between.
      if (writes === 2) await backUp(lab.again({ store }), pool)
      const state = await beginPlan(newProcess(lab, { store }), latest, RUN)
      expect(state).toMatchObject({ ...RUN, poolId: pool, wanted: inPlace.snapshot, done: false })
      expect(await beginPlan(newProcess(lab, { store }), latest, RUN)).toEqual(state)
    }
  })

  it('is the same plan wherever a process died that stored the target or the plan', async () => {
    const states = await readAll(await beginPlan(newProcess(lab), inPlace, RUN), lab.store)
    const undisturbed = contentOf(
      await finishPlan(newProcess(lab, { store: await lab.copyOfStore() }), inPlace, states.at(-1)!),
    )
    let deaths = 0
    for (let writes = 1; ; writes += 3) {
      const store = await lab.copyOfStore()
      const dying = dyingAtWrite(writes)
      const mortal = newProcess(lab, { store: dying.wrapStore(store), wrap: dying.wrapApi })
      const hasDied = await finishPlan(mortal, inPlace, states.at(-1)!).then(
        () => false,
        (error: unknown) => {
          if (!(error instanceof ProcessDied) && !dying.dead) throw error
          return true
        },
      )
      if (!hasDied) break
      deaths++
      const again = await finishPlan(newProcess(lab, { store }), inPlace, states.at(-1)!)
      expect(contentOf(again)).toEqual(undisturbed)
    }
    expect(deaths).toBeGreaterThan(3)
  })
})

function asJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
