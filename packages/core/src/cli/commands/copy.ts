import type { Command } from 'commander'
import { copy, type CopyResult } from '../../actions/copy.js'
import { CodedError } from '../../model/errors.js'
import { exitCodeOf, mostSerious } from '../exit-codes.js'
import { failureDocument } from '../failure.js'
import { addOtherVaultOptions, openOtherVault, type OtherVaultFlags } from '../other-vault.js'
import { copyText } from '../render-copy.js'
import { counted } from '../render-text.js'
import type { CommandResult, Perform } from './command.js'

interface CopyFlags extends OtherVaultFlags {
  readonly pool?: string[]
  /** Commander's, of `--no-erasures`. */
  readonly erasures: boolean
  readonly dryRun?: boolean
}

export function addCopy(program: Command, perform: Perform): void {
  const command = program
    .command('copy')
    .description('copy snapshots of another vault into this one; goes on where it was stopped')
    .argument('[snapshot...]', 'these only: ids, prefixes, latest, latest:POOLID')
    .requiredOption('--from <url>', 'the vault to copy from, which is only read')
    .option('--pool <id...>', 'only the snapshots of these pools')
    .option('--no-erasures', 'leave the erasure list behind')
    .option('--dry-run', 'show what would be copied')
  addOtherVaultOptions(command).action(async (names: string[], flags: CopyFlags, invoked: Command) => {
    await perform(invoked, async (run) => {
      const isDry = flags.dryRun === true
      const result = await copy(run.vault(), {
        from: openOtherVault(run.io, run.globals, flags),
        snapshots: names,
        pools: flags.pool ?? [],
        withoutErasures: !flags.erasures,
        dryRun: isDry,
      })
      return resultOf(result, copyText(result, isDry, run.columns))
    })
  })
}

function resultOf(result: CopyResult, text: string): CommandResult {
  const failures = [...result.snapshots, ...result.unreadable].flatMap(({ error }) =>
    error === undefined ? [] : [error],
  )
  const document = {
    ...result,
    snapshots: result.snapshots.map(({ error, ...one }) => ({
      ...one,
      ...(error === undefined ? {} : { error: failureDocument(error) }),
    })),
    unreadable: result.unreadable.map(({ key, error }) => ({ key, error: failureDocument(error) })),
  }
  const [first] = failures
  if (first === undefined) return { document, text }
  const exitCode = mostSerious(failures.map(({ code }) => exitCodeOf(code)))
  const code = failures.find((error) => exitCodeOf(error.code) === exitCode)?.code ?? first.code
  const error = new CodedError(code, `${counted(failures.length, 'snapshot')} could not be copied`, {
    hint: 'run `cognito-vault verify --vault` on the vault that was copied from; the others are whole',
  })
  return { document, text, error, exitCode }
}
