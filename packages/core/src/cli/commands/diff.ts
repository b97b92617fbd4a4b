import type { Command } from 'commander'
import { diff, diffLive, type DiffResult, hasDifferences } from '../../actions/diff.js'
import { CodedError } from '../../model/errors.js'
import { EXIT } from '../exit-codes.js'
import { diffText } from '../render-diff.js'
import { manifestOf } from '../snapshot-facts.js'
import type { CommandResult, CommandRun, Perform } from './command.js'

export function addDiff(program: Command, perform: Perform): void {
  program
    .command('diff')
    .description('say what differs; exit 0 same, 8 different')
    .argument('<a>', 'a snapshot: an id, a unique prefix, latest, or latest:POOLID')
    .argument('<b>', 'another one, or live: the pool as it is now')
    .option('--pool <id>', "with live: another pool than the snapshot's")
    .action(async (a: string, b: string, { pool }: { pool?: string }, command: Command) => {
      await perform(command, async (run) => {
        if (pool !== undefined && b !== 'live') {
          throw new CodedError('USAGE', '--pool goes with live', {
            hint: `cognito-vault diff ${a} live --pool ${pool}`,
          })
        }
        const result = b === 'live' ? await compareLive(run, a, pool) : await diff(run.vault(), a, b)
        return compared(result, run)
      })
    })
}

async function compareLive(run: CommandRun, name: string, poolId: string | undefined): Promise<DiffResult> {
  const { pool, snapshot } = await manifestOf(run.vault(), name)
  const settings = poolId === undefined ? { poolId: pool.id, region: pool.region } : { poolId }
  return run.cognito(settings, (context) => diffLive(context, snapshot, poolId))
}

/** A difference is one, whatever else is unknown; without any, nobody can say that what could not be read is the same. */
function compared(result: DiffResult, run: CommandRun): CommandResult {
  const { same, unknown } = result
  const done = { document: result, text: diffText(result, run.columns) }
  if (same || hasDifferences(result)) return { ...done, exitCode: same ? EXIT.done : EXIT.different }
  const names = [...new Set(unknown.map(({ resource }) => resource))].join(', ')
  const error = new CodedError('SNAPSHOT_INCOMPLETE', `not everything could be compared: ${names}`, {
    hint: 'compare complete snapshots; see what one lacks: cognito-vault show SNAPSHOT',
  })
  return { ...done, error }
}
