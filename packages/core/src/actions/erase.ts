import { randomBytes } from 'node:crypto'
import { canonicalJson, type JsonObject } from '../model/canonical.js'
import { CodedError } from '../model/errors.js'
import { recordValue } from '../model/records.js'
import { givenIdentifier, nameIdentifiers, subIdentifier } from '../restore/erased-users.js'
import { earlierIdentities } from '../restore/identity-map.js'
import { matchUsers } from '../restore/reach/user-query.js'
import type { UnreadableRun } from '../restore/runs.js'
import { addErasure, type Identifier } from '../vault/erasures.js'
import { requireSnapshots } from '../vault/find-snapshot.js'
import { liesNear, pickRecords } from '../vault/pick-records.js'
import { listPools } from '../vault/snapshots.js'
import { openVault } from '../vault/vault.js'
import type { VaultContext } from './context.js'
import { followPeople } from './follow-people.js'
import type { Renaming } from './living-successors.js'
import {
  eachSnapshot,
  matchingInSnapshots,
  openPoolSnapshots,
  type PoolSnapshots,
  searchUsers,
} from './search-users.js'

export interface EraseRequest {
  /** A whole sub, username, email, phone number or preferred username, ignoring case. */
  readonly name: string
  /** Look for the name in this pool only; what restores made of the user elsewhere is found all the same. */
  readonly poolId?: string | undefined
}

/** Whom an erasure is about; the field names are those of its JSON document. */
export interface PlannedErasure {
  /** The accounts of the person in the snapshots: none where nobody there has the name. */
  readonly accounts: readonly { readonly poolId: string; readonly sub: string }[]
  /** Names of the person that others have too: they are left off the list, which would keep those from being restored. */
  readonly sharedNames: number
  /** Snapshots that cannot be read: who is only there is not found. */
  readonly unreadable: readonly { readonly key: string; readonly error: CodedError }[]
  /** Restores that cannot be read: whom they made again is not found. */
  readonly unreadableRuns: readonly UnreadableRun[]
}

/** An erasure that is on the list. */
export interface ErasureResult extends PlannedErasure {
  /** Its number on the list, from 1. */
  readonly erasure: number
}

/**
 * Puts a person on the vault's erasure list: all accounts of the person in the snapshots of all pools, through whatever
 * restores made of them, and the names that nobody else has. Where nobody has the name, the name itself. No restore makes
 * anybody on the list again. Nothing is ever taken off it, and no snapshot is changed.
 *
 * @param approve sees whom it is about, and says whether to go on
 * @returns `undefined` when it was refused
 * @throws CodedError `USAGE` when several people of one pool have the name; `SNAPSHOT_NOT_FOUND` for a pool that is not there
 */
export async function erase(
  context: VaultContext,
  request: EraseRequest,
  approve: (planned: PlannedErasure) => Promise<boolean>,
): Promise<ErasureResult | undefined> {
  const vault = await openVault(context.store)
  if (request.poolId !== undefined) await requireSnapshots(vault, request.poolId)
  const pools: PoolSnapshots[] = []
  for (const poolId of await listPools(vault)) pools.push(await openPoolSnapshots(vault, poolId))
  const runs = renamedAnywhere(context)
  const subs = await subsNamed(context, pools, request, runs.renamings)
  const found = await namesOf(context, pools, subs)
  const shared = await sharedNames(context, pools, subs, found.names)
  const planned = {
    accounts: found.accounts,
    sharedNames: shared.size,
    unreadable: pools.flatMap(({ unreadable }) => [...unreadable].map(([key, error]) => ({ key, error }))),
    unreadableRuns: [...runs.unreadable.values()],
  }
  if (!(await approve(planned))) return undefined
  const identifiers = [
    ...Array.from(subs, subIdentifier),
    ...[...found.names].flatMap(([text, name]) => (shared.has(text) ? [] : [name])),
    ...(subs.size === 0 ? [givenIdentifier(request.name)] : []),
  ]
  const erasure = await addErasure(context.store, identifiers, context.clock.now(), () => randomBytes(32))
  return { ...planned, erasure }
}

interface AllRenamings {
  readonly renamings: () => AsyncIterable<Renaming>
  readonly unreadable: ReadonlyMap<string, UnreadableRun>
}

/** Whom any restore made again, in whatever pool. */
function renamedAnywhere({ store, clock }: VaultContext): AllRenamings {
  const unreadable = new Map<string, UnreadableRun>()
  async function* renamings(): AsyncGenerator<Renaming> {
    const identities = earlierIdentities(store, clock, undefined, undefined, (run) =>
      unreadable.set(run.runId, run),
    )
    for await (const identity of identities)
      if (identity.kind === 'user' && identity.old !== identity.new) yield identity
  }
  return { renamings, unreadable }
}

/** All the subs that the person of this name has had. */
async function subsNamed(
  context: VaultContext,
  pools: readonly PoolSnapshots[],
  { name, poolId }: EraseRequest,
  renamings: () => AsyncIterable<Renaming>,
): Promise<ReadonlySet<string>> {
  const matches = matchUsers([{ by: 'name', value: name }], { caseSensitive: false })
  const all = new Set<string>()
  for (const pool of pools) {
    if (poolId !== undefined && pool.poolId !== poolId) continue
    const found = await searchUsers(context, pool, matches)
    // Nobody is erased for a name of which no snapshot tells any more.
    const subs = await matchingInSnapshots(context, pool, found, matches)
    const people = await followPeople(subs, renamings)
    if (people.length > 1) throw severalPeople(pool.poolId, people.length)
    for (const sub of people.flat()) all.add(sub)
  }
  return all
}

function severalPeople(poolId: string, people: number): CodedError {
  return new CodedError('USAGE', `${people} users of ${poolId} have, or had, that name`, {
    value: poolId,
    hint: `see who is who: cognito-vault history --pool ${poolId} --user NAME; then erase each who is meant by the sub`,
  })
}

interface FoundNames {
  readonly accounts: PlannedErasure['accounts']
  /** By their canonical text, in lower case. */
  readonly names: ReadonlyMap<string, Identifier>
}

/** The accounts in the snapshots, and all names that they had there. */
async function namesOf(
  context: VaultContext,
  pools: readonly PoolSnapshots[],
  subs: ReadonlySet<string>,
): Promise<FoundNames> {
  const accounts: { poolId: string; sub: string }[] = []
  const names = new Map<string, Identifier>()
  for (const pool of pools) {
    const pick = pickRecords(pool.segments, {
      isWanted: ({ key }) => subs.has(key),
      mayLieIn: liesNear(subs),
    })
    const seen = new Set<string>()
    await eachSnapshot(context, pool, async ({ streams }) => {
      for (const record of await pick(streams.users.root)) {
        seen.add(record.key)
        for (const name of nameIdentifiers(recordValue(record), pool.poolId)) names.set(textOf(name), name)
      }
    })
    for (const sub of seen) accounts.push({ poolId: pool.poolId, sub })
  }
  return { accounts, names }
}

/** Which of these names somebody else has, or had. */
async function sharedNames(
  context: VaultContext,
  pools: readonly PoolSnapshots[],
  subs: ReadonlySet<string>,
  names: ReadonlyMap<string, Identifier>,
): Promise<ReadonlySet<string>> {
  const shared = new Set<string>()
  if (names.size === 0) return shared
  for (const pool of pools) {
    const note = (user: JsonObject): void => {
      for (const name of nameIdentifiers(user, pool.poolId))
        if (names.has(textOf(name))) shared.add(textOf(name))
    }
    const look = pickRecords(pool.segments, {
      isWanted: (record) => {
        if (!record.deleted && !subs.has(record.key)) note(recordValue(record))
        return false
      },
    })
    await eachSnapshot(context, pool, ({ streams }) => look(streams.users.root))
  }
  return shared
}

function textOf(name: Identifier): string {
  return canonicalJson([...name]).toLowerCase()
}
