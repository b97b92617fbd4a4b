import { groupKind } from '../cognito/resources/group.js'
import { RESOURCE_KINDS } from '../cognito/resources/resource-kinds.js'
import type { ForeignBackup, ForeignSource } from '../foreign/foreign-backup.js'
import { unreadable } from '../foreign/foreign-backup.js'
import { CodedError } from '../model/errors.js'
import { isoTime, newSnapshotId } from '../model/ids.js'
import type { Gap, Manifest } from '../vault/manifest.js'
import { openSegments } from '../vault/segment-store.js'
import { commitSnapshot, newestSnapshotTime } from '../vault/snapshots.js'
import { writeStream } from '../vault/stream-writer.js'
import { openVault, type Vault } from '../vault/vault.js'
import { PROGRAM, type VaultContext } from './context.js'
import { type ForeignCounts, type ForeignRecords, readForeign } from './foreign-records.js'
import { checkPoolId, regionOfPool } from './pool.js'
import { withLease } from './with-lease.js'

export interface ImportRequest {
  readonly backup: ForeignBackup
  /** The pool that the backup is of, where its name does not tell. */
  readonly poolId?: string | undefined
  /** Whether that is imported too which the tool's last run had not found any more. */
  readonly includeStale?: boolean
}

/** What was imported; the field names are those of the JSON document. */
export interface ImportResult {
  readonly snapshot: string
  readonly poolId: string
  readonly source: ForeignSource
  readonly name: string
  /** Of when the backup is, as far as anything tells. */
  readonly exportedAt: string | null
  readonly counts: Readonly<ForeignCounts>
  /** What the tool's last run had not found any more: left out, unless it was asked for. */
  readonly stale: Readonly<ForeignCounts>
  readonly staleIncluded: boolean
  /** What a later run of the tool had seen that did not come to its end. */
  readonly newer: Readonly<ForeignCounts>
  /** What was there more than once: the newest was taken. */
  readonly duplicates: Readonly<ForeignCounts>
  /** Items that are no part of a backup. */
  readonly others: number
  /** Never: no other tool's backup has all that a snapshot has. */
  readonly complete: false
  readonly missing: readonly Gap[]
  readonly bytesStored: number
  readonly durationMs: number
}

const NOT_HELD = 'the source does not hold it'

/**
 * Stores the backup of another tool as a snapshot of its pool. What the backup does not hold is recorded as missing, so that the
 * snapshot is not complete, and never the latest; its users, groups and memberships are restored by its id.
 *
 * @throws CodedError `USAGE` where nothing tells the pool, `SOURCE_UNREADABLE` where the backup is cut short, or has nobody: then
 *   nothing is imported; `LOCKED` while a backup of the pool is under way
 */
export async function importBackup(context: VaultContext, request: ImportRequest): Promise<ImportResult> {
  const vault = await openVault(context.store)
  const poolId = request.poolId ?? request.backup.poolId
  if (poolId === undefined)
    throw new CodedError('USAGE', `nothing says of which pool ${request.backup.name} is`, {
      value: request.backup.name,
      hint: 'give --pool-id ID',
    })
  checkPoolId(poolId)
  const pool = { id: poolId, name: poolId, region: regionOfPool(poolId) ?? '' }
  const startedAt = context.clock.now()
  return withLease(context, `backup/${poolId}`, 'import', async (lease) => {
    const { tempDirectory, sink, signal } = context
    const found = await readForeign(request.backup, {
      tempDirectory,
      keepStale: request.includeStale === true,
      onRead: (records) => {
        signal?.throwIfAborted()
        if (records % 1000 === 0) sink({ code: 'foreign.read', poolId, records })
      },
    })
    try {
      const stored = await store(context, vault, request, found, pool, () => lease.check())
      return { ...stored, durationMs: context.clock.now() - startedAt }
    } finally {
      await found.clear()
    }
  })
}

async function store(
  context: VaultContext,
  vault: Vault,
  { backup, includeStale }: ImportRequest,
  found: ForeignRecords,
  pool: Manifest['pool'],
  checkLease: () => Promise<void>,
): Promise<Omit<ImportResult, 'durationMs'>> {
  const { clock, random, signal, sink } = context
  const importedAt = clock.now()
  const segments = openSegments(vault.store, pool.id)
  const users = await writeStream(segments, found.users(), undefined)
  const memberships = await writeStream(segments, found.memberships(), undefined)
  const resources = await writeStream(segments, found.resources(), undefined)
  if (users.records === 0)
    throw unreadable(`${backup.name} has no user: a backup that failed looks like that`, backup.name)
  const counts = { users: users.records, groups: resources.records, memberships: memberships.records }
  const missing = missingFrom(backup.source, found)
  const exportedAt = found.lastRun ?? backup.exportedAt
  const from = exportedAt ?? importedAt
  const idTime = Math.max(importedAt, ((await newestSnapshotTime(vault, pool.id)) ?? -Infinity) + 1)
  const manifest: Manifest = {
    format: 1,
    features: [],
    vault: vault.id,
    snapshot: newSnapshotId(idTime, random),
    pool,
    window: {
      from: isoTime(from),
      to: isoTime(Math.max(from, backup.source === 'backup-table' ? (found.newest ?? from) : from)),
    },
    takenFor: 'backup',
    complete: false,
    missing,
    notApplicable: [],
    counts: { ...Object.fromEntries(RESOURCE_KINDS.map(({ plural }) => [plural, 0])), ...counts },
    streams: { resources, users, memberships },
    capture: { requests: {}, mau: 0, listing: 'import', program: PROGRAM },
    imported: {
      source: backup.source,
      name: backup.name,
      at: isoTime(importedAt),
      ...(exportedAt === undefined ? {} : { exportedAt: isoTime(exportedAt) }),
    },
  }
  signal?.throwIfAborted()
  await commitSnapshot(vault, manifest, segments.touched, checkLease)
  sink({ code: 'capture.stored', poolId: pool.id, snapshotId: manifest.snapshot })
  return {
    snapshot: manifest.snapshot,
    poolId: pool.id,
    source: backup.source,
    name: backup.name,
    exportedAt: manifest.imported?.exportedAt ?? null,
    counts,
    stale: found.stale,
    staleIncluded: includeStale === true,
    newer: found.newer,
    duplicates: found.duplicates,
    others: found.others,
    complete: false,
    missing,
    bytesStored: segments.bytesStored,
  }
}

/** What a snapshot has and this source does not. */
function missingFrom(
  source: ForeignSource,
  { usersWithGroups, usersSaid, namedGroups }: ForeignRecords,
): Gap[] {
  const gap = (resource: string, reason = NOT_HELD): Gap => ({ resource, operation: 'import', reason })
  const kinds = RESOURCE_KINDS.filter((kind) => kind !== groupKind).map(({ plural }) => gap(plural))
  if (source === 'backup-table')
    return [
      ...kinds,
      gap('roles of groups'),
      gap('dates of users'),
      gap('users of identity providers', 'the workflow leaves them out, and their memberships'),
      ...(namedGroups() > 0
        ? [gap('settings of groups', `of ${namedGroups()} groups the source has the members only`)]
        : []),
    ]
  if (usersWithGroups === 0) return [...kinds, gap(groupKind.plural)]
  if (usersWithGroups < usersSaid)
    return [
      ...kinds,
      gap(groupKind.plural, `the source says the groups of ${usersWithGroups} of ${usersSaid} users only`),
    ]
  return [...kinds, gap('settings of groups', 'the source has their names and members only')]
}
