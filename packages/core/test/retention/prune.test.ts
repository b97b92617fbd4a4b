import { beforeEach, describe, expect, it } from 'vitest'
import { prune } from '../../src/actions/prune.js'
import { withLease } from '../../src/actions/with-lease.js'
import { CodedError } from '../../src/model/errors.js'
import { createFaultyStore, type StoreMethod } from '../../src/storage/faulty/faulty-store.js'
import { collect } from '../../src/testing/collect.js'
import { acquireLease } from '../../src/vault/leases.js'
import { FORGET_PURPOSE, forgetSnapshot, recallSnapshot, RETENTION_SCOPE } from '../../src/vault/forgotten.js'
import { listManifestKeys } from '../../src/vault/snapshots.js'
import { isThorough, points } from '../support/sweep.js'
import {
  contentOf,
  DAY,
  eachCall,
  HOUR,
  openVaultLab,
  stoppingAt,
  takeSnapshot,
  type Taking,
  type VaultLab,
  writeSegments,
} from './vault-lab.js'

let lab: VaultLab
beforeEach(async () => {
  lab = await openVaultLab()
})

const some = (state: number): number[] => [0, 0, 0, 0, 0, state, 0, 0, 0, 0]
const take = (taking: Taking, context = lab.process()): ReturnType<typeof takeSnapshot> =>
  lab.settle(takeSnapshot(lab, context, taking))
const pruned = (context = lab.process(), options?: { dryRun: boolean }): ReturnType<typeof prune> =>
  lab.settle(prune(context, options))
const forget = (id: string): Promise<boolean | 'retained'> =>
  lab.settle(
    withLease(lab.process(), RETENTION_SCOPE, FORGET_PURPOSE, (lease) =>
      forgetSnapshot(lab.vault, 'pool_A', id, () => lease.check()),
    ),
  )
const snapshots = async (): Promise<string[]> =>
  (await listManifestKeys(lab.vault, 'pool_A')).map((key) => key.slice('pools/pool_A/snapshots/'.length, -5))

describe('prune', () => {
  it('deletes what a forgotten snapshot alone needed, a day after, and says so beforehand in a dry run', async () => {
    await take({ id: 'day-1', users: some(1) })
    await take({ id: 'day-2', users: some(2), overParent: false })
    const before = await lab.segmentKeys()
    await lab.clock.advance(40 * DAY)
    expect((await pruned()).pools).toMatchObject([
      { deleted: 0, young: 0, used: before.length, forgottenKept: 0 },
    ])
    expect(await forget('day-1')).toBe(true)
    expect(await snapshots()).toEqual(['day-2'])
    await lab.clock.advance(DAY - HOUR)
    expect((await pruned()).pools).toMatchObject([{ deleted: 0, forgottenKept: 1, forgottenRemoved: 0 }])
    await lab.clock.advance(2 * HOUR)
    const dry = await pruned(undefined, { dryRun: true })
    expect(await lab.segmentKeys()).toEqual(before)
    const real = await pruned()
    expect(real.pools).toEqual(dry.pools)
    expect(real.pools).toMatchObject([{ forgottenRemoved: 1, forgottenKept: 0 }])
    expect(real.pools[0]?.deleted).toBe(before.length - (await lab.segmentKeys()).length)
    expect(real.pools[0]?.deleted).toBeGreaterThan(2)
    expect(await lab.faults()).toEqual([])
    expect((await pruned()).pools).toMatchObject([{ deleted: 0 }])
  })

  it('deletes what backups left that died, when it is a day old by the clock of the store', async () => {
    await take({ id: 'day-1', users: some(1) })
    await writeSegments(lab.vault, { id: 'dead', users: some(9), overParent: false })
    for (const skewMs of [HOUR, -HOUR, 30 * DAY]) {
      expect((await pruned(lab.process({ skewMs }))).pools).toMatchObject([{ deleted: 0, young: 3 }])
    }
    await lab.clock.advance(DAY + HOUR)
    expect((await pruned(lab.process({ skewMs: -2 * HOUR }))).pools).toMatchObject([{ deleted: 3, young: 0 }])
    expect(await lab.faults()).toEqual([])
  })

  it('deletes nothing of a pool of which it does not understand everything, and goes on with the others', async () => {
    const other = await take({ id: 'one', users: some(1), pool: 'pool_B' })
    for (const pool of ['pool_A', 'pool_B'])
      await writeSegments(lab.vault, { id: 'dead', users: some(9), pool, overParent: false })
    await take({ id: 'day-1', users: some(1) })
    const second = await take({ id: 'day-2', users: some(2) })
    await lab.clock.advance(2 * DAY)
    const manifest = 'pools/pool_A/snapshots/day-1.json'
    const bytes = (await lab.store.get(manifest))!
    const before = await lab.segmentKeys()
    const spoil = async (key: string, content: string): Promise<void> => {
      await lab.store.delete(key)
      await lab.store.putIfAbsent(key, Buffer.from(content))
    }
    await spoil(manifest, '{}')
    const found = await pruned()
    expect(found.failures).toMatchObject([
      { poolId: 'pool_A', error: { code: 'VAULT_DAMAGED', value: manifest } },
    ])
    expect(found.pools).toMatchObject([{ poolId: 'pool_B', deleted: 3 }])
    await spoil(manifest, new TextDecoder().decode(bytes))
    const { root } = second.streams.users
    await spoil(`pools/pool_A/segments/${root.slice(0, 2)}/${root}`, 'x')
    expect((await pruned()).failures).toMatchObject([{ error: { code: 'VAULT_DAMAGED' } }])
    expect(await lab.segmentKeys()).toEqual(before)
    expect(await contentOf(lab.vault, other)).toBe(lab.contents.get('one'))
  })

  it('leaves what it does not know, and what restores have left', async () => {
    await take({ id: 'day-1', users: some(1) })
    const strange = [
      'pools/pool_A/segments/aa/README',
      'captures/pool_A/run-1/slice',
      'restores/run-1/begun.json',
    ]
    for (const key of strange) await lab.store.putIfAbsent(key, Buffer.from('x'))
    await lab.clock.advance(40 * DAY)
    await pruned()
    for (const key of strange) expect(await lab.store.get(key)).toBeDefined()
  })

  it('deletes what a backup in slices has left of a pool of which there is nothing else', async () => {
    const key = 'captures/pool_Z/run-1/begun.json'
    await lab.store.putIfAbsent(key, Buffer.from('x'))
    await lab.clock.advance(2 * DAY)
    expect((await pruned()).pools).toMatchObject([{ poolId: 'pool_Z', capturesRemoved: 1 }])
    expect(await lab.store.get(key)).toBeUndefined()
  })

  it('shortens the log of locks to two days', async () => {
    await take({ id: 'day-1', users: some(1) })
    const entries = async (): Promise<number> => {
      return (await collect(lab.store.list('leases/'))).length
    }
    await lab.clock.advance(3 * DAY)
    const before = await entries()
    expect(before).toBeGreaterThan(2)
    expect((await pruned()).lockEntriesRemoved).toBe(before)
    await take({ id: 'day-2', users: some(2) })
    expect(await snapshots()).toEqual(['day-1', 'day-2'])
  })

  it('passes over what the store keeps, and lets it remove what puts have left behind for a day', async () => {
    await withOrphans()
    let before = 0
    const store = {
      ...lab.store,
      delete: (key: string) =>
        key.includes('/segments/')
          ? Promise.reject(new CodedError('RETAINED', 'locked'))
          : lab.store.delete(key),
      sweep: (time: number) => ((before = time), Promise.resolve(4)),
    }
    expect(await pruned(lab.process({ store }))).toMatchObject({
      pools: [{ deleted: 0, retained: 3 }],
      failures: [],
      leftOversRemoved: 4,
    })
    expect(lab.clock.now() - before).toBeGreaterThanOrEqual(DAY)
    expect(lab.clock.now() - before).toBeLessThan(DAY + HOUR)
  })

  it('does not run twice at once', async () => {
    await take({ id: 'day-1', users: some(1) })
    const slow = stoppingAt(lab.store, 12)
    const first = prune(lab.process({ store: slow.store }))
    await lab.settle(slow.reached)
    await expect(pruned()).rejects.toMatchObject({ code: 'LOCKED', value: 'retention' })
    slow.goOn()
    await lab.settle(first)
  })
})

describe('a forgotten snapshot', () => {
  it('can be taken back until it is pruned', async () => {
    await take({ id: 'day-1', users: some(1) })
    await take({ id: 'day-2', users: some(2), overParent: false })
    await lab.clock.advance(2 * DAY)
    const recall = (): Promise<unknown> =>
      lab.settle(
        withLease(lab.process(), 'backup/pool_A', 'forget', (lease) =>
          recallSnapshot(lab.vault, 'pool_A', 'day-1', () => lease.check()),
        ),
      )
    await forget('day-1')
    await recall()
    expect(await snapshots()).toEqual(['day-1', 'day-2'])
    await lab.clock.advance(2 * DAY)
    await pruned()
    expect(await lab.faults()).toEqual([])
    // Forgotten again it has a day again.
    await forget('day-1')
    await lab.clock.advance(HOUR)
    await pruned()
    await recall()
    expect(await lab.faults()).toEqual([])
    await forget('day-1')
    await lab.clock.advance(2 * DAY)
    await pruned()
    await expect(recall()).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' })
  })

  it('whose copy was left by a forget that died has its whole day', async () => {
    await take({ id: 'day-1', users: some(1) })
    await take({ id: 'day-2', users: some(2), overParent: false })
    await lab.store.putIfAbsent(
      'pools/pool_A/forgotten/day-1.json',
      (await lab.store.get('pools/pool_A/snapshots/day-1.json'))!,
    )
    await lab.clock.advance(5 * DAY)
    await forget('day-1')
    await pruned()
    expect((await lab.store.get('pools/pool_A/forgotten/day-1.json')) !== undefined).toBe(true)
  })
})

/** A vault in which an aborted backup has left all that the next writer is about to store. */
async function withOrphans(): Promise<void> {
  await take({ id: 'day-1', users: some(1) })
  await writeSegments(lab.vault, { id: 'dead', users: some(9), overParent: false })
  await lab.clock.advance(2 * DAY)
}
const again: Taking = { id: 'day-2', users: some(9), overParent: false }
/** How long a process is suspended, at whatever call. */
const SUSPENDED = [0, 2 * HOUR]

describe.each(SUSPENDED)('with a process that is suspended for %i ms', (ms) => {
  const turn = SUSPENDED.indexOf(ms)
  it('at any call of a backup, which uses what is about to be pruned', async () => {
    for (const call of points(turn)) {
      lab = await openVaultLab()
      await withOrphans()
      const stopping = stoppingAt(lab.store, call)
      const writing = takeSnapshot(lab, lab.process({ store: stopping.store, skewMs: HOUR }), again)
      const outcome = writing.then(
        () => 'done',
        (error: unknown) => (error as CodedError).code,
      )
      const stopped = await lab.settle(
        Promise.race([stopping.reached.then(() => true), outcome.then(() => false)]),
      )
      if (!stopped) {
        expect(call).toBeGreaterThan(20)
        return
      }
      await lab.clock.advance(ms)
      await pruned()
      const between = await snapshots()
      stopping.goOn()
      const code = await lab.settle(outcome)
      expect(['done', 'LOCK_LOST']).toContain(code)
      expect([call, await lab.faults()]).toEqual([call, []])
      // What was visible while the writer slept is whole too: it was looked at by prune as any other.
      expect(await snapshots()).toEqual(expect.arrayContaining(between))
      if (code !== 'done') await take(again)
      expect(await snapshots()).toEqual(['day-1', 'day-2'])
      expect([call, await lab.faults()]).toEqual([call, []])
    }
  })

  it('at any call of a prune, while a backup uses what that is about to delete', async () => {
    let deleted = 0
    for (const call of points(turn)) {
      lab = await openVaultLab()
      await withOrphans()
      const stopping = stoppingAt(lab.store, call)
      const pruning = prune(lab.process({ store: stopping.store, skewMs: -HOUR }))
      const outcome = pruning.then(
        (result) => result,
        (error: unknown) => error,
      )
      const stopped = await lab.settle(
        Promise.race([stopping.reached.then(() => true), outcome.then(() => false)]),
      )
      if (!stopped) break
      await lab.clock.advance(ms)
      await take(again)
      stopping.goOn()
      const result = await lab.settle(outcome)
      if (result instanceof CodedError) expect(result.code).toBe('LOCK_LOST')
      else deleted += (result as Awaited<typeof pruning>).pools[0]?.deleted ?? 0
      expect([call, await lab.faults()]).toEqual([call, []])
      expect(await snapshots()).toEqual(['day-1', 'day-2'])
      // The next one goes on.
      expect((await pruned()).failures).toEqual([])
      expect([call, await lab.faults()]).toEqual([call, []])
    }
    // At which calls the backup comes too late to use it depends on the order of reads: a third of them may have none.
    if (isThorough) expect(deleted).toBeGreaterThan(0)
  })

  it('at any call of a reader, whose snapshot is forgotten meanwhile', async () => {
    for (const call of points(turn)) {
      lab = await openVaultLab()
      const first = await take({ id: 'day-1', users: some(1) })
      await take({ id: 'day-2', users: some(2), overParent: false })
      await lab.clock.advance(2 * DAY)
      const stopping = stoppingAt(lab.store, call)
      const reading = contentOf({ ...lab.vault, store: stopping.store }, first)
      const stopped = await lab.settle(
        Promise.race([stopping.reached.then(() => true), reading.then(() => false)]),
      )
      if (!stopped) break
      await forget('day-1')
      await pruned()
      await lab.clock.advance(ms)
      await pruned()
      stopping.goOn()
      expect(await lab.settle(reading)).toBe(lab.contents.get('day-1'))
    }
  })

  it('at any call of a forget, while others prune', async () => {
    for (const call of points(turn)) {
      lab = await openVaultLab()
      await take({ id: 'day-1', users: some(1) })
      await take({ id: 'day-2', users: some(2) })
      await lab.clock.advance(2 * DAY)
      const stopping = stoppingAt(lab.store, call)
      const forgetting = withLease(
        lab.process({ store: stopping.store }),
        RETENTION_SCOPE,
        FORGET_PURPOSE,
        (lease) =>
          forgetSnapshot({ ...lab.vault, store: stopping.store }, 'pool_A', 'day-1', () => lease.check()),
      ).catch((error: unknown) => error)
      const stopped = await lab.settle(
        Promise.race([stopping.reached.then(() => true), forgetting.then(() => false)]),
      )
      if (!stopped) break
      await lab.clock.advance(ms)
      await pruned()
      stopping.goOn()
      await lab.settle(forgetting)
      await pruned()
      expect([call, await lab.faults()]).toEqual([call, []])
      expect(await snapshots()).toContain('day-2')
    }
  })
})

describe('a backup that ended without a word', () => {
  it('keeps its pool from being pruned for a day, for it may still commit', async () => {
    await withOrphans()
    const { clock } = lab
    await acquireLease(lab.store, {
      scope: 'backup/pool_A',
      purpose: 'backup',
      holder: { host: 'laptop', pid: 7 },
      clock,
      random: () => 0,
      newId: () => 'dead',
    })
    await clock.advance(HOUR)
    const refused = await pruned()
    expect(refused.failures).toMatchObject([{ poolId: 'pool_A', error: { code: 'LOCKED' } }])
    expect(refused.failures[0]?.error.message).toContain('process 7 on laptop')
    expect(refused.failures[0]?.error.hint).toBe('prune again in 23 hours: by then it is taken for dead')
    await clock.advance(DAY)
    expect(await pruned()).toMatchObject({ failures: [], pools: [{ deleted: 3 }] })
  })
})

describe('a prune that dies', () => {
  const methods: StoreMethod[] = ['putIfAbsent', 'get', 'head', 'list', 'delete']

  it.each(methods.flatMap((method) => [[method, 'before'] as const, [method, 'after'] as const]))(
    'at any %s, %s it takes effect, harms nothing, and the next goes on',
    async (method, when) => {
      for (const call of points(when === 'before' ? 0 : 1)) {
        lab = await openVaultLab()
        await withOrphans()
        await take({ id: 'day-2', users: some(2) })
        await forget('day-1')
        await lab.clock.advance(2 * DAY)
        const effect = { kind: 'crash', when, error: new Error('died') } as const
        const store = createFaultyStore(lab.store, [{ method, call, effect }])
        const died = await pruned(lab.process({ store })).then(
          () => false,
          () => true,
        )
        expect([call, await lab.faults()]).toEqual([call, []])
        await lab.clock.advance(HOUR)
        await pruned()
        const left = await lab.segmentKeys()
        await lab.clock.advance(2 * DAY)
        expect((await pruned()).pools).toMatchObject([{ deleted: 0, forgottenKept: 0 }])
        expect(await lab.segmentKeys()).toEqual(left)
        expect([call, await lab.faults()]).toEqual([call, []])
        if (!died) return
      }
    },
  )
})

it('two backups, a prune and a restore at once, whatever the order of their calls: nothing is lost, nothing is half', async () => {
  for (const seed of points(0, { to: 8 })) {
    lab = await openVaultLab()
    await withOrphans()
    const first = await take({ id: 'one', users: some(1), pool: 'pool_B' })
    await take({ id: 'day-15', users: some(5) })
    let state = seed
    const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
    // Now and then for longer than a lock lasts.
    const longest = (): number => (random() < 0.02 ? 2 * HOUR : 9000)
    const slow = eachCall(lab.store, () => lab.clock.sleep(Math.ceil(random() * longest())))
    const process = (): ReturnType<VaultLab['process']> =>
      lab.process({ store: slow, skewMs: Math.round((random() - 0.5) * 2 * HOUR) })
    const all = [
      takeSnapshot(lab, process(), again),
      takeSnapshot(lab, process(), { id: 'two', users: some(9), pool: 'pool_B' }),
      prune(process()),
      contentOf({ ...lab.vault, store: slow }, first).then((text) => {
        expect(text).toBe(lab.contents.get('one'))
      }),
      withLease(process(), RETENTION_SCOPE, FORGET_PURPOSE, (lease) =>
        forgetSnapshot({ ...lab.vault, store: slow }, 'pool_B', 'one', () => lease.check()),
      ),
    ]
    const watching = { on: true, faults: [] as string[] }
    const watch = (async () => {
      while (watching.on) {
        watching.faults.push(...(await lab.faults()))
        await lab.clock.sleep(60_000)
      }
    })()
    const outcomes = await lab.settle(Promise.allSettled(all))
    watching.on = false
    await lab.settle(watch)
    expect([seed, watching.faults]).toEqual([seed, []])
    for (const one of outcomes)
      if (one.status === 'rejected') expect((one.reason as CodedError).code).toMatch(/^LOCK/)
    await pruned()
    expect([seed, await lab.faults()]).toEqual([seed, []])
  }
})
