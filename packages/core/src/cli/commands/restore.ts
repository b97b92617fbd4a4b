import type { Command } from 'commander'
import type { PlannedRestore, RestoreRequest } from '../../actions/plan-restore.js'
import { type Approval, restore } from '../../actions/restore.js'
import { CodedError } from '../../model/errors.js'
import { canAsk, confirm } from '../confirm.js'
import { countsDone, foundDocument } from '../restore-progress.js'
import { planText } from '../render-plan.js'
import { manifestOf } from '../snapshot-facts.js'
import type { CommandResult, CommandRun, Perform } from './command.js'
import { commandOf, requestOf, type RestoreFlags } from './restore-request.js'
import { addScopeOptions } from './restore-scope.js'
import { restored } from './restored.js'

export function addRestore(program: Command, perform: Perform): void {
  const command = program
    .command('restore')
    .description('restore a snapshot: shows the plan, asks, executes')
    .argument('<snapshot>', 'an id, a unique prefix, latest, or latest:POOLID')
    .option('--to-new-pool <name>', 'into a pool that is made')
    .option('--to-pool <id>', 'into a pool that exists: adds what is missing')
    .option('--in-place', "repair the snapshot's own pool")
    .option('--dry-run', 'show the plan, change nothing')
    .option('--yes', 'do not ask')
    .option('--delete-extra', 'delete what the snapshot does not have')
    .option('--delete-newer', 'with --delete-extra: also what came after the snapshot')
    .option('--no-widening', 'leave out whatever widens access')
  addScopeOptions(command).action(async (snapshot: string, flags: RestoreFlags, command: Command) => {
    await perform(command, (run) => restoreSnapshot(run, requestOf(snapshot, flags), flags))
  })
}

async function restoreSnapshot(
  run: CommandRun,
  request: RestoreRequest,
  flags: RestoreFlags,
): Promise<CommandResult> {
  if (flags.dryRun !== true && flags.yes !== true && !canAsk(run.io)) throw mustBeConfirmed(request)
  const vault = run.vault()
  const { pool, snapshot } = await manifestOf(vault, request.snapshot)
  const { target } = request
  const settings = {
    poolId: target.mode === 'existing-pool' ? target.poolId : pool.id,
    region: pool.region,
    intoLivePool: target.mode !== 'new-pool',
  }
  let planned: PlannedRestore | undefined
  const done = countsDone(vault.sink)
  const approve = async (plan: PlannedRestore): Promise<Approval> => {
    planned = plan
    run.soFar(() => foundDocument(plan, done.counts()))
    run.show(planText(plan, run.columns))
    if (flags.dryRun === true) return 'dry-run'
    if (flags.yes === true || (await confirm(run.io, '\nType yes to restore: '))) return 'execute'
    return 'refuse'
  }
  const result = await run.cognito(settings, (context) =>
    restore({ ...context, sink: done.sink }, { ...request, snapshot }, approve),
  )
  if (planned === undefined) throw new CodedError('INTERNAL', 'a restore ended without a plan')
  return result === undefined ? refused(planned) : restored(result, planned.header, run.columns, planned)
}

function mustBeConfirmed(request: RestoreRequest): CodedError {
  const command = commandOf(request)
  return new CodedError(
    'CONFIRMATION_NEEDED',
    'a restore has to be confirmed, and there is no terminal to ask on',
    {
      hint: `see the plan: ${command} --dry-run; restore without a question: ${command} --yes`,
    },
  )
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
