import type { Command } from 'commander'
import { importBackup } from '../../actions/import.js'
import { foreignSource } from '../foreign-source.js'
import { importText } from '../render-import.js'
import type { Perform } from './command.js'

interface ImportFlags {
  readonly from: string
  readonly poolId?: string
  readonly includeStale?: boolean
}

export function addImport(program: Command, perform: Perform): void {
  program
    .command('import')
    .description('store a backup of another tool as a snapshot: users, groups and memberships')
    .requiredOption(
      '--from <source>',
      'dynamodb-table:NAME (the BackupTable of Cognito User Profiles Export), dynamodb-export:FOLDER (an export of it), or user-list:FILE (of cognito-backup-restore or cognito-backup)',
    )
    .option('--pool-id <id>', 'the pool that it is of (default: the one that the name of the file tells)')
    .option('--include-stale', "also what the table's last export had not found any more")
    .action(async (flags: ImportFlags, command: Command) => {
      await perform(command, async (run) => {
        const context = run.vault()
        const backup = await foreignSource(run, flags.from, flags.poolId)
        const includeStale = flags.includeStale === true
        const imported = await importBackup(context, { backup, poolId: flags.poolId, includeStale })
        return { document: imported, text: importText(imported, run.columns) }
      })
    })
}
