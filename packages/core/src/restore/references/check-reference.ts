import { parallel } from '../../model/parallel.js'
import { parseArn } from './arn.js'

/** Whether something outside the pool is there and can be used. */
export interface ReferenceCheck {
  /** `missing` only where the service that knows says so; `unknown` where it could not be asked or did not answer. */
  readonly outcome: 'found' | 'missing' | 'unknown'
  /** Why it is not `found`, without the service's own words; empty where it is. */
  readonly reason: string
}

/**
 * Asks the service that an ARN is of. Reads only. A refusal, a failure or a service that cannot be asked is `unknown`, never thrown;
 * what is thrown is the signal's reason.
 */
export type CheckReference = (arn: string, signal: AbortSignal) => Promise<ReferenceCheck>

/** Questions under way at once. */
const AT_ONCE = 8

/** The ARNs among these values, each asked about once. */
export async function checkValues(
  values: Iterable<string>,
  check: CheckReference,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, ReferenceCheck>> {
  const checks = new Map<string, ReferenceCheck>()
  const arns = [...new Set(values)].filter((value) => parseArn(value) !== undefined)
  await parallel(arns, AT_ONCE, signal, async (arn, stop) => {
    checks.set(arn, await check(arn, stop))
  })
  return checks
}
