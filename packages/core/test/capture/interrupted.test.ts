import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verify } from '../../src/actions/verify.js'
import { CodedError } from '../../src/model/errors.js'
import type { CognitoApi } from '../../src/cognito/cognito-api.js'
import { createFaultyStore, type StoreMethod } from '../../src/storage/faulty/faulty-store.js'
import type { ObjectStore } from '../../src/storage/object-store.js'
import { backUp, digestsOf, visibleSnapshots } from '../support/backed-up.js'
import { dyingAtCall, ProcessDied } from '../support/dying-process.js'
import { type Lab, openLab } from '../support/lab.js'
import { person, seedSmallPool } from '../support/small-pool.js'
import { isThorough, points } from '../support/sweep.js'

/** Longer than any lease lives. */
const LEASE_OVER_MS = 120_000

let lab: Lab
let poolId: string
let undisturbed: Record<string, string>
let before: string[]

/** A pool of which the vault has a snapshot, and that has changed since. */
beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
  const { seed } = lab.simulator
  poolId = seedSmallPool(lab.simulator)
  await backUp(lab.context, poolId)
  seed.users(poolId, [person('eve', { groups: ['buyers'] })])
  seed.deleteUser(poolId, 'bob')
  seed.call('CreateGroup', { UserPoolId: poolId, GroupName: 'sellers' })
  before = await visibleSnapshots(lab)
  const store = await lab.copyOfStore()
  const context = lab.again({ store })
  undisturbed = await digestsOf(context, (await backUp(context, poolId)).id)
})
afterEach(() => lab.close())

/** The vault is whole, shows what it showed, and the next backup is as if nothing had happened. */
async function expectUnharmed(store: ObjectStore, visible: number): Promise<void> {
  const context = lab.again({ store })
  expect(await visibleSnapshots(context)).toHaveLength(visible)
  expect(await verify(context)).toMatchObject({ ok: true, damage: [] })
  const next = await backUp(context, poolId)
  expect(next).toMatchObject({ complete: true, missing: [] })
  expect(await digestsOf(context, next.id)).toEqual(undisturbed)
}

describe('a backup that dies at any call of its store', () => {
  const methods: StoreMethod[] = ['putIfAbsent', 'get', 'head', 'list', 'delete']

  /** What only reads takes no effect: to die before it is to die after it. */
  const deaths = [
    ['putIfAbsent', 'before'],
    ['putIfAbsent', 'after'],
    ['delete', 'after'],
    ['get', 'before'],
    ['head', 'before'],
    ['list', 'before'],
  ] as const

  it.each(deaths)('%s, %s it takes effect, harms nothing', { timeout: 60_000 }, async (method, when) => {
    for (const call of points(when === 'before' ? 0 : 1, { to: 200 })) {
      const store = await lab.copyOfStore()
      const effect = { kind: 'crash', when, error: new ProcessDied() } as const
      const faulty = createFaultyStore(store, [{ method, call, effect }])
      const died = await dies(() => backUp(lab.again({ store: faulty }), poolId))
      const visible = (await visibleSnapshots({ store })).length
      // The put of the manifest is the commit: who dies behind it has backed up.
      const isBehind = method === 'list' && visible > before.length
      if (died && when === 'before' && !isBehind) expect(visible).toBe(before.length)
      lab.passTime(LEASE_OVER_MS)
      await expectUnharmed(store, visible)
      if (!died && visible > before.length) return
    }
    expect.unreachable('a backup makes fewer calls')
  })

  it.each(methods)(
    'fails or goes on where %s fails, and never shows half a snapshot',
    { timeout: 60_000 },
    async (method) => {
      let afterCommit = 0
      for (const call of points(2, { to: 200 })) {
        const store = await lab.copyOfStore()
        const error = new CodedError('STORAGE_FAILED', 'the disk is gone')
        const faulty = createFaultyStore(store, [{ method, call, effect: { kind: 'error-before', error } }])
        const { counted, calls } = counting(faulty, method)
        const failed = await backUp(lab.again({ store: counted }), poolId).then(
          () => false,
          () => true,
        )
        lab.passTime(LEASE_OVER_MS)
        const visible = (await visibleSnapshots({ store })).length
        // What a commit refers to is listed once more behind it, which does not take it back where that fails.
        const isBehind = method === 'list' && failed && visible > before.length
        if (isBehind) afterCommit++
        await expectUnharmed(store, before.length + (failed && !isBehind ? 0 : 1))
        if (calls() >= call) continue
        expect(afterCommit).toBeLessThanOrEqual(method === 'list' ? 1 : 0)
        if (isThorough) expect(afterCommit).toBe(method === 'list' ? 1 : 0)
        return
      }
      expect.unreachable('a backup makes fewer calls')
    },
  )
})

describe('a backup that dies at any call to Cognito', () => {
  it('harms nothing', { timeout: 60_000 }, async () => {
    for (const call of points(0, { to: 200 })) {
      const store = await lab.copyOfStore()
      const process = dyingAtCall(call, 'before it is sent')
      const mortal = lab.again({ wrap: process.wrapApi, store: process.wrapStore(store) })
      if (!(await dies(() => backUp(mortal, poolId)))) return
      lab.passTime(LEASE_OVER_MS)
      await expectUnharmed(store, before.length)
    }
    expect.unreachable('a backup makes fewer calls')
  })
})

describe('a backup that is stopped at any call to Cognito', () => {
  it('says so, shows nothing, and keeps no lock', { timeout: 60_000 }, async () => {
    for (const call of points(1, { to: 200 })) {
      const store = await lab.copyOfStore()
      const stop = new AbortController()
      let calls = 0
      const wrap = (api: CognitoApi): CognitoApi => ({
        ...api,
        call: (operation, input, options) => {
          if (++calls === call) stop.abort()
          return api.call(operation, input, options)
        },
      })
      const outcome = await backUp(lab.again({ store, wrap, signal: stop.signal }), poolId).catch(
        (error: unknown) => error,
      )
      if (calls < call) return
      expect(outcome).toMatchObject({ code: 'INTERRUPTED' })
      // Those that had their turn already are sent; no others.
      expect(calls).toBeLessThanOrEqual(call + lab.context.concurrency)
      await expectUnharmed(store, before.length)
    }
    expect.unreachable('a backup makes fewer calls')
  })
})

it('reads no further page once it is stopped', async () => {
  const stop = new AbortController()
  const clients = 70
  for (let i = 0; i < clients; i++)
    lab.simulator.seed.call('CreateUserPoolClient', { UserPoolId: poolId, ClientName: `client ${i}` })
  lab.simulator.faults.after({ operation: 'DescribeUserPoolClient', nth: 3 }, () => stop.abort())
  lab.simulator.ledger.clear()
  await expect(backUp(lab.again({ signal: stop.signal }), poolId)).rejects.toMatchObject({
    code: 'INTERRUPTED',
  })
  // The first, and those of which the third was one: they were under way.
  expect(lab.simulator.ledger.requests.count('DescribeUserPoolClient')).toBeLessThanOrEqual(5)
})

async function dies(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return false
  } catch (error) {
    if (error instanceof ProcessDied) return true
    throw error
  }
}

/** The same store, with the calls of one method counted. */
function counting(store: ObjectStore, method: StoreMethod): { counted: ObjectStore; calls: () => number } {
  let calls = 0
  const counted = new Proxy(store, {
    get(target, property, receiver) {
      if (property === method) calls++
      return Reflect.get(target, property, receiver) as unknown
    },
  })
  return { counted, calls: () => calls }
}
