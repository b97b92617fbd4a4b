import { text } from '../cognito/canonical-body.js'
import type { Capture } from '../cognito/capture.js'
import type { JsonObject } from '../model/canonical.js'
import { isoTime, newSnapshotId } from '../model/ids.js'
import { MFA_STREAM, parseMembershipKey } from '../model/records.js'
import type { GuardLimits, Shrinkage } from '../retention/shrink-guard.js'
import { runsInto } from '../restore/runs-into.js'
import type { Manifest, TakenFor } from '../vault/manifest.js'
import { openSegments } from '../vault/segment-store.js'
import { commitSnapshot, newestSnapshotTime, openSnapshot, type Snapshot } from '../vault/snapshots.js'
import { writeStream } from '../vault/stream-writer.js'
import type { Vault } from '../vault/vault.js'
import { type CognitoContext, PROGRAM } from './context.js'
import { guardFacts, shrinkageOf } from './guard.js'
import { type AgreedMfa, mfaSettingsIn, requireAgreed, type StoredMfa, storeMfa } from './second-factors.js'

/** What a snapshot is to hold, and by what it is judged. */
export interface SnapshotOptions {
  /** Reads the second factors of users too, for the price that was agreed to, and asks again where there are more users. */
  readonly mfa?: AgreedMfa | undefined
  readonly guardLimits?: GuardLimits | undefined
}

/** What is known when a pool begins to be read, as plain data: another process may store what was read. */
export interface CaptureFacts {
  readonly takenFor: TakenFor
  readonly snapshotId: string
  /** By this process's clock and by the service's, in milliseconds. */
  readonly startedAt: number
  readonly serviceTime: number
  /** The restores into the pool that were over by then; of a backup only. */
  readonly settledRuns?: readonly string[]
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

/** Asked before anything of the pool is read, by whoever holds the lease `backup/POOL`. */
export async function beginCapture(
  context: CognitoContext,
  vault: Vault,
  pool: JsonObject,
  takenFor: TakenFor,
): Promise<CaptureFacts> {
  const { api, clock, random, sink } = context
  const poolId = text(pool, 'Id')
  const startedAt = clock.now()
  const serviceTime = api.serverTime() ?? startedAt
  // Ids give the order of snapshots: machines whose clocks differ must agree, and where they did not, the newer is newer still.
  const idTime = Math.max(serviceTime, ((await newestSnapshotTime(vault, poolId)) ?? -Infinity) + 1)
  sink({ code: 'capture.started', poolId, estimatedUsers: estimateOf(pool) ?? 0 })
  const settledRuns = takenFor === 'backup' ? { settledRuns: await readSettledRuns(context, poolId) } : {}
  return { takenFor, snapshotId: newSnapshotId(idTime, random), startedAt, serviceTime, ...settledRuns }
}

/** What was read of a pool, and what that took. */
export interface ReadPool {
  readonly pool: JsonObject
  readonly capture: Capture
  /** When the last of it was read, in milliseconds. */
  readonly readUntil: number
  /** The snapshot over which it is stored. */
  readonly parent: Manifest | undefined
  /** Requests sent for it by now, by operation. */
  readonly requests: () => Record<string, number>
}

/**
 * Stores what was read of a pool as a snapshot, as a delta over its parent. Nothing of it is visible until all of it is stored. The same
 * capture stored again stores the same segments.
 */
export async function storeCapture(
  context: CognitoContext,
  vault: Vault,
  facts: CaptureFacts,
  { pool, capture: found, readUntil: listedUntil, parent, requests: requestsNow }: ReadPool,
  { mfa: agreed, guardLimits }: SnapshotOptions,
  checkLease: () => Promise<void>,
): Promise<TakenSnapshot> {
  const { api, clock, sink, signal } = context
  const { takenFor, snapshotId, startedAt, serviceTime, settledRuns } = facts
  const poolId = text(pool, 'Id')
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
  const requests = requestsNow()
  const estimate = estimateOf(pool)
  const ofGroups = { populatedGroups: groups.size, limits: guardLimits }
  const guard =
    takenFor === 'backup' ? await guardFacts(vault, poolId, streams.users.root, ofGroups) : undefined
  const manifest: Manifest = {
    format: 1,
    features: mfa === undefined ? [] : [MFA_STREAM],
    vault: vault.id,
    snapshot: snapshotId,
    pool: { id: poolId, name: text(pool, 'Name'), region: api.region },
    // The service's clock where it is behind: what it dates as newer may have been missed.
    window: { from: isoTime(Math.min(startedAt, serviceTime)), to: isoTime(readUntil) },
    ...(parent === undefined ? {} : { parent: parent.snapshot }),
    ...(settledRuns === undefined ? {} : await during(context, poolId, new Set(settledRuns))),
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
      ...(estimate === undefined ? {} : { estimatedUsers: estimate }),
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

function estimateOf(pool: JsonObject): number | undefined {
  const estimate = pool['EstimatedNumberOfUsers']
  return typeof estimate === 'number' ? estimate : undefined
}

/** The restores into a pool that are over before it is read. */
async function readSettledRuns(context: CognitoContext, poolId: string): Promise<string[]> {
  const { store, clock, sink } = context
  const runs = await runsInto(store, clock, poolId, ({ runId, reason }) =>
    sink({ code: 'run.unreadable', runId, reason }),
  )
  return runs.filter(({ isOpen }) => !isOpen).map(({ runId }) => runId)
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
