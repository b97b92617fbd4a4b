import { backup, type SnapshotReport } from '../../src/actions/backup.js'
import type { CognitoContext } from '../../src/actions/context.js'
import { recordValue, STREAMS } from '../../src/model/records.js'
import type { JsonObject } from '../../src/model/canonical.js'
import { findSnapshot } from '../../src/vault/find-snapshot.js'
import { openVault } from '../../src/vault/vault.js'

/** Backs up one pool; throws what kept it from being backed up. */
export async function backUp(context: CognitoContext, poolId: string): Promise<SnapshotReport> {
  const { snapshots, failures } = await backup(context, [poolId])
  if (failures[0] !== undefined) throw failures[0].error
  return snapshots[0]!
}

/** What a snapshot holds, whatever it is called and however it is cut: the digest of each stream. */
export async function digestsOf(context: CognitoContext, id: string): Promise<Record<string, string>> {
  const { manifest } = await findSnapshot(await openVault(context.store), id)
  return Object.fromEntries(STREAMS.map((stream) => [stream, manifest.streams[stream].digest]))
}

/** The records of one stream of a snapshot, by key. */
export async function recordsOf(
  context: CognitoContext,
  id: string,
  stream: (typeof STREAMS)[number],
): Promise<Map<string, JsonObject>> {
  const snapshot = await findSnapshot(await openVault(context.store), id)
  const records = new Map<string, JsonObject>()
  for await (const record of snapshot.read(stream)) records.set(record.key, recordValue(record))
  return records
}

/** The keys of the snapshots that readers see. */
export async function visibleSnapshots({ store }: Pick<CognitoContext, 'store'>): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of store.list('pools/')) if (key.includes('/snapshots/')) keys.push(key)
  return keys
}
