import { readResources } from '../cognito/resource-set.js'
import { CodedError } from '../model/errors.js'
import { isoTime, newRunId } from '../model/ids.js'
import { checkMatched, checkNames, checkScope } from '../restore/reach/check-scope.js'
import type { Scope } from '../restore/reach/scope.js'
import { type ScopeOf, scopeReach } from '../restore/reach/scope-reach.js'
import { requirePoolSettings } from '../restore/imported-snapshot.js'
import type { RunLimits } from '../restore/run-header.js'
import { openRun } from '../restore/run-store.js'
import { findSnapshot } from '../vault/find-snapshot.js'
import { expectSnapshot } from '../vault/expect-snapshot.js'
import { openVault } from '../vault/vault.js'
import { explainingFailures } from './cognito-failure.js'
import type { CognitoContext } from './context.js'
import { checkMigrateFrom, readOldPool } from './migrate-from.js'
import { makePlan, type PlannedReach } from './make-plan.js'
import { chooseReferences } from './plan-references.js'
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
  const { scope = {} } = request
  checkScope(scope, request.target.mode)
  const vault = await openVault(context.store)
  if (request.expect !== undefined) await expectSnapshot(vault, request.expect)
  const wanted = await findSnapshot(vault, request.snapshot)
  refuseDropInPlace(request)
  checkMigrateFrom(request, wanted.manifest.pool.id, context.api.region)
  const found = await readResources(wanted.read('resources'))
  if (request.target.mode === 'new-pool') requirePoolSettings(found, wanted.manifest)
  const chosen = chooseReferences(found, wanted.manifest, request, context.api.region)
  const now = context.clock.now()
  const run = openRun(context.store, newRunId(now, context.random))
  await run.begin(isoTime(now))
  const target = await readTarget(context, vault, request.target, wanted, request.mfa)
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

/** Where a pool lives, what its settings name is where it was: a drop would only take settings away from it. */
function refuseDropInPlace({ target, drop = [] }: RestoreRequest): void {
  const [value] = drop
  if (target.mode !== 'in-place' || value === undefined) return
  throw new CodedError('USAGE', '--drop does not go with --in-place', {
    value,
    hint: 'a repair puts settings back and drops none; --map says what they are to name instead',
  })
}
