import type { Command } from 'commander'
import { verify, type VerifyResult } from '../../actions/verify.js'
import { CodedError } from '../../model/errors.js'
import { counted } from '../render-text.js'
import { tooShort, verifyText } from '../render-verify.js'
import type { Perform } from './command.js'

interface VerifyFlags {
  readonly readData?: boolean
  readonly readDataSubset?: string
  readonly expect?: string
}

export function addVerify(program: Command, perform: Perform): void {
  program
    .command('verify')
    .description(
      'prove that the vault is whole; exit 4 when it is damaged; with --object-lock-days also that each snapshot is locked for so long since it was stored; exit 1 when only that is not so',
    )
    .argument('[snapshot]', 'this snapshot only')
    .option('--read-data', 'read all data, as without it')
    .option(
      '--read-data-subset <part>',
      'read a part of the data: 5%, at random, or 1/7, the first of seven parts that are always the same',
    )
    .option('--expect <id>', 'a snapshot that the vault has to have; without it the vault was rolled back')
    .action(async (snapshot: string | undefined, flags: VerifyFlags, command: Command) => {
      await perform(command, async (run) => {
        if (flags.readData === true && flags.readDataSubset !== undefined) throw bothAsked()
        const { readDataSubset, expect } = flags
        const result = await verify(run.vault(), { snapshot, readDataSubset, expect })
        return { document: result, text: verifyText(result, run.columns), error: failureOf(result) }
      })
    })
}

function failureOf({ damage, lockedTooShort }: VerifyResult): CodedError | undefined {
  if (damage.length > 0) {
    return new CodedError(
      'VAULT_DAMAGED',
      `${counted(damage.length, 'object')} of the vault cannot be used`,
      {
        hint: 'see what can be put back: cognito-vault repair --dry-run, with --from where there is a copy of the vault; a new backup is whole by itself',
      },
    )
  }
  return lockedTooShort.length === 0 ? undefined : tooShort(lockedTooShort.length)
}

function bothAsked(): CodedError {
  return new CodedError('USAGE', '--read-data and --read-data-subset do not go together', {
    hint: 'give the one or the other',
  })
}
