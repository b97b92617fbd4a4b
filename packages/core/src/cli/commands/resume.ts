import type { Command } from 'commander'
import { resume } from '../../actions/restore.js'
import { CodedError } from '../../model/errors.js'
import { hashFile } from '../hash-file.js'
import { journalOption } from '../journal.js'
import { countsDone, planDocument } from '../restore-progress.js'
import { headerOf } from '../snapshot-facts.js'
import type { Perform } from './command.js'
import { restored } from './restored.js'

interface ResumeFlags {
  readonly engine?: string
  readonly hashes?: string
}

export function addResume(program: Command, perform: Perform): void {
  program
    .command('resume')
    .description('go on with a restore that stopped')
    .argument('<run>', 'the id of the run')
    .option('--engine <engine>', 'api: make no further import job, whatever the plan says')
    .option('--hashes <file>', 'the password hashes that the restore was planned with')
    .addOption(journalOption())
    .action(async (runId: string, { engine, hashes: path }: ResumeFlags, command: Command) => {
      await perform(command, async (run) => {
        if (engine !== undefined && engine !== 'api') throw onlyApi(engine)
        const hashes = path === undefined ? undefined : hashFile(path)
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
          resume({ ...context, sink: done.sink, hashes }, runId, { noImports: engine === 'api' }),
        )
        return restored(result, header, run.columns)
      })
    })
}

function onlyApi(engine: string): CodedError {
  return new CodedError('USAGE', 'a run goes on as it was planned, or with API calls only', {
    value: engine,
    hint: 'leave --engine out, or give --engine api',
  })
}
