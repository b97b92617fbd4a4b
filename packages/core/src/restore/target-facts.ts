import type { ResourceSet } from '../cognito/resource-set.js'
import { riskKind } from '../cognito/resources/risk.js'
import { text } from '../cognito/canonical-body.js'
import type { PlanOptions } from './plan-options.js'

/** What the target will be when its pool and domains are restored, on which depends what else it takes. */
export interface TargetFacts {
  /** The clients that the target will have by their ids in the snapshot. */
  readonly clients: ReadonlySet<string>
  readonly tracksSessions: boolean
  readonly hasDomain: boolean
  readonly hasSamlProvider: boolean
  /** Kinds that the target lacks and that the plan does not bring to it. */
  readonly unavailable: ReadonlySet<string>
}

export interface TargetPlanning {
  readonly options: PlanOptions
  /** Kinds of which the service says that the target does not have them. */
  readonly notApplicable: ReadonlySet<string>
  /** Domains of the snapshot that belong to other pools now. */
  readonly domainsHeld: ReadonlySet<string>
}

export function targetFacts(
  wanted: ResourceSet,
  current: ResourceSet,
  { options, notApplicable, domainsHeld }: TargetPlanning,
): TargetFacts {
  const [first, second] = options.mode === 'existing-pool' ? [current, wanted] : [wanted, current]
  const session = (first.one('session') ?? second.one('session'))?.body ?? {}
  return {
    clients: new Set(wanted.of('client').map(({ name }) => name)),
    tracksSessions: text(session, 'UserSessionTracking') === 'ENABLED',
    hasDomain:
      current.of('domain').length > 0 || wanted.of('domain').some(({ name }) => !domainsHeld.has(name)),
    hasSamlProvider: wanted.of('identity-provider').some(({ body }) => text(body, 'ProviderType') === 'SAML'),
    unavailable: new Set(
      // A repair turns threat protection on again where it was.
      [...notApplicable].filter((kind) => options.mode === 'existing-pool' || kind !== riskKind.kind),
    ),
  }
}
