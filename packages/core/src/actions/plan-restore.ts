import { isoTime, newRunId } from '../model/ids.js'
import { checkMatched, checkNames } from '../restore/reach/check-scope.js'
import type { Scope } from '../restore/reach/scope.js'
import { type ScopeOf, scopeReach } from '../restore/reach/scope-reach.js'
import type { RunLimits } from '../restore/run-header.js'
import { openRun, type RunStore } from '../restore/run-store.js'
import type { Snapshot } from '../vault/snapshots.js'
import { type CheckedRestore, checkRestore } from './check-restore.js'
import { explainingFailures } from './cognito-failure.js'
import type { CognitoContext } from './context.js'
import { readOldPool } from './migrate-from.js'
import { makePlan, type PlannedReach } from './make-plan.js'
import { readTarget } from './read-target.js'
import type { PlannedRestore, RestoreRequest } from './restore-request.js'

/**
 * Makes and stores the plan of a restore. Of a pool that exists a snapshot is taken first: the plan is made from it, and
 * it is what the restore can be undone to. Nothing is written to Cognito.
 *
 * @throws CodedError `SNAPSHOT_NOT_FOUND`, `POOL_NOT_FOUND`, `SNAPSHOT_INCOMPLETE` when the target's people cannot be read,
 *   `REFERENCES_UNMAPPED` when the pool goes elsewhere and nobody said what stands there for something outside it, …
 */
export async function planRestoreRun(
  context: CognitoContext,
  request: RestoreRequest,
): Promise<PlannedRestore> {
  const checked = await checkRestore(context, request)
  const { vault, wanted } = checked
  const now = context.clock.now()
  const run = openRun(context.store, newRunId(now, context.random))
  await run.begin(isoTime(now), wanted.manifest.snapshot)
  const target = await readTarget(context, vault, request.target, wanted, request.mfa)
  return planFrom(context, request, run, checked, target)
}

/** Makes and stores the plan of a restore that was checked, when its target is read. */
export async function planFrom(
  context: CognitoContext,
  request: RestoreRequest,
  run: RunStore,
  { vault, wanted, found, chosen }: CheckedRestore,
  target: Snapshot | undefined,
): Promise<PlannedRestore> {
  const { scope = {} } = request
  const old = await readOldPool(context, vault, request.passwords)
  const reach = (of: ScopeOf): PlannedReach => reachOf(scope, of)
  return explainingFailures({ region: context.api.region, signal: context.signal }, () =>
    makePlan(context, request, run, { wanted, target, old, found, chosen, reachOf: reach }),
  )
}

function reachOf(scope: Scope, of: ScopeOf): PlannedReach {
  checkNames(scope, of.wanted, of.current)
  const reach = scopeReach(scope, of)
  const { users, ...rest } = scope
  const limits = (): RunLimits => {
    const unmatched = reach.unmatched()
    checkMatched(scope, unmatched)
    return {
      ...(users === undefined ? {} : { users: users.length, unmatched: unmatched.map((place) => place + 1) }),
      ...(JSON.parse(JSON.stringify(rest)) as RunLimits),
    }
  }
  return { reach, limits }
}
