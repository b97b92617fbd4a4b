import type { JsonObject } from '../model/canonical.js'
import { text } from '../cognito/canonical-body.js'
import { capturePool } from '../cognito/capture.js'
import { newSnapshotId, isoTime } from '../model/ids.js'
import { MFA_STREAM } from '../model/records.js'
import { parseMembershipKey } from '../model/records.js'
import type { GuardLimits, Shrinkage } from '../retention/shrink-guard.js'
import type { Manifest, TakenFor } from '../vault/manifest.js'
import { runsInto } from '../restore/runs-into.js'
import { openSegments } from '../vault/segment-store.js'
import {
  commitSnapshot,
  latestReadable,
  newestSnapshotTime,
  openSnapshot,
  type Snapshot,
} from '../vault/snapshots.js'
import { writeStream } from '../vault/stream-writer.js'
import type { Vault } from '../vault/vault.js'
import { explainingFailures } from './cognito-failure.js'
import { type CognitoContext, PROGRAM } from './context.js'
import { type AgreedMfa, mfaSettingsIn, requireAgreed, type StoredMfa, storeMfa } from './second-factors.js'
import { guardFacts, shrinkageOf } from './guard.js'
import { withLease } from './with-lease.js'

/** What a snapshot is to hold, and by what it is judged. */
export interface SnapshotOptions {
  /** Reads the second factors of users too, for the price that was agreed to, and asks again where there are more users. */
  readonly mfa?: AgreedMfa | undefined
  readonly guardLimits?: GuardLimits | undefined
}

/** A snapshot just taken, and what taking it cost. */
export interface TakenSnapshot {
  readonly snapshot: Snapshot
  /** Requests sent, by operation. */
  readonly requests: Readonly<Record<string, number>>
  /** For what the shrink guard flagged it. */
  readonly shrunk: readonly Shrinkage[]
  readonly bytesStored: number
  readonly durationMs: number
}

/**
 * Captures a pool and stores it as a snapshot, as a delta over the newest complete one. Nothing of it is visible until
 * all of it is stored.
 *
 * @param pool the answer of DescribeUserPool
 * @param options `mfa`: also read the second factors of users, each of whom becomes monthly active by it; `guardLimits`:
 *   by which the shrink guard is to judge a backup
 * @throws CodedError `LOCKED` when another backup of the pool is under way.
 */
export async function takeSnapshot(
  context: CognitoContext,
  vault: Vault,
  pool: JsonObject,
  takenFor: TakenFor,
  options: SnapshotOptions = {},
): Promise<TakenSnapshot> {
  const poolId = text(pool, 'Id')
  const where = { poolId, region: context.api.region, signal: context.signal }
  return explainingFailures(where, () =>
    withLease(context, `backup/${poolId}`, 'backup', (lease) =>
      capture(context, vault, pool, { takenFor, ...options }, () => lease.check()),
    ),
  )
}

async function capture(
  context: CognitoContext,
  vault: Vault,
  pool: JsonObject,
  { takenFor, mfa: agreed, guardLimits }: SnapshotOptions & { readonly takenFor: TakenFor },
  checkLease: () => Promise<void>,
): Promise<TakenSnapshot> {
  const { api, budget, clock, sink, signal } = context
  const poolId = text(pool, 'Id')
  const startedAt = clock.now()
  const serviceTime = api.serverTime() ?? startedAt
  // Ids give the order of snapshots: machines whose clocks differ must agree, and where they did not, the newer is newer still.
  const idTime = Math.max(serviceTime, ((await newestSnapshotTime(vault, poolId)) ?? -Infinity) + 1)
  const before = new Map(budget.requests)
  const estimate = pool['EstimatedNumberOfUsers']
  sink({ code: 'capture.started', poolId, estimatedUsers: typeof estimate === 'number' ? estimate : 0 })

  const settled = takenFor === 'backup' ? await settledRuns(context, poolId) : undefined
  const parent = await latestReadable(vault, poolId)
  const found = await capturePool(api, pool, {
    tempDirectory: context.tempDirectory,
    concurrency: context.concurrency,
    previousUsers: parent?.counts['users'],
    signal,
    sink,
    fetchImage: context.fetchImage,
  })
  const listedUntil = clock.now()
  const segments = openSegments(vault.store, poolId)
  const groups = new Set<string>()
  const streams = {
    resources: await writeStream(segments, found.resources.sorted(), parent?.streams.resources.root),
    users: await writeStream(segments, found.users.sorted(), parent?.streams.users.root),
    memberships: await writeStream(
      segments,
      noting(found.memberships.sorted(), ({ key }) => groups.add(parseMembershipKey(key).group)),
      parent?.streams.memberships.root,
    ),
  }
  await requireAgreed(agreed, streams.users.records)
  const mfa =
    agreed === undefined
      ? undefined
      : await storeMfa(
          context,
          { vault, segments },
          { pool, mfa: await mfaSettingsIn(segments, streams.resources) },
          streams.users,
        )
  const readUntil = mfa === undefined ? listedUntil : clock.now()
  const missing = [...found.missing, ...(mfa?.missing ?? [])]
  const requests = requestsSince(before, budget.requests)
  const ofGroups = { populatedGroups: groups.size, limits: guardLimits }
  const guard =
    takenFor === 'backup' ? await guardFacts(vault, poolId, streams.users.root, ofGroups) : undefined
  const manifest: Manifest = {
    format: 1,
    features: mfa === undefined ? [] : [MFA_STREAM],
    vault: vault.id,
    snapshot: newSnapshotId(idTime, context.random),
    pool: { id: poolId, name: text(pool, 'Name'), region: api.region },
    // The service's clock where it is behind: what it dates as newer may have been missed.
    window: { from: isoTime(Math.min(startedAt, serviceTime)), to: isoTime(readUntil) },
    ...(parent === undefined ? {} : { parent: parent.snapshot }),
    ...(settled === undefined ? {} : await during(context, poolId, settled)),
    takenFor,
    complete: missing.length === 0,
    missing,
    notApplicable: [...found.notApplicable],
    counts: {
      ...found.counts,
      users: streams.users.records,
      memberships: streams.memberships.records,
      ...withFactors(mfa),
    },
    streams: { ...streams, ...(mfa === undefined ? {} : { mfa: mfa.stream }) },
    ...(guard === undefined ? {} : { guard: guard.facts }),
    capture: {
      requests,
      mau: mfa?.mau ?? 0,
      ...(typeof estimate === 'number' ? { estimatedUsers: estimate } : {}),
      listing: found.listing,
      program: PROGRAM,
    },
  }
  const shrunk = guard === undefined ? [] : await shrinkageOf(vault, manifest, guard.earlier)
  signal?.throwIfAborted()
  await commitSnapshot(vault, manifest, segments.touched, checkLease)
  sink({ code: 'capture.stored', poolId, snapshotId: manifest.snapshot })
  if (shrunk.length > 0) sink({ code: 'guard.tripped', poolId, snapshotId: manifest.snapshot, shrunk })
  return {
    snapshot: openSnapshot(vault, manifest),
    requests,
    shrunk,
    bytesStored: segments.bytesStored,
    durationMs: clock.now() - startedAt,
  }
}

function withFactors(mfa: StoredMfa | undefined): { usersWithMfa?: number } {
  return mfa === undefined ? {} : { usersWithMfa: mfa.users }
}

async function* noting<T>(items: AsyncIterable<T>, note: (item: T) => void): AsyncGenerator<T> {
  for await (const item of items) {
    note(item)
    yield item
  }
}

/** The restores into a pool that are over before it is read. */
async function settledRuns(context: CognitoContext, poolId: string): Promise<ReadonlySet<string>> {
  const { store, clock, sink } = context
  const runs = await runsInto(store, clock, poolId, ({ runId, reason }) =>
    sink({ code: 'run.unreadable', runId, reason }),
  )
  return new Set(runs.filter(({ isOpen }) => !isOpen).map(({ runId }) => runId))
}

/** The restore that was not over before the pool was read, whether or not it is now. */
async function during(
  { store, clock }: CognitoContext,
  poolId: string,
  settled: ReadonlySet<string>,
): Promise<{ during?: string }> {
  const runs = await runsInto(store, clock, poolId, () => undefined)
  const run = runs.find(({ runId }) => !settled.has(runId))
  return run === undefined ? {} : { during: run.runId }
}

function requestsSince(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): Record<string, number> {
  const since: Record<string, number> = {}
  for (const [operation, count] of after) {
    const sent = count - (before.get(operation) ?? 0)
    if (sent > 0) since[operation] = sent
  }
  return since
}
