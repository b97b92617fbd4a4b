import type { Command } from 'commander'
import { init } from '../../actions/init.js'
import { CodedError } from '../../model/errors.js'
import { printable } from '../render-text.js'
import type { Perform } from './command.js'

export function addInit(program: Command, perform: Perform): void {
  program
    .command('init')
    .description('make a vault')
    .option('--no-encryption', 'store in the clear; has to be asked for by name')
    .action(async ({ encryption }: { encryption: boolean }, command: Command) => {
      await perform(command, async (run) => {
        const vault = run.vault()
        if (encryption) {
          throw new CodedError('USAGE', 'this version stores in the clear only, which has to be asked for', {
            hint: 'cognito-vault init --no-encryption, in a place that nobody else may read',
          })
        }
        const made = await init(vault)
        const place = (made.prepared ?? []).map((what) => `Made ready: ${printable(what)}\n`).join('')
        const text = `${place}Made vault ${made.vault} at ${printable(made.url)}, not encrypted\n`
        return { document: made, text }
      })
    })
}
