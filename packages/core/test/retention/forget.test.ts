import { beforeEach, describe, expect, it } from 'vitest'
import { acknowledge } from '../../src/actions/acknowledge.js'
import { forget, type ForgetRequest, type ForgetResult, recall } from '../../src/actions/forget.js'
import { snapshots as listSnapshots } from '../../src/actions/snapshots.js'
import { verify } from '../../src/actions/verify.js'
import { CodedError } from '../../src/model/errors.js'
import { isoTime } from '../../src/model/ids.js'
import { openRun } from '../../src/restore/run-store.js'
import type { RunHeader } from '../../src/restore/run-header.js'
import type { Manifest } from '../../src/vault/manifest.js'
import { DAY, HOUR, openVaultLab, START, takeSnapshot, type VaultLab } from './vault-lab.js'

let lab: VaultLab
beforeEach(async () => {
  lab = await openVaultLab()
})

const idOf = (time: number): string => `${isoTime(time).replaceAll(/[-:]/g, '')}-0000000a`

interface Day {
  readonly users?: number
  readonly takenFor?: Manifest['takenFor']
  readonly usersChanged?: number
  readonly complete?: boolean
  /** How far it is dated from when it is taken. */
  readonly datedMs?: number
}

/** Takes a snapshot now and lets a day go by. @returns its id */
async function day({ users = 10, takenFor, usersChanged, complete, datedMs = 0 }: Day = {}): Promise<string> {
  const time = lab.clock.now() + datedMs
  const id = idOf(time)
  await lab.settle(
    takeSnapshot(lab, lab.process(), {
      id,
      users: Array.from({ length: users }, (_, i) => i),
      windowFrom: isoTime(time),
      ...(takenFor === undefined ? {} : { takenFor }),
      ...(complete === undefined ? {} : { complete }),
      ...(usersChanged === undefined
        ? {}
        : { guard: { usersChanged, populatedGroups: 0, threshold: 0.2, windowDays: 30 } }),
    }),
  )
  await lab.clock.advance(START + Math.round((time - datedMs - START) / DAY + 1) * DAY - lab.clock.now())
  return id
}

const run = (request: ForgetRequest, how: 'forget' | 'dry-run' = 'forget'): Promise<ForgetResult> =>
  lab.settle(forget(lab.process(), request, () => Promise.resolve(how))) as Promise<ForgetResult>
const keptBy = ({ pools }: ForgetResult): Record<string, string> =>
  Object.fromEntries(
    pools.flatMap(({ snapshots }) =>
      snapshots.flatMap(({ id, keep, reasons }) => (keep ? [[id, reasons.join(', ')]] : [])),
    ),
  )
const left = async (): Promise<string[]> => (await listSnapshots(lab.process())).snapshots.map(({ id }) => id)

describe('forget', () => {
  it('shows in a dry run what the real run does', async () => {
    const ids = [await day(), await day(), await day()]
    const dry = await run({ policy: { last: 1 } }, 'dry-run')
    expect(await left()).toEqual(ids)
    const real = await run({ policy: { last: 1 } })
    expect(real.pools).toEqual(dry.pools)
    expect(real.forgotten).toEqual(ids.slice(0, 2))
    expect(keptBy(real)).toEqual({
      [ids[2]!]: 'last snapshot, latest complete snapshot, the shrink guard compares with it',
    })
    expect(await left()).toEqual(ids.slice(2))
    expect(await verify(lab.process())).toMatchObject({ ok: true })
  })

  it('takes no damage for a reason to go on as if it were not there', async () => {
    const [first] = [await day(), await day()]
    const key = `pools/pool_A/snapshots/${first}.json`
    await lab.store.delete(key)
    await lab.store.putIfAbsent(key, Buffer.from('{}'))
    const { pools, forgotten } = await run({ policy: { last: 1 } })
    expect(forgotten).toEqual([])
    expect(pools[0]?.unreadable).toMatchObject([{ key, error: { code: 'VAULT_DAMAGED' } }])
    expect(await lab.store.get(key)).toBeDefined()
  })

  it('keeps what a stopped restore needs, and a plan of the last day', async () => {
    const ids = [await day(), await day(), await day(), await day(), await day(), await day(), await day()]
    const plan = async (
      runId: string,
      snapshot: string,
      target: string,
    ): Promise<ReturnType<typeof openRun>> => {
      const planned = openRun(lab.store, runId)
      await planned.begin('2026-11-23T00:00:00.000Z')
      await planned.putHeader(headerOf(runId, snapshot, target))
      return planned
    }
    await plan('run-old', ids[0]!, ids[0]!)
    await lab.clock.advance(2 * DAY)
    await openRun(lab.store, 'run-reading').begin('2026-11-23T00:00:00.000Z', ids[5])
    await (await plan('run-open', ids[1]!, ids[2]!)).approve('2026-11-23T00:00:00.000Z')
    await plan('run-new', ids[3]!, ids[3]!)
    expect(keptBy(await run({ policy: { last: 1 } }, 'dry-run'))).toEqual({
      [ids[1]!]: 'to resume run-open',
      [ids[2]!]: 'to resume run-open',
      [ids[3]!]: 'planned with: run-new',
      [ids[5]!]: 'being planned: run-reading',
      [ids[6]!]: expect.stringContaining('last snapshot') as string,
    })
    await expect(run({ names: [ids[1]!] })).rejects.toMatchObject({ code: 'USAGE', value: ids[1] })
    await expect(run({ names: [ids[5]!] })).rejects.toMatchObject({ code: 'USAGE', value: ids[5] })
    await openRun(lab.store, 'run-open').putReport({}, {})
    expect((await run({ policy: { last: 1 } })).forgotten).toEqual([ids[0], ids[1], ids[2], ids[4]])
  })

  it('keeps what was imported until it is named', async () => {
    const id = idOf(START)
    const imported = { source: 'backup-table', name: 'BackupTable', at: isoTime(START) }
    await lab.settle(takeSnapshot(lab, lab.process(), { id, users: [1], complete: false, imported }))
    await lab.clock.advance(10 * DAY)
    await day()
    await day()
    expect(keptBy(await run({ policy: { last: 1 } }))[id]).toBe('imported, forgotten by name only')
    expect((await run({ names: [id] })).forgotten).toEqual([id])
  })

  it('takes named ones, but never the newest complete backup', async () => {
    const ids = [await day(), await day(), await day({ takenFor: 'diff' })]
    await expect(run({ names: ['latest'] })).rejects.toMatchObject({ code: 'USAGE', value: ids[1] })
    await expect(run({ names: ['nothing'] })).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' })
    expect((await run({ names: [ids[0]!, ids[2]!] })).forgotten).toEqual([ids[0], ids[2]])
    expect((await lab.settle(recall(lab.process(), ids[0]!))).snapshot).toBe(ids[0])
    await expect(lab.settle(recall(lab.process(), ids[0]!))).rejects.toMatchObject({ code: 'USAGE' })
    await expect(lab.settle(recall(lab.process(), 'x'))).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' })
    expect(await left()).toEqual(ids.slice(0, 2))
  })

  it('leaves in sight what the store keeps from being deleted', async () => {
    const ids = [await day(), await day()]
    const store = {
      ...lab.store,
      delete: (key: string) =>
        key.includes('/snapshots/')
          ? Promise.reject(new CodedError('RETAINED', 'locked'))
          : lab.store.delete(key),
    }
    const forgetting = forget(lab.process({ store }), { policy: { last: 1 } }, () =>
      Promise.resolve('forget'),
    )
    expect(await lab.settle(forgetting)).toMatchObject({ forgotten: [], retained: [ids[0]] })
    expect(await left()).toEqual(ids)
    expect(await lab.store.get(`pools/pool_A/forgotten/${ids[0]!}.json`)).toBeUndefined()
  })

  it('counts nothing that is dated later than now, and does not let it be the newest', async () => {
    const good = [await day(), await day()]
    const forged: string[] = []
    for (let n = 0; n < 3; n++) forged.push(await day({ datedMs: 100 * DAY + n * HOUR }))
    const { forgotten, pools } = await run({ policy: { last: 1, within: undefined } })
    expect(forgotten).toEqual([good[0]])
    expect(keptBy({ pools } as ForgetResult)).toMatchObject({
      [forged[0]!]: 'dated later than now, and not counted',
      [good[1]!]: expect.stringContaining('latest complete snapshot') as string,
    })
  })
})

describe('the shrink guard', () => {
  it('keeps what was before a mass deletion however long, until it is acknowledged', async () => {
    const good = [await day({ users: 100 }), await day({ users: 100 })]
    const bad: string[] = []
    for (let n = 0; n < 40; n++) bad.push(await day({ users: 20 }))
    const { pools, forgotten } = await run({ policy: { last: 2 } })
    expect(forgotten).toEqual([])
    expect(pools[0]).toMatchObject({ heldByGuard: 40 })
    expect(pools[0]?.flagged).toHaveLength(40)
    expect(pools[0]?.flagged[0]).toEqual({
      id: bad[0],
      shrunk: [{ what: 'users', than: good[1], before: 100, now: 20 }],
    })
    await expect(run({ names: [good[0]!] })).rejects.toMatchObject({ code: 'SHRINK_GUARD' })
    const listed = (await listSnapshots(lab.process())).snapshots.filter(({ shrunk }) => shrunk !== undefined)
    expect(listed.map(({ id }) => id)).toEqual(bad)
    await expect(acknowledge(lab.process(), good[0]!)).rejects.toMatchObject({ code: 'USAGE' })
    expect((await acknowledge(lab.process(), bad[0]!)).settled.map(({ id }) => id)).toEqual([bad[0]])
    const later = await run({ policy: { last: 2 } })
    expect(later.pools[0]).toMatchObject({ heldByGuard: 0, flagged: [] })
    expect(later.forgotten).toEqual([...good, ...bad.slice(0, -2)])
    expect(await verify(lab.process())).toMatchObject({ ok: true })
  })

  it('goes by what the manifests say, and by the limits that it is given', async () => {
    const ids = [
      await day({ users: 100, usersChanged: 0 }),
      await day({ users: 100, usersChanged: 15 }),
      await day({ users: 100, usersChanged: 31 }),
    ]
    const { pools } = await run({ policy: { last: 1 } }, 'dry-run')
    expect(pools[0]?.flagged.map(({ id }) => id)).toEqual([ids[2]])
    const lax = await run({ policy: { last: 1 }, guard: { threshold: 0.5, windowDays: 30 } }, 'dry-run')
    expect(lax.pools[0]?.flagged).toEqual([])
  })

  it('does not take a backup’s own word for what is far less, which may be forged', async () => {
    const good = await day({ users: 100 })
    const time = lab.clock.now()
    const guard = { usersChanged: 0, populatedGroups: 0, threshold: 1, windowDays: 30 }
    const forged = { id: idOf(time), users: [1], windowFrom: isoTime(time), guard }
    await lab.settle(takeSnapshot(lab, lab.process(), forged))
    const { forgotten, pools } = await run({ policy: { last: 1 } })
    expect([forgotten, pools[0]?.heldByGuard]).toEqual([[], 1])
    expect(await left()).toContain(good)
  })

  it('does not compare with what is incomplete, or was taken for a restore', async () => {
    await day({ users: 100, complete: false })
    await day({ users: 100, takenFor: 'restore' })
    await day({ users: 10 })
    expect((await run({ policy: { last: 1 } }, 'dry-run')).pools[0]?.flagged).toEqual([])
  })

  it('is not satisfied by an acknowledgement that was altered, which verify names', async () => {
    await day({ users: 100 })
    const bad = await day({ users: 20 })
    await acknowledge(lab.process(), bad)
    const key = `acknowledged/pool_A/${bad}.json`
    const text = Buffer.from((await lab.store.get(key))!)
      .toString()
      .replace('host-', 'tsoh-')
    await lab.store.delete(key)
    await lab.store.putIfAbsent(key, Buffer.from(text))
    expect((await run({ policy: { last: 1 } }, 'dry-run')).pools[0]?.flagged).toHaveLength(1)
    expect((await verify(lab.process())).damage.map((one) => one.key)).toEqual([key])
  })
})

it('verify reads the manifests of forgotten snapshots', async () => {
  const first = await day()
  await day()
  await run({ policy: { last: 1 } })
  const key = `pools/pool_A/forgotten/${first}.json`
  await lab.store.delete(key)
  await lab.store.putIfAbsent(key, Buffer.from('{}'))
  expect((await verify(lab.process())).damage.map((one) => one.key)).toEqual([key])
})

function headerOf(runId: string, snapshot: string, target: string): RunHeader {
  return {
    format: 1,
    runId,
    createdAt: '2026-11-23T00:00:00.000Z',
    snapshot: { id: snapshot, poolId: 'pool_A' },
    target: {
      mode: 'in-place',
      poolId: 'pool_A',
      snapshot: target,
      region: 'eu-west-1',
      rules: { usernameAttributes: [], caseSensitive: false },
    },
    missing: [],
    unread: [],
    chunks: [],
    summary: {
      operations: {},
      widening: {},
      subjects: {},
      notes: {},
      fidelity: { exact: 0, transformed: 0, lost: 0 },
      mau: 0,
      lockedOut: 0,
      triggers: {},
    },
    unchanged: 0,
    limits: {},
    leftOut: 0,
    etaSeconds: 0,
    erasures: 0,
  }
}
