import type { CognitoContext } from '../../actions/context.js'
import { carryOut } from '../../actions/restore.js'
import type { FinishedPlan } from '../../actions/sliced-plan.js'
import { CodedError } from '../../model/errors.js'
import { restoreMessage } from '../messages/restore-messages.js'
import type { Call } from './call.js'
import type { RestoreOrder } from './restore-input.js'
import { type RestoreState, stateFor } from './restore-state.js'

/** The plan is stored: it is told, and that was all of a dry run. */
export async function planned(
  call: Call,
  context: CognitoContext,
  { dryRun, roleArn }: Extract<RestoreOrder, { kind: 'plan' }>,
  plan: FinishedPlan,
): Promise<RestoreState> {
  tellOfPlan(call, plan)
  const state = stateFor(plan.header, { noImports: false, roleArn })
  if (!dryRun) return state
  const result = await carryOut(context, plan, 'dry-run')
  if (result !== undefined) await call.tell(restoreMessage(result, plan.header, call.place))
  return { ...state, next: 'done' }
}

/** What is stored and planned in one call does not fit into the next one's time either, where it did not into this one's. */
export async function inTheTimeOfACall<T>(
  { signal }: CognitoContext,
  into: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (signal?.aborted !== true) throw cause
    throw new CodedError(
      'PLAN_TOO_LARGE',
      `there was not the time to plan the restore into ${into}, for which the function has one call`,
      {
        value: into,
        hint: 'starting the state machine again ends the same way: restore by the command line, on a machine that stays up (cognito-vault restore SNAPSHOT, with --in-place, --to-pool ID or --to-new-pool NAME)',
        cause,
      },
    )
  }
}

function tellOfPlan(call: Call, { header, unfinished, unreadableRuns }: FinishedPlan): void {
  const { runId, snapshot, summary, etaSeconds } = header
  const { operations, widening, mau } = summary
  call.log('INFO', {
    code: 'restore.planned',
    runId,
    snapshotId: snapshot.id,
    operations,
    widening,
    mau,
    etaSeconds,
  })
  for (const other of unfinished) call.log('WARN', { code: 'restore.unfinished', runId: other })
  for (const other of unreadableRuns) call.log('WARN', { code: 'run.unreadable', runId: other.runId })
}
