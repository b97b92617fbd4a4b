import { type CodedError, hasCode } from '../model/errors.js'
import { timeOfSnapshotId } from '../model/ids.js'
import {
  DEFAULT_GUARD,
  type Guarded,
  type GuardLimits,
  type GuardState,
  judge,
  type Shrinkage,
} from '../retention/shrink-guard.js'
import { readAcknowledgements } from '../vault/acknowledgements.js'
import { countChanges } from '../vault/count-changes.js'
import type { Manifest } from '../vault/manifest.js'
import { openSegments } from '../vault/segment-store.js'
import { isCompleteBackup, listManifests } from '../vault/snapshots.js'
import type { Vault } from '../vault/vault.js'

/** When a snapshot was taken, in milliseconds: by its id, whose order is that of the snapshots whatever clocks said. */
export function takenAt({ snapshot, window }: Manifest): number {
  return timeOfSnapshotId(snapshot) ?? Date.parse(window.from)
}

/** What the guard compares of a snapshot, as its manifest says it. */
export function guarded(manifest: Manifest): Guarded {
  return {
    id: manifest.snapshot,
    time: takenAt(manifest),
    users: manifest.streams.users.records,
    memberships: manifest.streams.memberships.records,
    populatedGroups: manifest.guard?.populatedGroups,
    usersChanged: manifest.guard?.usersChanged,
  }
}

/**
 * What the shrink guard says of a pool's backups, computed anew from their manifests.
 *
 * @param limits by which all are judged; without them each by those of its own backup
 */
export async function judgePool(
  vault: Vault,
  poolId: string,
  manifests: readonly Manifest[],
  limits?: GuardLimits,
): Promise<GuardState> {
  const backups = manifests.filter(isCompleteBackup)
  const own = new Map(backups.map(({ snapshot, guard }) => [snapshot, guard]))
  const acknowledged = await readAcknowledgements(vault.store, poolId)
  return judge(
    backups.map(guarded),
    acknowledged.map(({ snapshotId }) => snapshotId),
    ({ id }) => limits ?? own.get(id) ?? DEFAULT_GUARD,
  )
}

/** The manifests of a pool that can be read, oldest first, and why the others cannot. */
export async function readPool(
  vault: Vault,
  poolId: string,
): Promise<{ manifests: Manifest[]; unreadable: { key: string; error: CodedError }[] }> {
  const manifests: Manifest[] = []
  const unreadable: { key: string; error: CodedError }[] = []
  for await (const { key, manifest, error } of listManifests(vault, poolId)) {
    if (manifest === undefined) unreadable.push({ key, error })
    else manifests.push(manifest)
  }
  return { manifests, unreadable }
}

/**
 * What a new backup says for the guard: how many users have changed since backups of the pool began, which is the last
 * backup's number and what is otherwise since. So the change between any two backups is a difference, whatever was forgotten
 * between them. Where the last one cannot be read all of its users count as changed.
 */
export async function guardFacts(
  vault: Vault,
  poolId: string,
  usersRoot: string,
  { populatedGroups, limits = DEFAULT_GUARD }: { populatedGroups: number; limits?: GuardLimits | undefined },
): Promise<{ readonly facts: NonNullable<Manifest['guard']>; readonly earlier: readonly Manifest[] }> {
  const { manifests: earlier } = await readPool(vault, poolId)
  const last = earlier.findLast(isCompleteBackup)
  const since = last === undefined ? 0 : await changesSince(vault, last, usersRoot)
  const facts = { usersChanged: (last?.guard?.usersChanged ?? 0) + since, populatedGroups, ...limits }
  return { facts, earlier }
}

async function changesSince(vault: Vault, last: Manifest, usersRoot: string): Promise<number> {
  const { root, records } = last.streams.users
  try {
    return await countChanges(openSegments(vault.store, last.pool.id), root, usersRoot)
  } catch (error) {
    if (hasCode(error, 'VAULT_DAMAGED')) return records
    throw error
  }
}

/** What a new snapshot has too little of; nothing where it is not flagged. */
export async function shrinkageOf(
  vault: Vault,
  manifest: Manifest,
  earlier: readonly Manifest[],
): Promise<readonly Shrinkage[]> {
  const { flagged } = await judgePool(vault, manifest.pool.id, [...earlier, manifest])
  return flagged.get(manifest.snapshot) ?? []
}
