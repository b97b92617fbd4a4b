import type { Successors } from '../cognito/resource-set.js'
import { earlierIdentities, type Identity } from '../restore/identity-map.js'
import { runIdsOf, type UnreadableRun } from '../restore/runs.js'
import { noEvents } from '../model/events.js'
import type { ObjectStore } from '../storage/object-store.js'
import type { VaultContext } from './context.js'
import type { Renaming } from './living-successors.js'

/** What earlier runs made again of a pool. */
export interface MadeAgain {
  /** Whether there are any of {@link users}. */
  readonly hasUsers: boolean
  /** The subs that users were given, by the old one, in no order; read from the vault each time, as they may be many. */
  readonly users: () => AsyncIterable<Renaming>
  /** Runs of the vault: no chain of renamings has more links. */
  readonly runs: number
  readonly resources: Successors
  /** Runs that may have made something again, and of which that cannot be read. */
  readonly unreadable: readonly UnreadableRun[]
}

/** Of another pool nothing is known by id. */
export const nothingMadeAgain: MadeAgain = {
  hasUsers: false,
  users: nobody,
  runs: 0,
  resources: () => [],
  unreadable: [],
}

async function* nobody(): AsyncGenerator<never> {
  // Nobody was made again.
}

/** What the runs of a vault have made again, in the pool of which they restored snapshots or in another. Holds none of the users. */
export async function madeAgain(
  { store, clock, sink }: Pick<VaultContext, 'store' | 'clock' | 'sink'>,
  poolId: string,
  targetPoolId = poolId,
): Promise<MadeAgain> {
  const byKind = new Map<string, Map<string, string[]>>()
  const unreadable: UnreadableRun[] = []
  const onUnreadable = (run: UnreadableRun): void => {
    unreadable.push(run)
    sink({ code: 'run.unreadable', runId: run.runId, reason: run.reason })
  }

  async function* renamed(onEach: (run: UnreadableRun) => void): AsyncGenerator<Identity> {
    for await (const identity of earlierIdentities(store, clock, poolId, targetPoolId, onEach)) {
      if (identity.old !== identity.new) yield identity
    }
  }

  async function* users(): AsyncGenerator<Renaming> {
    for await (const identity of renamed(() => undefined)) if (identity.kind === 'user') yield identity
  }

  let hasUsers = false
  for await (const identity of renamed(onUnreadable)) {
    if (identity.kind === 'user') {
      hasUsers = true
      continue
    }
    const names = byKind.get(identity.kind) ?? new Map<string, string[]>()
    names.set(identity.old, [...(names.get(identity.old) ?? []), identity.new])
    byKind.set(identity.kind, names)
  }
  const none = new Map<string, string[]>()
  return {
    hasUsers,
    users,
    runs: hasUsers ? await countRuns(store) : 0,
    resources: (kind, name) => followed(name, byKind.get(kind) ?? none),
    unreadable,
  }
}

/**
 * What restores of a pool into another made of its resources. Names of clients are not unique, so that those that a restore
 * made are paired by what it said of them. Where that cannot be read they are paired by name, as those of any two pools are.
 */
export async function resourcesMadeAgain(
  context: Pick<VaultContext, 'store' | 'clock'>,
  poolId: string,
  inPoolId: string,
): Promise<MadeAgain> {
  const { resources } = await madeAgain({ ...context, sink: noEvents }, poolId, inPoolId)
  return { ...nothingMadeAgain, resources }
}

async function countRuns(store: ObjectStore): Promise<number> {
  const seen = new Set<string>()
  for await (const runId of runIdsOf(store)) seen.add(runId)
  return seen.size
}

/** All that an id has become, through however many runs; without the id itself. */
export function followed(id: string, renamed: ReadonlyMap<string, readonly string[]>): string[] {
  const found = new Set<string>()
  const open = [...(renamed.get(id) ?? [])]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue
    found.add(next)
    open.push(...(renamed.get(next) ?? []))
  }
  return [...found]
}
