import type { ObjectStore } from '../storage/object-store.js'
import { hiddenErasures, type HiddenManifest, hiddenManifests } from '../vault/repair/hidden-objects.js'
import { listUnreadable } from '../vault/repair/lock-entries.js'
import { openDamaged } from '../vault/repair/open-damaged.js'
import { type Patch, patchedStore } from '../vault/repair/patched-store.js'
import { type Lost, whatIsLost } from '../vault/repair/what-is-lost.js'
import { listManifests } from '../vault/snapshots.js'
import { openVault, type Vault } from '../vault/vault.js'
import { damaged } from '../vault/segment.js'
import type { LockedTooShort } from '../vault/verify.js'
import type { VaultContext } from './context.js'
import { decide, type Finding, type HiddenSnapshot, type RepairItem, type RepairPlan } from './repair-plan.js'
import { findPatches, lookAt, type Sought } from './repair-sources.js'
import { verify } from './verify.js'

/** A plan, and what it is carried out with. */
export interface PlannedRepair {
  readonly plan: RepairPlan
  /** Opened, whatever lies at `vault.json` now; everything else as it lies there. */
  readonly vault: Vault
  /** Bytes by key. */
  readonly patches: ReadonlyMap<string, Patch>
  readonly hidden: readonly HiddenManifest[]
}

interface Damaged extends Sought {
  readonly reason: string
}

/** What was found by looking again and again, until nothing new was found for what was still damaged. */
interface Settled {
  /** Why each object that has a patch needed it. */
  readonly mended: ReadonlyMap<string, Finding>
  readonly left: readonly Damaged[]
  /** What is whole, and locked for a shorter time than promised. What is put back is locked then. */
  readonly short: readonly LockedTooShort[]
}

/**
 * Looks for everything that is wrong with a vault, and for the right bytes of each object, and writes nothing. The vault is read as it would be with
 * what was found, until that shows nothing more: what an object that is gone refers to is only known once it is found.
 */
export async function planRepair(
  context: VaultContext,
  fromStore: ObjectStore | undefined,
): Promise<PlannedRepair> {
  const opened = await openDamaged(context.store, fromStore)
  const { vault } = opened
  const from = fromStore === undefined ? undefined : await openVault(fromStore)
  const patches = new Map<string, Patch>(opened.patches.map((patch) => [patch.key, patch]))
  const items: RepairItem[] = []
  for (const { key, origin } of opened.patches) {
    const found = (await context.store.head(key)) === undefined ? 'nothing' : 'wrong'
    const reason = damaged(
      key,
      found === 'nothing' ? 'it is missing' : 'the vault cannot be opened with it',
    ).message
    items.push(decide({ key, reason, snapshots: [], found, origin }))
  }
  const settled = await settle(context, vault, from, patches)
  items.push(...[...settled.mended.values()].map(decide))
  items.push(...(await leftItems(patched(vault, patches), settled.left)))
  items.push(...settled.short.map((one) => decide({ ...one, found: 'right', isLockedTooShort: true })))
  items.push(...(await lockItems(vault.store)))
  const hidden = (await hiddenManifests(patched(vault, patches))).filter(({ key }) => !patches.has(key))
  const shown = await showHidden(context, vault, from, patches, hidden)
  const withoutParent = await orphans(patched(vault, patches))
  return { plan: { items, hidden: shown, withoutParent }, vault, patches, hidden }
}

async function settle(
  context: VaultContext,
  vault: Vault,
  from: Vault | undefined,
  patches: Map<string, Patch>,
): Promise<Settled> {
  const mended = new Map<string, Finding>()
  for (;;) {
    const seen = patched(vault, patches)
    const { damage, short } = await damageOf(context, seen)
    const sought = damage.filter(({ key }) => !patches.has(key))
    const open = new Map<string, Finding>()
    for (const { key, reason, snapshots } of sought)
      open.set(key, { key, reason, snapshots: needing(key, snapshots), found: await lookAt(seen, key) })
    const isSought = ({ key }: Damaged): boolean => ['nothing', 'wrong'].includes(open.get(key)?.found ?? '')
    const found = await findPatches(seen, from, sought.filter(isSought), context.signal)
    if (found.length === 0)
      return { mended, left: damage, short: short.filter(({ key }) => !patches.has(key)) }
    for (const patch of found) {
      patches.set(patch.key, patch)
      const finding = open.get(patch.key)
      const isReadByResume = await reliesOnIt(vault.store, patch.key)
      if (finding !== undefined) mended.set(patch.key, { ...finding, origin: patch.origin, isReadByResume })
    }
  }
}

/** All that verification names but the log of locks, and what of the erasure list lies beneath. */
async function damageOf(
  context: VaultContext,
  { store }: Vault,
): Promise<{ damage: Damaged[]; short: readonly LockedTooShort[] }> {
  const { damage, lockedTooShort } = await verify({ ...context, store })
  const found = new Map<string, Damaged>(damage.map((one) => [one.key, one]))
  for (const key of await hiddenErasures(store))
    if (!found.has(key) && (await store.head(key)) === undefined)
      found.set(key, { key, reason: damaged(key, 'it is missing').message, snapshots: [] })
  const all = [...found.values()].filter(({ key }) => !key.startsWith('leases/'))
  return { damage: all, short: lockedTooShort.filter(({ key }) => !found.has(key)) }
}

/** A manifest is needed by its own snapshot. */
function needing(key: string, snapshots: readonly string[]): readonly string[] {
  const own = /^pools\/[^/]+\/snapshots\/(.+)\.json$/.exec(key)?.[1]
  return own === undefined ? snapshots : [own]
}

/**
 * Whether an entry of a journal is read by who resumes the restore: what each entry says is in no other object until the chunk was worked through, and
 * that one is missing would not be seen.
 */
async function reliesOnIt(store: ObjectStore, key: string): Promise<boolean> {
  const [, run, folder = ''] =
    /^(restores\/[^/]+\/)(journal\/[^/]+|import)\/(?:\d{6}|end)\.json$/.exec(key) ?? []
  if (run === undefined) return false
  if ((await store.head(`${run}report.json`)) !== undefined) return false
  return folder === 'import' || (await store.head(`${run}${folder}/done.json`)) === undefined
}

async function leftItems(vault: Vault, left: readonly Damaged[]): Promise<RepairItem[]> {
  const keys = new Set(left.map(({ key }) => key))
  const lost = new Map<string, Lost[]>()
  const named = new Set(left.flatMap(({ snapshots }) => snapshots))
  for await (const { manifest } of listManifests(vault)) {
    if (manifest === undefined || !named.has(manifest.snapshot)) continue
    for (const [key, some] of await whatIsLost(vault, manifest, keys))
      lost.set(key, [...(lost.get(key) ?? []), ...some])
  }
  const items: RepairItem[] = []
  for (const { key, reason, snapshots } of left) {
    const found = await lookAt(vault, key)
    items.push(decide({ key, reason, snapshots: needing(key, snapshots), found, lost: lost.get(key) }))
  }
  return items
}

async function lockItems(store: ObjectStore): Promise<RepairItem[]> {
  return (await listUnreadable(store)).map(({ key, reason, isRemovable }) => {
    const item = { key, reason, snapshots: [] }
    if (isRemovable) return { ...item, action: 'remove' }
    const why = 'it is no entry of the log of locks that this version knows'
    return {
      ...item,
      action: 'leave',
      why,
      hint: 'upgrade cognito-vault, or remove the object if it is yours',
    }
  })
}

/** What would come back with the snapshots that were deleted by other means, and whether all of it would. */
async function showHidden(
  context: VaultContext,
  vault: Vault,
  from: Vault | undefined,
  patches: Map<string, Patch>,
  hidden: readonly HiddenManifest[],
): Promise<HiddenSnapshot[]> {
  if (hidden.length === 0) return []
  const before = new Set(patches.keys())
  const withHidden = new Map([...patches, ...hidden.map((one) => [one.key, one] as const)])
  const { mended, left } = await settle(context, vault, from, withHidden)
  for (const [key, patch] of withHidden) if (!before.has(key) && mended.has(key)) patches.set(key, patch)
  return hidden.map(({ manifest: { snapshot, pool }, deletedAt, origin }) => ({
    snapshot,
    poolId: pool.id,
    deletedAt,
    origin,
    isWhole: left.every(({ snapshots }) => !snapshots.includes(snapshot)),
    needs: [...mended.values()].filter(({ snapshots }) => snapshots.includes(snapshot)).map(decide),
  }))
}

async function orphans(vault: Vault): Promise<{ snapshot: string; parent: string }[]> {
  const parents = new Map<string, string>()
  const there = new Set<string>()
  for await (const { manifest } of listManifests(vault)) {
    if (manifest === undefined) continue
    there.add(manifest.snapshot)
    if (manifest.parent !== undefined) parents.set(manifest.snapshot, manifest.parent)
  }
  return [...parents].flatMap(([snapshot, parent]) => (there.has(parent) ? [] : [{ snapshot, parent }]))
}

function patched(vault: Vault, patches: ReadonlyMap<string, Patch>): Vault {
  return { ...vault, store: patchedStore(vault.store, patches) }
}
