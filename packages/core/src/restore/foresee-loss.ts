import { noResources, type ResourceSet } from '../cognito/resource-set.js'
import { subOf } from '../cognito/shards.js'
import type { UserView } from '../diff/user-view.js'
import type { JsonObject } from '../model/canonical.js'
import { makeRecord } from '../model/records.js'
import { planRestore } from './plan.js'
import { addStep, emptySummary, type PlanSummary } from './plan-summary.js'
import { everything } from './reach/reach.js'

/**
 * What would not come back as it is, were a pool lost now and restored into a new one: the numbers of the plan that a
 * restore would make, so that the two cannot disagree. Groups that users are in are not looked at: they come back.
 *
 * @param users canonical bodies, as ListUsers gives them, in any order
 */
export async function foreseeLoss(
  resources: ResourceSet,
  users: AsyncIterable<JsonObject>,
  takenAt: string,
): Promise<PlanSummary> {
  const plan = planRestore({
    wanted: { resources, users: numbered(users) },
    current: { resources: noResources, users: nobody() },
    options: { mode: 'new-pool', deleteExtra: false, deleteNewer: false, noWidening: false },
    snapshot: { complete: true, takenAt },
    pairing: { samePool: false, successors: () => [] },
    targetPoolId: undefined,
    domainsHeld: new Set(),
    notApplicable: new Set(),
    reach: everything,
  })
  let summary = emptySummary()
  for await (const step of plan) summary = addStep(summary, step, [])
  return summary
}

/** Nobody is joined with them, so that any order will do. */
async function* numbered(users: AsyncIterable<JsonObject>): AsyncGenerator<UserView> {
  let number = 0
  for await (const user of users) {
    const sub = subOf(user)
    yield { key: String(number++).padStart(12, '0'), sub, groups: [], record: makeRecord(sub, user) }
  }
}

async function* nobody(): AsyncGenerator<never> {
  // A pool that is lost has no users.
}
