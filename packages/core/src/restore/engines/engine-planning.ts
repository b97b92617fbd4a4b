import { object, objects, text } from '../../cognito/canonical-body.js'
import type { JsonObject } from '../../model/canonical.js'
import type { ApiReason } from './api-reasons.js'
import { STANDARD_COLUMNS } from './csv-row.js'

/** How users who lack are to be made again. */
export interface EngineOptions {
  /**
   * `auto`: import jobs where there is a role for them and the row can be carried, API calls else and where the
   * jobs cannot be had; `import`: the same, but a run whose jobs cannot be had stops; `api`: no job.
   */
  readonly kind: 'auto' | 'import' | 'api'
  /** The role with which a job writes its log: trusts cognito-idp.amazonaws.com, writes to `/aws/cognito/*`. */
  readonly roleArn?: string
}

/** What the planner has to know of the target to choose an engine for each user. */
export type EnginePlanning =
  | { readonly kind: 'api'; readonly why: ApiReason }
  | {
      readonly kind: 'import'
      /** Of which addresses one has to be verified in every row. */
      readonly autoVerified: readonly string[]
      /** Attributes that a file has a column for. */
      readonly columns: ReadonlySet<string>
      /** Attributes without which the pool takes nobody. */
      readonly required: readonly string[]
      /** Whether people can sign in with one-time codes, so that an import makes them CONFIRMED. */
      readonly isPasswordless: boolean
    }

/**
 * What the target allows.
 *
 * @param pools the pool as it is, and as the plan makes it, where it does; what a job needs has to hold of all
 */
export function engineRules(
  { kind, roleArn }: EngineOptions,
  pools: readonly [JsonObject, ...JsonObject[]],
): EnginePlanning {
  if (kind === 'api') return { kind: 'api', why: 'asked-for' }
  if (roleArn === undefined) return { kind: 'api', why: 'no-role' }
  const autoVerified = ['email', 'phone_number'].filter((name) =>
    pools.every(({ AutoVerifiedAttributes: list }) => Array.isArray(list) && list.includes(name)),
  )
  if (autoVerified.length === 0) return { kind: 'api', why: 'no-verified-attribute' }
  const schema = pools.flatMap((pool) => objects(pool, 'SchemaAttributes'))
  const custom = schema.map((attribute) => text(attribute, 'Name')).filter((name) => name.includes(':'))
  return {
    kind: 'import',
    autoVerified,
    columns: new Set([...STANDARD_COLUMNS, ...custom]),
    // The service writes the sub, which it calls required.
    required: schema
      .filter((attribute) => attribute['Required'] === true)
      .map((attribute) => text(attribute, 'Name'))
      .filter((name) => name !== 'sub'),
    isPasswordless: pools.some(takesOneTimeCodes),
  }
}

function takesOneTimeCodes(pool: JsonObject): boolean {
  const policy = object(object(pool, 'Policies') ?? {}, 'SignInPolicy') ?? {}
  const { AllowedFirstAuthFactors: factors } = policy
  return Array.isArray(factors) && (factors.includes('EMAIL_OTP') || factors.includes('SMS_OTP'))
}
