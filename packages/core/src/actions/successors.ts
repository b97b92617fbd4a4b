import type { Successors } from '../cognito/resource-set.js'
import { earlierIdentities } from '../restore/identity-map.js'
import type { UnreadableRun } from '../restore/runs.js'
import type { VaultContext } from './context.js'

/** What earlier runs made again of a pool: the ids that users and resources were given, by the old one, in no order. */
export interface MadeAgain {
  readonly users: ReadonlyMap<string, readonly string[]>
  readonly resources: Successors
  /** Runs that may have made something again, and of which that cannot be read. */
  readonly unreadable: readonly UnreadableRun[]
}

/** Of another pool nothing is known by id. */
export const nothingMadeAgain: MadeAgain = {
  users: new Map(),
  resources: () => [],
  unreadable: [],
}

/** What the runs of a vault have made again in a pool of which they restored snapshots. */
export async function madeAgain(
  { store, clock, sink }: Pick<VaultContext, 'store' | 'clock' | 'sink'>,
  poolId: string,
): Promise<MadeAgain> {
  const byKind = new Map<string, Map<string, string[]>>()
  const unreadable: UnreadableRun[] = []
  const onUnreadable = (run: UnreadableRun): void => {
    unreadable.push(run)
    sink({ code: 'run.unreadable', runId: run.runId, reason: run.reason })
  }
  for await (const identity of earlierIdentities(store, clock, poolId, poolId, onUnreadable)) {
    if (identity.old === identity.new) continue
    const names = byKind.get(identity.kind) ?? new Map<string, string[]>()
    names.set(identity.old, [...(names.get(identity.old) ?? []), identity.new])
    byKind.set(identity.kind, names)
  }
  const none = new Map<string, string[]>()
  return {
    users: byKind.get('user') ?? none,
    resources: (kind, name) => followed(name, byKind.get(kind) ?? none),
    unreadable,
  }
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
