import { CodedError, hasCode } from '../model/errors.js'
import type { ObjectStore } from '../storage/object-store.js'
import { copyErasures } from '../vault/copy-erasures.js'
import { createSegmentCopier } from '../vault/copy-segments.js'
import { copySnapshot, knowSnapshot, requireSameContent } from '../vault/copy-snapshot.js'
import type { Manifest } from '../vault/manifest.js'
import { manifestKey, segmentsPrefix } from '../vault/object-keys.js'
import { isReplica } from '../vault/replica-store.js'
import { openSegments } from '../vault/segment-store.js'
import { listManifests } from '../vault/snapshots.js'
import { openVault, type Vault } from '../vault/vault.js'
import { type ArrivingSnapshot, arrivingIn } from './arriving.js'
import { chooseSnapshots } from './choose-snapshots.js'
import type { VaultContext } from './context.js'
import { withLease } from './with-lease.js'

/** What to copy. */
export interface CopyRequest {
  /** The vault that is copied from. It is only read. */
  readonly from: ObjectStore
  /** Ids, prefixes, `latest`; none for all. */
  readonly snapshots?: readonly string[]
  /** Only the snapshots of these pools. */
  readonly pools?: readonly string[]
  /** Whether the erasure list stays behind. */
  readonly withoutErasures?: boolean
  /** Says what would be copied, and copies nothing. */
  readonly dryRun?: boolean
}

/** A snapshot, and what became of it; the field names are those of the JSON document. */
export interface CopiedSnapshot {
  readonly id: string
  readonly poolId: string
  /** `there`: it was in this vault already, with the same content. `planned`: a dry run's. */
  readonly outcome: 'copied' | 'there' | 'planned' | 'failed'
  readonly error?: CodedError
}

/** What `copy` did; the field names are those of its JSON document. */
export interface CopyResult {
  readonly snapshots: readonly CopiedSnapshot[]
  /** Manifests of the other vault that cannot be read: whose they are is not known, and nothing of theirs was copied. */
  readonly unreadable: readonly { readonly key: string; readonly error: CodedError }[]
  /** Where the other vault is a replica: those that were passed over, as they are still arriving. */
  readonly arriving?: readonly ArrivingSnapshot[]
  /** Entries that the erasure list did not have. */
  readonly erasures: number
  readonly bytesRead: number
  readonly bytesStored: number
}

/**
 * Copies snapshots of another vault into this one, whatever keys and places the two have, each pool's oldest first. Each
 * segment is checked against its id as it is read, and a snapshot appears when all of it is stored; one that is damaged does
 * not keep the others. What is here already is not sent again, so that a copy which was stopped goes on where it was. The
 * erasure list comes first; restores stay behind.
 *
 * @throws CodedError `VAULT_NOT_FOUND` and the like of either vault, `USAGE` when they are one, `SNAPSHOT_NOT_FOUND`, `LOCKED`
 *   while a backup of the pool is under way here, `ERASURES_DIFFER`, `INTERRUPTED`
 */
export async function copy(context: VaultContext, request: CopyRequest): Promise<CopyResult> {
  const [from, to] = [await openVault(request.from), await openVault(context.store)]
  if (from.id === to.id) throw oneVault(context.store.url)
  const { wanted, unreadable } = await chooseSnapshots(from, request)
  const isDry = request.dryRun === true
  const done = { snapshots: [] as CopiedSnapshot[], wanted: wanted.length, bytesRead: 0, bytesStored: 0 }
  const takesErasures = !isDry && request.withoutErasures !== true
  const erasures = takesErasures ? await copyErasures(request.from, context.store) : 0
  for (const [poolId, manifests] of byPool(wanted)) {
    if (isDry) await look(to, poolId, manifests, done)
    else
      await withLease(context, `backup/${poolId}`, 'copy', (lease) =>
        copyPool(context, { from, to, poolId, manifests, checkLease: () => lease.check() }, done),
      )
  }
  const { snapshots, bytesRead, bytesStored } = done
  const arriving = await passedOver(from, request)
  return { snapshots, unreadable, ...arriving, erasures, bytesRead, bytesStored }
}

/** Of those that were named none is passed over: they are refused where they have not arrived. */
async function passedOver(
  from: Vault,
  { snapshots = [], pools = [] }: CopyRequest,
): Promise<Pick<CopyResult, 'arriving'>> {
  if (!isReplica(from.store)) return {}
  const isAsked = (poolId: string): boolean =>
    snapshots.length === 0 && (pools.length === 0 || pools.includes(poolId))
  return { arriving: await arrivingIn(from, isAsked) }
}

function byPool(manifests: readonly Manifest[]): Map<string, Manifest[]> {
  const pools = new Map<string, Manifest[]>()
  for (const manifest of manifests) {
    const list = pools.get(manifest.pool.id) ?? []
    pools.set(manifest.pool.id, [...list, manifest])
  }
  // What a later one shares with an earlier one is there when its turn comes.
  for (const list of pools.values()) list.sort((a, b) => (a.snapshot < b.snapshot ? -1 : 1))
  return pools
}

interface Done {
  readonly snapshots: CopiedSnapshot[]
  readonly wanted: number
  bytesRead: number
  bytesStored: number
}

interface PoolCopy {
  readonly from: Vault
  readonly to: Vault
  readonly poolId: string
  readonly manifests: readonly Manifest[]
  readonly checkLease: () => Promise<void>
}

async function copyPool(
  { sink, signal }: VaultContext,
  { from, to, poolId, manifests, checkLease }: PoolCopy,
  done: Done,
): Promise<void> {
  const source = openSegments(from.store, poolId)
  const copier = createSegmentCopier(source, signal)
  const { here, broken } = await manifestsOf(to, poolId)
  const stored = here.size === 0 ? new Set<string>() : await segmentsOf(to, poolId)
  try {
    for (const manifest of manifests) {
      signal?.throwIfAborted()
      const found = here.get(manifest.snapshot)
      const outcome = await outcomeOf(manifest, async () => {
        requireReadable(broken, manifest)
        if (found !== undefined) {
          requireSameContent(manifest, found)
          await knowSnapshot(copier, manifest, found, to, (id) => stored.has(id))
          return 'there'
        }
        done.bytesStored += await copySnapshot(copier, manifest, to, checkLease)
        return 'copied'
      })
      done.snapshots.push(outcome)
      sink({
        code: 'copy.snapshot',
        poolId,
        snapshotId: manifest.snapshot,
        done: done.snapshots.length,
        snapshots: done.wanted,
      })
    }
  } catch (error) {
    if (signal?.aborted === true) throw interrupted(error)
    throw error
  } finally {
    done.bytesRead += source.bytesRead
  }
}

async function look(to: Vault, poolId: string, manifests: readonly Manifest[], done: Done): Promise<void> {
  const { here, broken } = await manifestsOf(to, poolId)
  for (const manifest of manifests) {
    const found = here.get(manifest.snapshot)
    const outcome = await outcomeOf(manifest, () => {
      requireReadable(broken, manifest)
      if (found !== undefined) requireSameContent(manifest, found)
      return Promise.resolve(found === undefined ? 'planned' : 'there')
    })
    done.snapshots.push(outcome)
  }
}

/** What becomes of a snapshot; what is wrong with it alone does not keep the others from being copied. */
async function outcomeOf(
  { snapshot: id, pool }: Manifest,
  work: () => Promise<Exclude<CopiedSnapshot['outcome'], 'failed'>>,
): Promise<CopiedSnapshot> {
  try {
    return { id, poolId: pool.id, outcome: await work() }
  } catch (error) {
    if (!hasCode(error, 'VAULT_DAMAGED', 'VAULT_TOO_NEW', 'SNAPSHOT_DIFFERS')) throw error
    return { id, poolId: pool.id, outcome: 'failed', error }
  }
}

interface Here {
  readonly here: ReadonlyMap<string, Manifest>
  /** Why manifests of this vault cannot be read, by their keys. */
  readonly broken: ReadonlyMap<string, CodedError>
}

async function manifestsOf(vault: Vault, poolId: string): Promise<Here> {
  const here = new Map<string, Manifest>()
  const broken = new Map<string, CodedError>()
  for await (const { key, manifest, error } of listManifests(vault, poolId)) {
    if (manifest === undefined) broken.set(key, error)
    else here.set(manifest.snapshot, manifest)
  }
  return { here, broken }
}

/** What lies in a snapshot's place here may be that very snapshot, damaged: nothing is put over it. */
function requireReadable(broken: Here['broken'], { pool, snapshot }: Manifest): void {
  const error = broken.get(manifestKey(pool.id, snapshot))
  if (error !== undefined) throw error
}

/** The ids of the segments that a vault has: of a pool of a million users some thousands. */
async function segmentsOf({ store }: Vault, poolId: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>()
  for await (const { key } of store.list(segmentsPrefix(poolId))) ids.add(key.slice(key.lastIndexOf('/') + 1))
  return ids
}

function oneVault(url: string): CodedError {
  return new CodedError('USAGE', 'the two are the same vault, or one is a plain copy of the other’s files', {
    value: url,
    hint: 'make a vault of its own to copy into: cognito-vault init --vault …',
  })
}

function interrupted(cause: unknown): CodedError {
  return new CodedError('INTERRUPTED', 'stopped before everything was copied', {
    hint: 'run the same command again; it goes on with what is not there yet',
    cause,
  })
}
