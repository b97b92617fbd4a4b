import { masked } from '../cognito/secrets.js'
import { canonicalJson, type JsonObject } from '../model/canonical.js'
import { CodedError } from '../model/errors.js'
import { firstOf } from '../model/first-of.js'
import { recordValue, type StreamName, type StreamRecord } from '../model/records.js'
import { type CsvExport, csvExport, type NotCarried } from '../restore/engines/export-row.js'
import { IMPORT_LIMITS } from '../restore/engines/import-limits.js'
import { findSnapshot } from '../vault/find-snapshot.js'
import { type Manifest, streamsOf } from '../vault/manifest.js'
import type { Snapshot } from '../vault/snapshots.js'
import { openVault } from '../vault/vault.js'
import type { VaultContext } from './context.js'

export const EXPORT_FORMATS = ['ndjson', 'csv'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

export interface ExportRequest {
  /** As a person names it. */
  readonly snapshot: string
  readonly format: ExportFormat
  /** Whether client secrets and the like are exported as they are; else they are masked. NDJSON only: CSV has none. */
  readonly withSecrets?: boolean
  /** Told of each user whom the format cannot carry, as it comes to them. */
  readonly onNotExported?: (user: NotExported) => void | Promise<void>
}

/** A user whom the format cannot carry, and why. */
export interface NotExported {
  readonly sub: string
  readonly reason: NotCarried
}

/** What was exported; the field names are those of the JSON document. */
export interface ExportResult {
  readonly snapshot: string
  readonly poolId: string
  readonly format: ExportFormat
  readonly complete: boolean
  readonly missing: Manifest['missing']
  /** Records that were written, by stream. */
  readonly exported: Readonly<Partial<Record<StreamName, number>>>
  /** The first ten thousand users whom the format cannot carry. */
  readonly notExported: readonly NotExported[]
  /** How many there were, by reason. */
  readonly notExportedCounts: Readonly<Partial<Record<NotCarried, number>>>
  /** Import jobs that it takes: of CSV. */
  readonly jobs?: number
}

/** An export, to be read once. */
export interface SnapshotExport {
  /** The text, line by line, each with its end. */
  readonly lines: AsyncIterable<string>
  /** What was exported so far; all of it once the lines have come to their end. */
  readonly result: () => ExportResult
}

/**
 * A snapshot as NDJSON, all of it: first a line of what it is, then a line a record, `{"stream","key","value"}`. Or its users
 * as the CSV file that an import job of a pool with its settings takes, without password hashes, which no snapshot has. Memory does not grow with it.
 *
 * @throws CodedError `SNAPSHOT_NOT_FOUND`; `NOT_IN_SNAPSHOT` where CSV is asked for of a snapshot that does not know the pool's attributes
 */
export async function exportSnapshot(context: VaultContext, request: ExportRequest): Promise<SnapshotExport> {
  const vault = await openVault(context.store)
  const snapshot = await findSnapshot(vault, request.snapshot)
  const { manifest } = snapshot
  const exported: Partial<Record<StreamName, number>> = {}
  const notExported = firstOf<NotExported>()
  const counts: Partial<Record<NotCarried, number>> = {}
  let bytes = 0

  async function leaveOut(user: NotExported): Promise<void> {
    notExported.add(user)
    counts[user.reason] = (counts[user.reason] ?? 0) + 1
    await request.onNotExported?.(user)
  }

  const take = (stream: StreamName): void => void (exported[stream] = (exported[stream] ?? 0) + 1)
  const lines =
    request.format === 'csv'
      ? csvLines(snapshot, await csvOf(snapshot), take, leaveOut)
      : ndjsonLines(snapshot, request.withSecrets === true, take)

  async function* untilStopped(): AsyncGenerator<string> {
    for await (const line of lines) {
      context.signal?.throwIfAborted()
      bytes += Buffer.byteLength(line)
      yield line
    }
  }

  return {
    lines: untilStopped(),
    result: () => ({
      snapshot: manifest.snapshot,
      poolId: manifest.pool.id,
      format: request.format,
      complete: manifest.complete,
      missing: manifest.missing,
      exported,
      notExported: notExported.items,
      notExportedCounts: counts,
      ...(request.format === 'csv' ? { jobs: jobsFor(exported.users ?? 0, bytes) } : {}),
    }),
  }
}

async function csvOf(snapshot: Snapshot): Promise<CsvExport> {
  for await (const record of snapshot.read('resources'))
    if (record.key === 'pool') return csvExport(recordValue(record))
  const { snapshot: id, pool } = snapshot.manifest
  throw new CodedError('NOT_IN_SNAPSHOT', `snapshot ${id} does not know which attributes the pool has`, {
    value: id,
    hint: `export it as NDJSON, or restore it into a pool that exists: cognito-vault restore ${id} --to-pool ${pool.id}`,
  })
}

async function* csvLines(
  snapshot: Snapshot,
  csv: CsvExport,
  take: (stream: StreamName) => void,
  leaveOut: (user: NotExported) => Promise<void>,
): AsyncGenerator<string> {
  yield `${csv.header}\n`
  for await (const record of snapshot.read('users')) {
    const row = csv.lineOf(recordValue(record))
    if ('why' in row) {
      await leaveOut({ sub: record.key, reason: row.why })
      continue
    }
    take('users')
    yield `${row.line}\n`
  }
}

/** How many jobs take so many rows and bytes. */
function jobsFor(rows: number, bytes: number): number {
  return Math.max(Math.ceil(rows / IMPORT_LIMITS.rows), Math.ceil(bytes / IMPORT_LIMITS.bytes), 1)
}

async function* ndjsonLines(
  snapshot: Snapshot,
  withSecrets: boolean,
  take: (stream: StreamName) => void,
): AsyncGenerator<string> {
  yield `${canonicalJson(describe(snapshot.manifest))}\n`
  for (const [stream] of streamsOf(snapshot.manifest)) {
    for await (const record of snapshot.read(stream)) {
      take(stream)
      yield `{"stream":"${stream}",${lineOf(record, withSecrets).slice(1)}\n`
    }
  }
}

/** A record's line begins with its key. */
function lineOf(record: StreamRecord, withSecrets: boolean): string {
  if (withSecrets) return record.line
  return `{"key":${JSON.stringify(record.key)},"value":${canonicalJson(masked(recordValue(record)))}}`
}

/** What a reader has to know of the snapshot, and can tell a file that was cut short by. */
function describe(manifest: Manifest): JsonObject {
  const { snapshot, pool, window, complete, missing, notApplicable, takenFor } = manifest
  const records = Object.fromEntries(streamsOf(manifest).map(([name, stream]) => [name, stream.records]))
  const value = { pool, window, takenFor, complete, missing, notApplicable, records }
  return { stream: 'snapshot', key: snapshot, value }
}
