import { DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { repair, type RepairApproval, type RepairResult } from '../../src/actions/repair.js'
import { verify } from '../../src/actions/verify.js'
import { systemClock } from '../../src/model/system-clock.js'
import { openS3Store } from '../../src/storage/s3/s3-store.js'
import { collect } from '../../src/testing/collect.js'
import { makeSmallVault } from '../../src/testing/small-vault.js'
import { vaultContextOf } from '../../src/testing/vault-context.js'

/** A bucket with versions, on whatever server. */
export interface VersionedBucket {
  readonly client: S3Client
  readonly bucket: string
  readonly prefix: string
}

const A = 'pools/pool_A/snapshots/'
const DAY = 86_400_000
const TIMEOUT_MS = 90_000

/** What `repair` has to do in a bucket with versions, with Object Lock or without, of which somebody who may put and delete has altered and deleted objects. */
export function repairsFromBeneath(
  title: string,
  hasObjectLock: boolean,
  place: () => VersionedBucket | Promise<VersionedBucket>,
): void {
  const what = 'what was put over and deleted comes back from beneath, and is locked again where it was'
  it(`${title}: ${what}`, { timeout: TIMEOUT_MS }, async () => {
    const { client, bucket, prefix } = await place()
    const objectLock = hasObjectLock ? ({ days: 30, mode: 'governance' } as const) : undefined
    const store = openS3Store({ client, bucket, prefix, objectLock })
    const lab = await makeSmallVault(store)
    const first = await lab.take({ id: 'day-1' })
    await lab.take({ id: 'day-2', day: 1, parent: first })
    await lab.take({ id: 'day-3', pool: 'pool_B' })
    const keys = (await collect(store.list(''))).map(({ key }) => key)
    const before = await contentOf()

    async function contentOf(): Promise<Map<string, Uint8Array>> {
      const found = new Map<string, Uint8Array>()
      for (const { key } of await collect(store.list('pools/'))) found.set(key, (await store.get(key))!)
      return found
    }
    async function putOver(key: string, isLocked = false): Promise<void> {
      const lock = isLocked
        ? { ObjectLockMode: 'GOVERNANCE' as const, ObjectLockRetainUntilDate: new Date(Date.now() + DAY) }
        : {}
      const to = { Bucket: bucket, Key: prefix + key, ChecksumAlgorithm: 'SHA256' as const }
      await client.send(new PutObjectCommand({ ...to, Body: 'rot', ...lock }))
    }
    async function remove(key: string): Promise<void> {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: prefix + key }))
    }
    const run = async (approval: RepairApproval): Promise<RepairResult> =>
      (await repair(vaultContextOf(store, systemClock), {}, () => Promise.resolve(approval)))!

    const segments = keys.filter((key) => key.includes('pool_A/segments/'))
    const others = keys.filter((key) => key.includes('pool_B/'))
    await putOver(segments[0]!)
    await remove(segments[1]!)
    await putOver(`${A}day-1.json`)
    await putOver('vault.json')
    for (const key of others) await remove(key)

    const dry = await run('dry-run')
    const actions = new Map(dry.items.map(({ key, action, origin }) => [key, [action, origin?.kind]]))
    expect(actions).toEqual(
      new Map([
        ['vault.json', ['replace', 'version']],
        [`${A}day-1.json`, ['replace', 'version']],
        [segments[0], ['replace', 'version']],
        [segments[1], ['put', 'version']],
      ]),
    )
    expect(dry.hidden).toMatchObject([{ snapshot: 'day-3', isWhole: true }])

    const done = await run({ bringBack: 'all' })
    expect(done).toMatchObject({ ok: true, broughtBack: ['day-3'] })
    // Nothing is damaged, nothing locked for too short a time, nothing left over.
    expect(await verify(vaultContextOf(store, systemClock))).toMatchObject({
      ok: true,
      snapshots: 3,
      damage: [],
      lockedTooShort: [],
    })
    expect(await contentOf()).toEqual(before)

    if (store.retention === undefined) return
    const until = Date.now() + 29 * DAY
    for (const key of [`${A}day-1.json`, ...segments.slice(0, 2), ...others])
      expect(await store.retention.retainedUntil(key)).toBeGreaterThan(until)
    // What somebody has locked over the right one stays until that is over, and is named.
    await putOver(`${A}day-1.json`, true)
    expect(await run({ bringBack: [] })).toMatchObject({
      ok: false,
      outcomes: [{ key: `${A}day-1.json`, outcome: 'failed', error: { code: 'RETAINED' } }],
    })
    expect(await collect(store.list('pools/pool_A/repairing/'))).toEqual([])
  })
}
