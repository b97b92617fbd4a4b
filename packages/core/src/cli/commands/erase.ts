import type { Command } from 'commander'
import { erase, type PlannedErasure } from '../../actions/erase.js'
import { CodedError } from '../../model/errors.js'
import { canAsk, confirm } from '../confirm.js'
import { failureDocument } from '../failure.js'
import { erasedText, erasureText } from '../render-erase.js'
import { counted } from '../render-text.js'
import type { CommandResult, CommandRun, Perform } from './command.js'

interface EraseFlags {
  readonly user: string
  readonly pool?: string
  readonly yes?: boolean
}

export function addErase(program: Command, perform: Perform): void {
  program
    .command('erase')
    .description('put a person on the erasure list for good: no restore brings them back')
    .requiredOption('--user <name>', 'the whole sub, username, email or phone number')
    .option('--pool <id>', 'look for the name in the snapshots of this pool only')
    .option('--yes', 'do not ask')
    .action(async (flags: EraseFlags, command: Command) => {
      await perform(command, (run) => eraseUser(run, flags))
    })
}

async function eraseUser(run: CommandRun, { user, pool, yes }: EraseFlags): Promise<CommandResult> {
  if (yes !== true && !canAsk(run.io)) {
    throw new CodedError(
      'CONFIRMATION_NEEDED',
      'an erasure cannot be taken back, so it has to be confirmed, and there is no terminal to ask on',
      { hint: 'say it with --yes; nothing was changed' },
    )
  }
  let seen: PlannedErasure | undefined
  const erased = await erase(run.vault(), { name: user, poolId: pool }, async (planned) => {
    seen = planned
    run.show(erasureText(planned, run.columns))
    return yes === true || confirm(run.io, '\nType yes to put it on the list for good: ')
  })
  if (erased !== undefined)
    return { document: documentOf(erased), text: erasedText(run.columns), error: incomplete(erased) }
  return {
    document: seen === undefined ? {} : documentOf(seen),
    text: '',
    error: new CodedError('CONFIRMATION_NEEDED', 'it was not confirmed; nothing was changed'),
  }
}

function documentOf({ unreadable, ...planned }: PlannedErasure): object {
  return {
    ...planned,
    unreadable: unreadable.map(({ key, error }) => ({ key, error: failureDocument(error) })),
  }
}

/** Who cannot be looked for everywhere may have an account that is not on the list. */
function incomplete({ unreadable, unreadableRuns: [run] }: PlannedErasure): CodedError | undefined {
  const hint = 'mend it, see cognito-vault verify, then give the same command again'
  if (unreadable.length > 0)
    return new CodedError(
      'VAULT_DAMAGED',
      `${counted(unreadable.length, 'snapshot')} cannot be read: accounts that are only there are not on the list`,
      { hint },
    )
  if (run === undefined) return undefined
  const message = `whom ${run.runId} made again is not known, and not on the list: ${run.reason}`
  return new CodedError(run.code, message, { value: run.runId, hint })
}
