import type { CognitoContext } from '../../actions/context.js'
import type { PlannedRestore } from '../../actions/restore-request.js'
import type { Approval, RestoreResult } from '../../actions/restore.js'
import { CodedError, hasCode } from '../../model/errors.js'
import type { CognitoSettings } from '../cognito-context.js'
import { canAsk, confirm } from '../confirm.js'
import { planText } from '../render-plan.js'
import { stoppingText } from '../render-references.js'
import { countsDone, foundDocument, notesReferences, type SeenReferences } from '../restore-progress.js'
import type { CommandResult, CommandRun } from './command.js'
import { restored } from './restored.js'

/** How a plan may come to be executed. */
export interface ApprovalFlags {
  readonly dryRun?: boolean
  readonly yes?: boolean
}

/** What makes a plan, asks for its approval, and executes it. */
export type Carry = (
  context: CognitoContext,
  approve: (planned: PlannedRestore) => Promise<Approval>,
) => Promise<RestoreResult | undefined>

/**
 * Refuses a command whose plan nobody could approve, before anything is read.
 *
 * @throws CodedError `USAGE`, `CONFIRMATION_NEEDED`
 */
export function mayApprove({ io }: CommandRun, { dryRun, yes }: ApprovalFlags, command: string): void {
  if (dryRun === true && yes === true) {
    throw new CodedError('USAGE', '--dry-run and --yes contradict each other', {
      hint: 'give --dry-run to see the plan, or --yes to execute it',
    })
  }
  if (dryRun === true || yes === true || canAsk(io)) return
  throw new CodedError(
    'CONFIRMATION_NEEDED',
    'a restore has to be confirmed, and there is no terminal to ask on',
    { hint: `see the plan: ${command} --dry-run; restore without a question: ${command} --yes` },
  )
}

/** Shows the plan, asks, executes, and tells what it has come to. */
export async function carriedOut(
  run: CommandRun,
  flags: ApprovalFlags,
  settings: CognitoSettings,
  carry: Carry,
): Promise<CommandResult> {
  let planned: PlannedRestore | undefined
  const references = notesReferences(run.vault().sink)
  const done = countsDone(references.sink)
  const approve = async (plan: PlannedRestore): Promise<Approval> => {
    planned = plan
    run.soFar(() => foundDocument(plan, done.counts()))
    run.show(planText(plan, run.columns))
    if (flags.dryRun === true) return 'dry-run'
    if (flags.yes === true || (await confirm(run.io, '\nType yes to restore: '))) return 'execute'
    return 'refuse'
  }
  const result = await run
    .cognito(settings, (context) => carry({ ...context, sink: done.sink }, approve))
    .catch((error: unknown) => {
      if (hasCode(error, 'REFERENCES_UNMAPPED', 'REFERENCES_MISSING')) tellStopping(run, references.seen())
      throw error
    })
  if (planned === undefined) throw new CodedError('INTERNAL', 'a restore ended without a plan')
  return result === undefined ? refused(planned) : restored(result, planned.header, run.columns, planned)
}

/** All that stops the restore, at once: the error names the first. */
function tellStopping(run: CommandRun, seen: SeenReferences | undefined): void {
  if (seen === undefined) return
  run.soFar(() => ({ references: seen.references }))
  run.show(stoppingText(seen, run.columns))
}

/** What was asked for did not happen, so that `restore … && next` does not go on. */
function refused(planned: PlannedRestore): CommandResult {
  return {
    document: foundDocument(planned, {}),
    text: '',
    error: new CodedError('RUN_NOT_APPROVED', 'the plan was not approved; nothing was changed', {
      value: planned.header.runId,
    }),
  }
}
