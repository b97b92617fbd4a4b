import { createManualClock, type SimulatorOptions } from 'cognito-vault-simulator'
import { afterEach, describe, expect, it } from 'vitest'
import { prune } from '../../src/actions/prune.js'
import { verify } from '../../src/actions/verify.js'
import { type CognitoApi, isException } from '../../src/cognito/cognito-api.js'
import { beginBackup } from '../../src/actions/begin-backup.js'
import { continueBackup } from '../../src/actions/continue-backup.js'
import { failBackup } from '../../src/actions/fail-backup.js'
import { finishBackup } from '../../src/actions/finish-backup.js'
import { createFaultyStore } from '../../src/storage/faulty/faulty-store.js'
import type { ObjectStore } from '../../src/storage/object-store.js'
import { collect } from '../../src/testing/collect.js'
import { findSnapshot } from '../../src/vault/find-snapshot.js'
import { openVault } from '../../src/vault/vault.js'
import { backUp, digestsOf, recordsOf, visibleSnapshots } from '../support/backed-up.js'
import { dyingAtCall, ProcessDied } from '../support/dying-process.js'
import { backUpInSlices, newProcess, type RunStep, slice } from '../support/in-slices.js'
import { type Lab, openLab } from '../support/lab.js'
import { person, seedSmallPool } from '../support/small-pool.js'
import { points } from '../support/sweep.js'

/** Longer than a run may be silent. */
const SILENCE_MS = 11 * 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

let lab: Lab
let poolId: string

/** A pool of which the vault has a snapshot, and that has changed since; its pages are short, so that there are many. */
async function open(options: SimulatorOptions = {}, users = 40): Promise<void> {
  lab = await openLab({ pages: { short: 0.8, empty: 0.1 }, ...options })
  const { seed } = lab.simulator
  poolId = seedSmallPool(lab.simulator)
  seed.users(
    poolId,
    Array.from({ length: users }, (_, i) => person(`user${i}`, { groups: ['buyers'] })),
  )
  await backUp(lab.context, poolId)
  seed.users(poolId, [person('eve', { groups: ['buyers'] })])
  seed.deleteUser(poolId, 'bob')
}
afterEach(() => lab.close())

/** What the ordinary backup makes of it, in a copy of the vault. */
async function undisturbed(): Promise<{ digests: Record<string, string>; manifest: object }> {
  const context = lab.again({ store: await lab.copyOfStore() })
  const { id } = await backUp(context, poolId)
  return { digests: await digestsOf(context, id), manifest: await contentOf(context, id) }
}

/** What a manifest says, but for when and by which requests. */
async function contentOf(context: Lab['context'], id: string): Promise<object> {
  const { manifest } = await findSnapshot(await openVault(context.store), id)
  return {
    ...manifest,
    snapshot: undefined,
    window: undefined,
    capture: { ...manifest.capture, requests: undefined },
  }
}

/** Each step in a process of its own, through a store that deletes nothing. */
function appending(store: ObjectStore): RunStep {
  const only: ObjectStore = {
    ...store,
    delete: (key) => Promise.reject(new Error(`${key} was to be deleted`)),
  }
  return (step) => step(newProcess(lab, { store: only }))
}

async function dies(work: () => Promise<unknown>): Promise<boolean> {
  return work().then(
    () => false,
    (error: unknown) => {
      if (error instanceof ProcessDied) return true
      throw error
    },
  )
}

describe('a backup in slices', () => {
  it.each([
    ['of four seconds', 4, 'supported'],
    ['of one that is long enough', 3600, 'supported'],
    ['of seven seconds, where users are no shards', 7, 'ignored'],
  ] as const)(
    '%s makes the snapshot that an ordinary one makes, and deletes nothing',
    async (_, seconds, filter) => {
      await open({ subPrefixFilter: filter })
      const expected = await undisturbed()
      const { report, states } = await backUpInSlices(poolId, seconds, appending(lab.store))
      expect(await digestsOf(lab.context, report.id)).toEqual(expected.digests)
      expect(await contentOf(lab.context, report.id)).toEqual(expected.manifest)
      expect(report).toMatchObject({ complete: true, missing: [], shrunk: [], mau: 0 })
      if (seconds > 1000) expect(states).toHaveLength(2)
      else expect(states.length).toBeGreaterThan(40 / seconds)
      expect(states.at(-1)).toMatchObject({ users: 44, snapshotId: report.id })
      // Keys and numbers.
      for (const state of states) {
        expect(JSON.stringify(state)).not.toMatch(/example|user\d/)
        expect(JSON.stringify(state).length).toBeLessThan(500)
      }
      expect(await visibleSnapshots(lab)).toHaveLength(2)
      expect(await verify(lab.context)).toMatchObject({ ok: true, damage: [] })
      // The pool is free again.
      expect(await backUp(lab.context, poolId)).toMatchObject({ complete: true })
    },
  )

  it('counts the requests of all slices', async () => {
    await open()
    lab.simulator.ledger.clear()
    const { report } = await backUpInSlices(poolId, 9, appending(lab.store))
    const sent = lab.simulator.ledger.requests.count('ListUsers')
    // What was under way when a slice ended may be counted and not be in the ledger any more.
    expect(report.requests['ListUsers']).toBeGreaterThanOrEqual(sent)
    expect(sent).toBeGreaterThan(20)
  })

  it('shows nothing, and is no damage, while it is under way', async () => {
    await open()
    const state = await slice(newProcess(lab), await beginBackup(newProcess(lab), poolId), 30)
    expect(state).toMatchObject({ done: false })
    expect(state.parts).toBeGreaterThan(3)
    expect(await visibleSnapshots(lab)).toHaveLength(1)
    expect(await verify(lab.context)).toMatchObject({ ok: true, snapshots: 1, damage: [] })
    await expect(finishBackup(newProcess(lab), state)).rejects.toMatchObject({ code: 'INTERNAL' })
  })
})

describe('a process of a backup in slices that dies', () => {
  it.each(['before', 'after'] as const)(
    '%s a write has lost nothing: the next goes on, and there is one snapshot',
    { timeout: 60_000 },
    async (when) => {
      await open({ pages: 'full' }, 0)
      const { digests } = await undisturbed()
      for (const call of points(when === 'before' ? 0 : 1)) {
        const store = await lab.copyOfStore()
        const effect = { kind: 'crash', when, error: new ProcessDied() } as const
        const mortal = createFaultyStore(store, [{ method: 'putIfAbsent', call, effect }])
        const life = { hasEnded: false }
        const { report } = await backUpInSlices(poolId, 20, async (step) => {
          if (life.hasEnded) return step(newProcess(lab, { store }))
          try {
            const answer = await step(newProcess(lab, { store: mortal }))
            // Whoever has died has not answered, though it may not mind that its last call failed.
            await mortal.head('vault.json')
            return answer
          } catch (error) {
            // The steps of a workflow are tried again, in another process.
            if (!(error instanceof ProcessDied)) throw error
            life.hasEnded = true
            return step(newProcess(lab, { store }))
          }
        })
        const context = lab.again({ store })
        expect(await visibleSnapshots({ store })).toHaveLength(2)
        expect(await digestsOf(context, report.id)).toEqual(digests)
        expect(await verify(context)).toMatchObject({ ok: true, damage: [] })
        // The pool is free again.
        await beginBackup(context, poolId)
        if (!life.hasEnded) return
      }
      expect.unreachable('a backup makes fewer writes')
    },
  )

  it('at a call has lost what it read since its last part, and no more', async () => {
    await open({}, 150)
    const calls = (): number => lab.simulator.ledger.requests.count()
    const state = await slice(newProcess(lab), await beginBackup(newProcess(lab), poolId), 45)
    lab.simulator.ledger.clear()
    const store = await lab.copyOfStore()
    await slice(newProcess(lab, { store, concurrency: 1 }), state, 3600)
    const undisturbedCalls = calls()
    expect(undisturbedCalls).toBeGreaterThan(15)
    for (const share of [0.3, 0.6, 0.9]) {
      lab.simulator.ledger.clear()
      const again = await lab.copyOfStore()
      const process = dyingAtCall(Math.floor(undisturbedCalls * share), 'before its answer')
      const mortal = { wrap: process.wrapApi, store: process.wrapStore(again), concurrency: 1 }
      expect(await dies(() => slice(newProcess(lab, mortal), state, 3600))).toBe(true)
      const next = await slice(newProcess(lab, { store: again, concurrency: 1 }), state, 3600)
      expect(next.done).toBe(true)
      // A part is stored at the first page after five seconds, a second each; and the one whose answer did not come.
      expect(calls() - undisturbedCalls).toBeLessThanOrEqual(6)
    }
  })
})

describe('two runs', () => {
  it('do not overlap: the second is told so before it reads anything, until the first has ended', async () => {
    await open()
    const state = await beginBackup(newProcess(lab), poolId, { runId: 'first' })
    lab.simulator.ledger.clear()
    const locked = { code: 'LOCKED' }
    await expect(beginBackup(newProcess(lab), poolId, { runId: 'second' })).rejects.toMatchObject(locked)
    await expect(backUp(lab.context, poolId)).rejects.toMatchObject(locked)
    expect(lab.simulator.ledger.requests.count('ListUsers')).toBe(0)
    // Who begins again what it has begun gets the same answer.
    expect(await beginBackup(newProcess(lab), poolId, { runId: 'first' })).toEqual(state)
    const done = await slice(newProcess(lab), state, 3600)
    await expect(backUp(lab.context, poolId)).rejects.toMatchObject(locked)
    await finishBackup(newProcess(lab), done)
    expect(await backUp(lab.context, poolId)).toMatchObject({ complete: true })
    await expect(beginBackup(newProcess(lab), poolId, { runId: 'first' })).rejects.toMatchObject({
      code: 'LOCK_LOST',
    })
  })

  it('one that was not heard of for too long has lost the pool, and commits nothing any more', async () => {
    await open()
    const state = await beginBackup(newProcess(lab), poolId)
    const done = await slice(newProcess(lab), state, 3600)
    lab.passTime(SILENCE_MS)
    expect(await backUp(lab.context, poolId)).toMatchObject({ complete: true })
    const lost = { code: 'LOCK_LOST' }
    await expect(finishBackup(newProcess(lab), done)).rejects.toMatchObject(lost)
    await expect(slice(newProcess(lab), state, 60)).rejects.toMatchObject(lost)
    expect(await failBackup(newProcess(lab), done)).toEqual({ isStored: false })
    expect(await visibleSnapshots(lab)).toHaveLength(2)
  })

  it('one that was given up frees the pool at once and shows nothing, and no process goes on with it', async () => {
    await open()
    const state = await slice(newProcess(lab), await beginBackup(newProcess(lab), poolId), 3600)
    // A process that was taken for dead is about to commit.
    let atCommit = (): Promise<void> => Promise.resolve()
    const late: ObjectStore = {
      ...lab.store,
      head: async (key) => {
        if (key.includes('/segments/')) {
          await atCommit()
          atCommit = () => Promise.resolve()
        }
        return lab.store.head(key)
      },
    }
    atCommit = async () => {
      await failBackup(newProcess(lab), state)
    }
    await expect(finishBackup(newProcess(lab, { store: late }), state)).rejects.toMatchObject({
      code: 'LOCK_LOST',
    })
    expect(await failBackup(newProcess(lab), state)).toEqual({ isStored: false })
    expect(await visibleSnapshots(lab)).toHaveLength(1)
    await expect(slice(newProcess(lab), state, 60)).rejects.toMatchObject({ code: 'LOCK_LOST' })
    expect(await backUp(lab.context, poolId)).toMatchObject({ complete: true })
    expect(await verify(lab.context)).toMatchObject({ ok: true })
  })
})

describe('two processes of one run', () => {
  it('that read at once do not mix what they read: one goes on', async () => {
    await open()
    const { digests } = await undisturbed()
    const state = await beginBackup(newProcess(lab), poolId)
    const both = await Promise.allSettled([
      slice(newProcess(lab), state, 3600),
      slice(newProcess(lab), state, 3600),
    ])
    const lost = both.filter((one) => one.status === 'rejected').map(({ reason }) => reason as unknown)
    expect(lost).toMatchObject([{ code: 'LOCK_LOST' }])
    const done = await slice(newProcess(lab), state, 3600)
    const { id } = await finishBackup(newProcess(lab), done)
    expect(await digestsOf(lab.context, id)).toEqual(digests)
  })

  it('that finish at once, or one after the other, come to one snapshot', async () => {
    await open()
    const state = await beginBackup(newProcess(lab), poolId)
    const done = await slice(newProcess(lab), state, 3600)
    const both = await Promise.all([finishBackup(newProcess(lab), done), finishBackup(newProcess(lab), done)])
    const again = await finishBackup(newProcess(lab), done)
    expect(new Set([...both, again].map(({ id }) => id))).toEqual(new Set([state.snapshotId]))
    expect(again).toMatchObject({ complete: true, counts: both[0].counts, bytesStored: 0 })
    expect(await visibleSnapshots(lab)).toHaveLength(2)
    expect(await failBackup(newProcess(lab), done)).toEqual({ isStored: true })
    expect(await visibleSnapshots(lab)).toHaveLength(2)
  })
})

it('a listing whose token has expired between two slices begins again, and what was read of it before counts no more', async () => {
  const clock = createManualClock()
  await open({ clock }, 150)
  let state = await beginBackup(newProcess(lab), poolId)
  /** Who was given of the shards that are not at their ends. */
  const underWay = new Map<string, string[]>()
  const watch = (api: CognitoApi): CognitoApi => ({
    ...api,
    call: async (operation, input, options) => {
      const answer = await api.call(operation, input, options)
      const { Filter: shard } = input
      if (operation !== 'ListUsers' || typeof shard !== 'string') return answer
      const names = (answer['Users'] as { Username: string }[]).map(({ Username }) => Username)
      if (answer['PaginationToken'] === undefined) underWay.delete(shard)
      else underWay.set(shard, [...(underWay.get(shard) ?? []), ...names])
      return answer
    },
  })
  const given = (): string[] => [...underWay.values()].flat()
  while (given().length === 0 && !state.done) state = await slice(newProcess(lab, { wrap: watch }), state, 5)
  const [gone] = given()
  lab.simulator.seed.deleteUser(poolId, gone!)
  clock.advance(HOUR_MS + 1)
  let expired = 0
  const count = (api: CognitoApi): CognitoApi => ({
    ...api,
    call: (operation, input, options) =>
      api.call(operation, input, options).catch((error: unknown) => {
        if (isException(error, 'InvalidParameterException')) expired++
        throw error
      }),
  })
  state = await slice(newProcess(lab, { wrap: count }), state, 3600)
  expect(expired).toBeGreaterThan(0)
  const { id } = await finishBackup(newProcess(lab), state)
  const { digests } = await undisturbed()
  expect(
    [...(await recordsOf(lab.context, id, 'users')).values()].map(({ Username }) => Username),
  ).not.toContain(gone)
  expect(await digestsOf(lab.context, id)).toEqual(digests)
})

describe('prune', () => {
  it('removes what a backup in slices has stored on the way, once it has ended, and nothing of one that is under way', async () => {
    await open()
    const parts = async (): Promise<string[]> =>
      (await collect(lab.store.list(`captures/${poolId}/`))).map(({ key }) => key)
    const done = await slice(newProcess(lab), await beginBackup(newProcess(lab), poolId), 3600)
    const before = await parts()
    expect(await prune(lab.context)).toMatchObject({ pools: [{ capturesRemoved: 0 }], failures: [] })
    expect(await parts()).toEqual(before)
    await finishBackup(newProcess(lab), done)
    const dry = await prune(lab.context, { dryRun: true })
    const real = await prune(lab.context)
    expect(real.pools).toMatchObject([{ capturesRemoved: 1, deleted: 0 }])
    expect(real.pools).toEqual(dry.pools)
    expect(await parts()).toEqual([])
    // Who did not hear that it has ended asks again.
    expect(await finishBackup(newProcess(lab), done)).toMatchObject({ id: done.snapshotId, complete: true })
    expect(await parts()).toEqual([])
    expect(await verify(lab.context)).toMatchObject({ ok: true, snapshots: 2 })
  })

  it('removes it a day after nothing was heard of the backup any more', async () => {
    await open({}, 0)
    await slice(newProcess(lab), await beginBackup(newProcess(lab), poolId), 30)
    lab.passTime(DAY_MS - HOUR_MS)
    expect((await prune(lab.context)).pools).toMatchObject([{ capturesRemoved: 0 }])
    lab.passTime(2 * HOUR_MS)
    expect((await prune(lab.context)).pools).toMatchObject([{ capturesRemoved: 1 }])
    expect(await collect(lab.store.list(`captures/${poolId}/`))).toEqual([])
  })
})

it('a part that was altered keeps the run from being finished, and no snapshot is made', async () => {
  await open()
  const done = await slice(newProcess(lab), await beginBackup(newProcess(lab), poolId), 3600)
  const effect = { kind: 'flip-bit', offset: (bytes: number) => 8 * Math.floor(bytes / 2) } as const
  const store = createFaultyStore(lab.store, [{ method: 'get', call: 1, keys: /\/parts\/000001$/, effect }])
  await expect(finishBackup(newProcess(lab, { store }), done)).rejects.toMatchObject({
    code: 'VAULT_DAMAGED',
  })
  expect(await visibleSnapshots(lab)).toHaveLength(1)
  expect(await finishBackup(newProcess(lab), done)).toMatchObject({ complete: true })
})

it('a kind of configuration for which a slice is too short is given up in the end', async () => {
  await open()
  for (let i = 0; i < 20; i++)
    lab.simulator.seed.call('CreateUserPoolClient', { UserPoolId: poolId, ClientName: `client ${i}` })
  let state = await beginBackup(newProcess(lab), poolId)
  const forEver = async (): Promise<void> => {
    for (let n = 0; n < 50; n++) {
      const context = newProcess(lab)
      state = await continueBackup(context, state, { until: context.clock.now() + 3000 })
    }
  }
  await expect(forEver()).rejects.toMatchObject({
    code: 'COGNITO_FAILED',
    hint: expect.stringContaining('more') as string,
  })
})
