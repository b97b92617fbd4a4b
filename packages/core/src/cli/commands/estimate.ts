import type { Command } from 'commander'
import { estimateBackup } from '../../actions/estimate-backup.js'
import { planRestoreRun } from '../../actions/plan-restore.js'
import { CodedError } from '../../model/errors.js'
import { backupEstimateText, restoreEstimateText } from '../render-estimate.js'
import { capturesMfa, MFA_OPTION } from '../mfa-price.js'
import { mauPrices } from '../render-plan.js'
import type { CommandResult, CommandRun, Perform } from './command.js'
import { requestOf, type RestoreFlags } from './restore-request.js'
import { givenHashes, whereTo, withRequestOptions } from './restore.js'

export function addEstimate(program: Command, perform: Perform): void {
  const estimate = program
    .command('estimate')
    .description('requests, minutes and MAU price of a backup or a restore, before anything happens')
    .helpCommand(false)
  estimate
    .command('backup')
    .description("what a backup takes; reads some of the pool's configuration, writes nothing")
    .requiredOption('--pool <id>', 'the pool')
    .option(...MFA_OPTION)
    .action(async ({ pool, mfa }: { pool: string; mfa?: string }, command: Command) => {
      await perform(command, (run) => ofBackup(run, pool, capturesMfa(mfa)))
    })
  const restore = estimate
    .command('restore')
    .description(
      'what a restore takes: the numbers of its dry run, which stores a plan in the vault and, of a pool that exists, a snapshot',
    )
    .argument('<snapshot>', 'an id, a unique prefix, latest, or latest:POOLID')
  withRequestOptions(restore).action(async (snapshot: string, flags: RestoreFlags, command: Command) => {
    await perform(command, (run) => ofRestore(run, snapshot, flags))
  })
}

async function ofBackup(run: CommandRun, poolId: string, withMfa: boolean): Promise<CommandResult> {
  const found = await run.cognito({ poolId }, (context) => estimateBackup(context, poolId, { withMfa }))
  const [first] = found.missing
  const error =
    first === undefined
      ? undefined
      : new CodedError('SNAPSHOT_INCOMPLETE', `a backup would lack ${first.resource}: ${first.reason}`, {
          value: first.operation,
          hint: `see all that is denied: cognito-vault doctor --pool ${poolId}`,
        })
  const document = { ...found, priceUsd: mauPrices(found.mau) }
  return { document, text: backupEstimateText(found, run.columns), error }
}

async function ofRestore(run: CommandRun, name: string, flags: RestoreFlags): Promise<CommandResult> {
  const request = requestOf(name, flags)
  if (request.mfa !== undefined)
    throw new CodedError('USAGE', 'an estimate reads no second factors: that is billed, whoever asks', {
      hint: 'without --mfa it has all else; what reading them costs: cognito-vault estimate backup --pool ID --mfa capture; the plan with them: cognito-vault restore … --mfa capture --dry-run',
    })
  const { snapshot, settings } = await whereTo(run, request)
  const hashes = givenHashes(request, flags)
  const { header } = await run.cognito(settings, (context) =>
    planRestoreRun({ ...context, hashes }, { ...request, snapshot }),
  )
  const { summary, etaSeconds, runId, target } = header
  const document = {
    runId,
    snapshot,
    poolId: target.poolId ?? '',
    requests: summary.operations,
    etaSeconds,
    mau: summary.mau,
    priceUsd: mauPrices(summary.mau),
    fidelity: summary.fidelity,
    snapshotTaken: target.snapshot ?? null,
  }
  return { document, text: restoreEstimateText(header, run.columns) }
}
