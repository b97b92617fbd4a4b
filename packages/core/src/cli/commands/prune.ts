import type { Command } from 'commander'
import { prune, type PruneResult } from '../../actions/prune.js'
import { exitCodeOf, mostSerious } from '../exit-codes.js'
import { failureDocument, failureText } from '../failure.js'
import { bytes, counted, printable } from '../render-text.js'
import type { CommandResult, Perform } from './command.js'

export function addPrune(program: Command, perform: Perform): void {
  program
    .command('prune')
    .description(
      'free what no snapshot needs any more, if it is a day old; may run beside backups and restores, and be stopped at any moment',
    )
    .option('--dry-run', 'show what would be deleted')
    .action(async ({ dryRun }: { dryRun?: boolean }, command: Command) => {
      await perform(command, async (run) => resultOf(await prune(run.vault(), { dryRun: dryRun === true })))
    })
}

function resultOf(result: PruneResult): CommandResult {
  const { pools, failures, dryRun, lockEntriesRemoved, leftOversRemoved } = result
  const exitCode = mostSerious(failures.map(({ error }) => exitCodeOf(error.code)))
  const error = failures.find((failure) => exitCodeOf(failure.error.code) === exitCode)?.error
  const others = failures.filter((failure) => failure.error !== error)
  const lines = [
    ...pools.map((pool) => poolText(pool, dryRun)),
    ...others.map((one) => `Pool ${one.poolId} was not pruned\n${failureText(one.error, false).trimEnd()}`),
  ]
  const failed = failures.map((one) => ({ poolId: one.poolId, error: failureDocument(one.error) }))
  return {
    document: {
      dryRun,
      pools,
      lockEntriesRemoved,
      leftOversRemoved,
      ...(failed.length > 0 ? { failed } : {}),
    },
    text: lines.length === 0 ? '' : `${lines.join('\n')}\n`,
    error,
    exitCode,
  }
}

function poolText(pool: PruneResult['pools'][number], dryRun: boolean): string {
  const what = `${counted(pool.deleted, 'segment')} (${bytes(pool.bytesFreed)})`
  const lines = [
    `Pool ${printable(pool.poolId)}: ${dryRun ? `${what} would be deleted` : `${what} deleted`}, ${counted(pool.used, 'segment')} in use`,
  ]
  if (pool.young > 0) lines.push(`  ${counted(pool.young, 'segment')} not in use, younger than a day`)
  if (pool.retained > 0)
    lines.push(`  ${counted(pool.retained, 'segment')} not in use, under the lock of the store`)
  if (pool.forgottenKept > 0)
    lines.push(`  ${counted(pool.forgottenKept, 'forgotten snapshot')} can still be taken back`)
  if (pool.capturesRemoved > 0)
    lines.push(`  among it what ${counted(pool.capturesRemoved, 'backup')} in slices had stored on the way`)
  return lines.join('\n')
}
