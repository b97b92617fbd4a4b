import { readResources, type ResourceSet } from '../cognito/resource-set.js'
import { CodedError } from '../model/errors.js'
import { requirePoolSettings } from '../restore/imported-snapshot.js'
import { checkScope } from '../restore/reach/check-scope.js'
import { expectSnapshot } from '../vault/expect-snapshot.js'
import { findSnapshot } from '../vault/find-snapshot.js'
import type { Snapshot } from '../vault/snapshots.js'
import { openVault, type Vault } from '../vault/vault.js'
import type { CognitoContext } from './context.js'
import { checkMigrateFrom } from './migrate-from.js'
import { type ChosenReferences, chooseReferences } from './plan-references.js'
import type { RestoreRequest } from './restore-request.js'

/** What of a restore is known before its target is read. */
export interface CheckedRestore {
  readonly vault: Vault
  readonly wanted: Snapshot
  /** The configuration that the snapshot has, and with what was said of its references. */
  readonly found: ResourceSet
  readonly chosen: ChosenReferences
}

/**
 * Refuses what can be refused of a restore before its target is read.
 *
 * @throws CodedError `USAGE`, `VAULT_ROLLED_BACK`, `SNAPSHOT_NOT_FOUND`, …
 */
export async function checkRestore(
  context: CognitoContext,
  request: RestoreRequest,
): Promise<CheckedRestore> {
  checkScope(request.scope ?? {}, request.target.mode)
  const vault = await openVault(context.store)
  if (request.expect !== undefined) await expectSnapshot(vault, request.expect)
  const wanted = await findSnapshot(vault, request.snapshot)
  refuseDropInPlace(request)
  checkMigrateFrom(request, wanted.manifest.pool.id, context.api.region)
  const found = await readResources(wanted.read('resources'))
  if (request.target.mode === 'new-pool') requirePoolSettings(found, wanted.manifest)
  const chosen = chooseReferences(found, wanted.manifest, request, context.api.region)
  return { vault, wanted, found, chosen }
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
