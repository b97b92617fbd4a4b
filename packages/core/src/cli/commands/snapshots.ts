import type { Command } from 'commander'
import { type SnapshotList, snapshots } from '../../actions/snapshots.js'
import { CodedError } from '../../model/errors.js'
import { failureDocument } from '../failure.js'
import { snapshotsText } from '../render-snapshots.js'
import { counted } from '../render-text.js'
import type { Perform } from './command.js'

export function addSnapshots(program: Command, perform: Perform): void {
  program
    .command('snapshots')
    .description('list the snapshots')
    .option('--pool <id>', 'of this pool only')
    .option('--expect <id>', 'a snapshot that the vault has to have; without it the vault was rolled back')
    .action(async ({ pool, expect }: { pool?: string; expect?: string }, command: Command) => {
      await perform(command, async (run) => {
        const list = await snapshots(run.vault(), { poolId: pool, expect })
        const unreadable = list.unreadable.map(({ key, error }) => ({ key, error: failureDocument(error) }))
        return {
          document: { ...list, unreadable },
          text: snapshotsText(list, run.columns),
          error: unreadableError(list),
        }
      })
    })
}

/** What is too new says what to do; damage outweighs it. */
function unreadableError({ unreadable }: SnapshotList): CodedError | undefined {
  if (unreadable.length === 0) return undefined
  return new CodedError('VAULT_DAMAGED', `${counted(unreadable.length, 'snapshot')} cannot be read`, {
    hint: 'see what is damaged: cognito-vault verify',
  })
}
