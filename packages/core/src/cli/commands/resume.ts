import type { Command } from 'commander'
import { resume } from '../../actions/restore.js'
import { countsDone, planDocument } from '../restore-progress.js'
import { headerOf } from '../snapshot-facts.js'
import type { Perform } from './command.js'
import { restored } from './restored.js'

export function addResume(program: Command, perform: Perform): void {
  program
    .command('resume')
    .description('go on with a restore that stopped')
    .argument('<run>', 'the id of the run')
    .action(async (runId: string, _options: object, command: Command) => {
      await perform(command, async (run) => {
        const vault = run.vault()
        const header = await headerOf(vault, runId)
        const { target, summary } = header
        const done = countsDone(vault.sink)
        run.soFar(() => ({
          runId,
          poolId: target.poolId ?? '',
          dryRun: false,
          plan: summary.operations,
          done: done.counts(),
          ...planDocument(header),
        }))
        const settings = {
          poolId: target.poolId,
          region: target.region,
          intoLivePool: target.mode !== 'new-pool',
        }
        const result = await run.cognito(settings, (context) =>
          resume({ ...context, sink: done.sink }, runId),
        )
        return restored(result, header, run.columns)
      })
    })
}
