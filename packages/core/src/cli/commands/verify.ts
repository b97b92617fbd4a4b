import type { Command } from 'commander'
import { verify } from '../../actions/verify.js'
import { CodedError } from '../../model/errors.js'
import { counted } from '../render-text.js'
import { verifyText } from '../render-verify.js'
import type { Perform } from './command.js'

export function addVerify(program: Command, perform: Perform): void {
  program
    .command('verify')
    .description('prove that the vault is whole; exit 4 when it is damaged')
    .argument('[snapshot]', 'this snapshot only')
    .option('--read-data', 'read all data, which this version always does')
    .action(async (name: string | undefined, _options: object, command: Command) => {
      await perform(command, async (run) => {
        const result = await verify(run.vault(), name)
        const error = result.ok
          ? undefined
          : new CodedError(
              'VAULT_DAMAGED',
              `${counted(result.damage.length, 'object')} of the vault cannot be used`,
              {
                hint: 'bring the objects back from a copy of the vault, or back the pools up again',
              },
            )
        return { document: result, text: verifyText(result, run.columns), error }
      })
    })
}
