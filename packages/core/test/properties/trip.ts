/* eslint-disable @typescript-eslint/no-base-to-string -- names and ids are texts in every request and answer */
import { diff, type DiffResult } from '../../src/actions/diff.js'
import { restore, type RestoreResult } from '../../src/actions/restore.js'
import { backUp, recordsOf } from '../support/backed-up.js'
import type { Lab } from '../support/lab.js'
import { linesUnder } from '../support/report-lines.js'
import { yes } from '../support/run-to-end.js'
import { compareResources, type Differences } from './compare-pools.js'
import type { GeneratedPool } from './generated-pool.js'
import { type Coverage, deletePool, seedPool } from './seed-pool.js'
import { deleteIdentityPools } from './seed-identity-pools.js'
import { servedPool } from './served-pool.js'
import type { Said } from './promised-differences.js'
import { comparePeople, peopleOf } from './people.js'

/** A pool that was backed up, restored into a new one, and backed up again. */
export interface Trip {
  readonly result: RestoreResult
  /** What differs between the two snapshots, and between what the service has of the two pools. */
  readonly recorded: Differences
  readonly served: Differences
  /** What differs between the people, by username or address, the service's account of them. */
  readonly people: Differences
  readonly said: readonly Said[]
  readonly diff: DiffResult
  /** New ids by old ones. */
  readonly ids: ReadonlyMap<string, string>
}

let pools = 0

/** Makes the trip, and deletes what it made. A pool that lives on keeps its domains, which no other can have then. */
export async function takeTrip(
  lab: Lab,
  generated: GeneratedPool,
  livesOn: boolean,
  coverage: Coverage,
): Promise<Trip> {
  const { simulator } = lab
  // Every restore looks at the runs before it: in one vault the last of many trips would cost more than the first.
  const context = await lab.withEmptyVault()
  const poolId = seedPool(simulator, generated, ++pools, coverage)
  const servedBefore = servedPool(simulator, poolId)
  const peopleBefore = peopleOf(simulator, poolId)
  const before = await backUp(context, poolId)
  if (!livesOn) deletePool(simulator, poolId)
  const target = { mode: 'new-pool', poolName: String(generated.pool['PoolName']) } as const
  const result = (await restore(context, { snapshot: before.id, target }, yes))!
  const after = await backUp(context, result.poolId)
  const identities = await linesUnder(context.store, result.identityMap)
  const ids = new Map(identities.map(({ old, new: now }) => [String(old), String(now)]))
  const [a, b] = [
    await recordsOf(context, before.id, 'resources'),
    await recordsOf(context, after.id, 'resources'),
  ]
  const trip = {
    result,
    recorded: compareResources(a, b, ids, 'ordered'),
    served: compareResources(servedBefore, servedPool(simulator, result.poolId), ids, 'sets'),
    people: comparePeople(peopleBefore, peopleOf(simulator, result.poolId)),
    said: (await linesUnder(context.store, result.fidelityReport)) as unknown as Said[],
    diff: await diff(context, before.id, after.id),
    ids,
  }
  for (const userPoolId of [poolId, result.poolId]) deleteIdentityPools(simulator, userPoolId)
  deletePool(simulator, result.poolId)
  if (livesOn) deletePool(simulator, poolId)
  return trip
}
