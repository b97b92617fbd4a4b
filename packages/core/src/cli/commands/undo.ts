import type { Command } from 'commander'
import { undo } from '../../actions/undo.js'
import { journalOption } from '../journal.js'
import { headerOf } from '../snapshot-facts.js'
import type { Perform } from './command.js'
import { carriedOut, mayApprove } from './carried-out.js'

interface UndoFlags {
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly widening: boolean
}

export function addUndo(program: Command, perform: Perform): void {
  program
    .command('undo')
    .description('take a restore back, as far as nobody has changed since what it wrote')
    .argument('<run>', 'the id of the run')
    .option('--dry-run', 'show the plan, change nothing')
    .option('--yes', 'do not ask')
    .option('--no-widening', 'leave out whatever widens access')
    .addOption(journalOption())
    .action(async (runId: string, flags: UndoFlags, command: Command) => {
      await perform(command, async (run) => {
        mayApprove(run, flags, `cognito-vault undo ${runId}${flags.widening ? '' : ' --no-widening'}`)
        const { target } = await headerOf(run.vault(), runId)
        const settings = { poolId: target.poolId, region: target.region, intoLivePool: true }
        return carriedOut(run, flags, settings, (context, approve) =>
          undo(context, runId, { noWidening: !flags.widening }, approve),
        )
      })
    })
}
