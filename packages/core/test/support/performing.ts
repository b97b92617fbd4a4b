import type { CognitoApi } from '../../src/cognito/cognito-api.js'
import type { PlannedOperation } from '../../src/cognito/operation.js'
import { createBindings } from '../../src/restore/bindings.js'
import { performOperation } from '../../src/restore/perform-operation.js'
import type { Performed, PerformContext } from '../../src/restore/perform.js'
import { hastyClock, type Lab } from './lab.js'
import { countsAsCalled } from './simulated-operation.js'

export interface Performing extends Partial<Omit<PerformContext, 'api' | 'poolId'>> {
  readonly wrap?: (api: CognitoApi) => CognitoApi
  /** What the step has made already. */
  readonly made?: Readonly<Record<string, string>>
}

/** Performs one operation on a pool as the run `run-1` does; nothing is in doubt unless told otherwise. */
export async function perform(
  lab: Lab,
  poolId: string,
  planned: PlannedOperation,
  { wrap, made = {}, ...more }: Performing = {},
): Promise<Performed> {
  const arn = lab.simulator.inspect.pool(poolId).pool['Arn'] as string
  const bindings = createBindings({
    runId: 'run-1',
    pool: { id: poolId, arn },
    poolName: 'made',
    newPassword: () => 'A-password-of-the-run-1',
  })
  return performOperation(planned, bindings.forStep(made), {
    api: wrap === undefined ? lab.context.api : lab.again({ wrap }).api,
    fetchImage: lab.context.fetchImage,
    runId: 'run-1',
    poolId,
    rules: { usernameAttributes: [], caseSensitive: true },
    clock: hastyClock,
    random: () => 0,
    signal: new AbortController().signal,
    inDoubt: false,
    // The service's clock tells whole seconds.
    intents: () => [Math.floor(hastyClock.now() / 1000) * 1000],
    ...more,
  })
}

/** The operations that were sent, other than to look. */
export function writes(lab: Lab): string[] {
  return Object.keys(countsAsCalled(lab.simulator.ledger.requests.all())).filter(
    (name) => !/^(List|Describe|Get)/.test(name),
  )
}
