import { text } from '../cognito/canonical-body.js'
import { POOL_REF, ref } from '../cognito/operation.js'
import { identityPoolKind } from '../cognito/resources/identity-pool.js'
import { replicaKind } from '../cognito/resources/replica.js'
import { uiKind } from '../cognito/resources/ui.js'
import type { FoundResource, ResourceKind } from '../cognito/resources/resource-kind.js'
import { userOf, type UserView } from '../diff/user-view.js'
import type { JsonObject } from '../model/canonical.js'
import type { NoteCode } from './fidelity-notes.js'
import type { PlanOptions, SnapshotFacts } from './plan-options.js'
import type { Step } from './step.js'

/** Kinds that may be there or not, and that no operation of a restore removes. With an identity pool its identities would go. */
const STAYS: readonly ResourceKind[] = [uiKind, replicaKind, identityPoolKind]

interface ExtraPlanning {
  readonly options: PlanOptions
  readonly snapshot: SnapshotFacts
}

/** What becomes of a user whom the snapshot does not have; an existing pool is only added to. */
export function* planExtraUser(view: UserView, planning: ExtraPlanning): Generator<Step> {
  if (planning.options.mode === 'existing-pool') return
  const user = userOf(view)
  const subject = { kind: 'user', id: view.sub, username: text(user, 'Username') }
  const left = whyLeft(user['UserCreateDate'], planning)
  if (left !== undefined) {
    yield { phase: 'delete', subject, operations: [], notes: [{ code: left }] }
    return
  }
  const input = { UserPoolId: ref(POOL_REF), Username: text(user, 'Username') }
  const expects = { sub: view.sub, UserLastModifiedDate: user['UserLastModifiedDate'] ?? null }
  yield {
    phase: 'delete',
    subject,
    operations: [{ operation: 'AdminDeleteUser', input, expects }],
    notes: [],
  }
}

/** What becomes of a resource that the snapshot does not have. */
export function* planExtraResource(
  kind: ResourceKind,
  resource: FoundResource,
  planning: ExtraPlanning,
): Generator<Step> {
  const operations = kind.remove(resource)
  if (planning.options.mode === 'existing-pool') return
  const subject = { kind: kind.kind, id: resource.name }
  if (STAYS.includes(kind)) yield { phase: 'delete', subject, operations, notes: [{ code: 'extra-stays' }] }
  if (operations.length === 0) return
  const left = whyLeft(resource.body['CreationDate'], planning)
  const expects: JsonObject = kind.settable(resource.body)
  yield left === undefined
    ? {
        phase: 'delete',
        subject,
        operations: operations.map((operation) => ({ ...operation, expects })),
        notes: [],
      }
    : { phase: 'delete', subject, operations: [], notes: [{ code: left }] }
}

/** Why something extra stays; `undefined` where it is to go. What has no date may have come after the snapshot. */
function whyLeft(
  created: JsonObject[string] | undefined,
  { options, snapshot }: ExtraPlanning,
): NoteCode | undefined {
  if (!options.deleteExtra) return 'extra-left'
  if (!snapshot.complete) return 'extra-of-incomplete'
  const isNewer = typeof created !== 'string' || created >= snapshot.takenAt
  return isNewer && !options.deleteNewer ? 'newer-left' : undefined
}
