import { CodedError, hasCode } from '../model/errors.js'
import { isoTime } from '../model/ids.js'
import type { ObjectStore } from '../storage/object-store.js'
import { addReachable } from '../vault/reachable.js'
import type { HiddenManifest } from '../vault/repair/hidden-objects.js'
import { removeEntry, storeTime } from '../vault/repair/lock-entries.js'
import { openSegments } from '../vault/segment-store.js'
import { putManifest } from '../vault/snapshots.js'
import type { VaultContext } from './context.js'
import { keepObject, mendObject } from './mend-object.js'
import { type PlannedRepair, planRepair } from './plan-repair.js'
import type { RepairItem, RepairPlan } from './repair-plan.js'
import { withLease } from './with-lease.js'

/** What to do with a plan; `bringBack` names the snapshots that somebody deleted by other means and that are to be there again. */
export type RepairApproval = 'dry-run' | 'refuse' | { readonly bringBack: readonly string[] | 'all' }

/** What became of an object; the field names are those of the JSON document. */
export interface RepairOutcome {
  readonly key: string
  /** `there`: somebody else has put it back meanwhile. `left`: nothing could be done. */
  readonly outcome: 'repaired' | 'there' | 'removed' | 'left' | 'failed'
  readonly error?: CodedError
}

/** What `repair` reports: its plan, and what came of it. */
export interface RepairResult extends RepairPlan {
  readonly dryRun: boolean
  /** Whether nothing is damaged any more. */
  readonly ok: boolean
  readonly outcomes: readonly RepairOutcome[]
  /** Snapshots that are there again. */
  readonly broughtBack: readonly string[]
}

/**
 * Puts back what is damaged or gone, where the right bytes are found beneath it, in another vault, or in what allows them to be computed
 * again, and are proven by the id, digest or code of that place; all else is left as it is. May be stopped at any moment and run again.
 *
 * @param approve is shown the plan, and says whether it is carried out: this one and no other
 * @returns `undefined` when it was refused
 * @throws CodedError what opening either vault throws, `INTERRUPTED`
 */
export async function repair(
  context: VaultContext,
  { from }: { readonly from?: ObjectStore | undefined },
  approve: (plan: RepairPlan) => Promise<RepairApproval>,
): Promise<RepairResult | undefined> {
  const planned = await planRepair(context, from)
  const { plan } = planned
  const approval = await approve(plan)
  if (approval === 'refuse') return undefined
  if (approval === 'dry-run')
    return { dryRun: true, ok: plan.items.length === 0, ...plan, outcomes: [], broughtBack: [] }
  const chosen = chooseHidden(planned, approval.bringBack)
  const outcomes: RepairOutcome[] = []
  const broughtBack: string[] = []
  const needed = chosen.flatMap(({ manifest }) => needsOf(plan, manifest.snapshot))
  try {
    for (const [scope, items] of byScope(inOrder([...plan.items, ...needed])))
      await inScope(context, scope, items, planned, outcomes)
    for (const one of chosen) {
      const outcome = await bringBack(context, planned, one)
      outcomes.push(outcome)
      if (outcome.outcome !== 'failed') broughtBack.push(one.manifest.snapshot)
    }
  } catch (error) {
    if (context.signal?.aborted !== true) throw error
    throw interrupted(error)
  }
  const ok = outcomes.every(({ outcome }) => !['left', 'failed'].includes(outcome))
  return { dryRun: false, ok, ...plan, outcomes, broughtBack }
}

function chooseHidden({ plan, hidden }: PlannedRepair, names: readonly string[] | 'all'): HiddenManifest[] {
  if (names !== 'all') {
    const unknown = names.find((name) => !plan.hidden.some(({ snapshot }) => snapshot === name))
    if (unknown !== undefined) throw notHidden(unknown)
  }
  const isWanted = (snapshot: string): boolean => names === 'all' || names.includes(snapshot)
  const whole = new Set(plan.hidden.filter(({ isWhole }) => isWhole).map(({ snapshot }) => snapshot))
  return hidden.filter(({ manifest: { snapshot } }) => isWanted(snapshot) && whole.has(snapshot))
}

function needsOf({ hidden }: RepairPlan, snapshot: string): readonly RepairItem[] {
  return hidden.find((one) => one.snapshot === snapshot)?.needs ?? []
}

/** Locks first, which all else takes; a manifest after what it refers to. */
function inOrder(items: readonly RepairItem[]): RepairItem[] {
  const rank = ({ key, action }: RepairItem): number =>
    action === 'remove' ? 0 : key.startsWith('keys/') ? 1 : key === 'vault.json' ? 2 : isManifest(key) ? 4 : 3
  return [...items].sort((a, b) => rank(a) - rank(b))
}

function isManifest(key: string): boolean {
  return /^pools\/[^/]+\/snapshots\//.test(key)
}

/** What is done under one lock each: that of who writes to the pool, or removes keys. */
function byScope(items: readonly RepairItem[]): Map<string, RepairItem[]> {
  const scopes = new Map<string, RepairItem[]>()
  for (const item of items) {
    const poolId = /^pools\/([^/]+)\//.exec(item.key)?.[1]
    const isLeft = item.action === 'leave' || item.action === 'remove'
    const scope = isLeft
      ? ''
      : poolId !== undefined
        ? `backup/${poolId}`
        : item.key.startsWith('keys/')
          ? 'keys'
          : ''
    scopes.set(scope, [...(scopes.get(scope) ?? []), item])
  }
  return scopes
}

async function inScope(
  context: VaultContext,
  scope: string,
  items: readonly RepairItem[],
  planned: PlannedRepair,
  outcomes: RepairOutcome[],
): Promise<void> {
  const doAll = async (checkLease: () => Promise<void>): Promise<void> => {
    for (const item of items) {
      context.signal?.throwIfAborted()
      outcomes.push(await attempt(item.key, () => carryOut(context, planned, item, checkLease)))
    }
  }
  if (scope === '') return doAll(() => Promise.resolve())
  const leased = await attempt(scope, async (): Promise<RepairOutcome['outcome']> => {
    await withLease(context, scope, 'repair', (lease) => doAll(() => lease.check()))
    return 'repaired'
  })
  if (leased.error === undefined) return
  const done = new Set(outcomes.map(({ key }) => key))
  for (const { key } of items) if (!done.has(key)) outcomes.push({ ...leased, key })
}

async function carryOut(
  { store, clock, random }: VaultContext,
  { vault, patches }: PlannedRepair,
  { key, action, snapshots }: RepairItem,
  checkLease: () => Promise<void>,
): Promise<RepairOutcome['outcome']> {
  if (action === 'leave') return 'left'
  if (action === 'remove') {
    const removed = await removeEntry(store, key, await storeTime(store, clock, random))
    if (removed === 'gone') return 'removed'
    throw tooYoung(key, removed.overAt)
  }
  if (action === 'keep') {
    await keepObject(vault, key, snapshots)
    return 'repaired'
  }
  const patch = patches.get(key)
  if (patch === undefined) throw new CodedError('INTERNAL', `the plan has nothing for ${key}`, { value: key })
  return mendObject(vault, patch, checkLease)
}

/** What keeps one object from being repaired does not keep the others. */
async function attempt(key: string, work: () => Promise<RepairOutcome['outcome']>): Promise<RepairOutcome> {
  try {
    return { key, outcome: await work() }
  } catch (error) {
    if (!hasCode(error, 'VAULT_DAMAGED', 'VAULT_TOO_NEW', 'RETAINED', 'LOCKED', 'LOCK_LOST')) throw error
    return { key, outcome: 'failed', error }
  }
}

function bringBack(
  context: VaultContext,
  { vault }: PlannedRepair,
  { key, manifest, read }: HiddenManifest,
): Promise<RepairOutcome> {
  return attempt(key, () =>
    withLease<'repaired'>(context, `backup/${manifest.pool.id}`, 'repair', async (lease) => {
      const bytes = await read()
      if (bytes === undefined) throw gone(key)
      const reachable = new Set<string>()
      await addReachable(openSegments(vault.store, manifest.pool.id), manifest, reachable)
      await putManifest(vault, manifest, bytes, reachable, () => lease.check())
      return 'repaired'
    }),
  )
}

function gone(key: string): CodedError {
  return new CodedError('VAULT_DAMAGED', `${key} is not beneath the mark of its deletion any more`, {
    value: key,
    hint: 'give a copy of the vault with --from',
  })
}

function tooYoung(key: string, overAt: number): CodedError {
  return new CodedError('LOCKED', `${key} may still be a lock that somebody holds`, {
    value: key,
    hint: `run cognito-vault repair again after ${isoTime(overAt)}`,
  })
}

function notHidden(snapshot: string): CodedError {
  return new CodedError(
    'SNAPSHOT_NOT_FOUND',
    `no deleted snapshot ${JSON.stringify(snapshot)} lies beneath`,
    {
      value: snapshot,
      hint: 'see which do: cognito-vault repair --dry-run; nothing was changed',
    },
  )
}

function interrupted(cause: unknown): CodedError {
  return new CodedError('INTERRUPTED', 'stopped before everything was repaired', {
    hint: 'run the same command again; it looks at the vault anew',
    cause,
  })
}
