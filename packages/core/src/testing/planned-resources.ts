import type { ResourceSet, Successors } from '../cognito/resource-set.js'
import { planResources } from '../restore/plan-resources.js'
import type { PlanOptions } from '../restore/plan-options.js'
import type { Step } from '../restore/step.js'

export interface ResourcesOptions extends Partial<PlanOptions> {
  readonly complete?: boolean
  readonly samePool?: boolean
  readonly successors?: Successors
  readonly domainsHeld?: readonly string[]
}

/** The steps for a pool's configuration; in place and in the snapshot's pool unless told otherwise. For tests. */
export function plannedResources(
  wanted: ResourceSet,
  current: ResourceSet,
  {
    complete = true,
    samePool = true,
    successors = () => [],
    domainsHeld = [],
    ...options
  }: ResourcesOptions = {},
): Step[] {
  return [
    ...planResources(wanted, current, {
      options: { mode: 'in-place', deleteExtra: false, deleteNewer: false, noWidening: false, ...options },
      snapshot: { complete, takenAt: '2026-11-01T00:00:00.000Z' },
      pairing: { samePool, successors },
      targetPoolId: options.mode === 'new-pool' ? undefined : 'eu-west-1_target',
      domainsHeld: new Set(domainsHeld),
      notApplicable: new Set(),
    }),
  ]
}
