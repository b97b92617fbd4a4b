import type { Command } from 'commander'
import { init } from '../../actions/init.js'
import { CodedError } from '../../model/errors.js'
import { printable } from '../render-text.js'
import { keyService, vaultKeys } from '../vault-keys.js'
import type { CommandResult, CommandRun, Perform } from './command.js'

interface InitOptions {
  readonly encryption: boolean
  readonly kmsKey?: string[]
}

export function addInit(program: Command, perform: Perform): void {
  program
    .command('init')
    .description('make a vault: with --kms-key, --passphrase-file or both, or with --no-encryption')
    .option('--kms-key <arn...>', 'a KMS key that is to open it, or an alias; repeatable')
    .option('--no-encryption', 'store in the clear; has to be asked for by name')
    .action(async (options: InitOptions, command: Command) => {
      await perform(command, (run) => makeVault(run, options))
    })
}

async function makeVault(run: CommandRun, { encryption, kmsKey = [] }: InitOptions): Promise<CommandResult> {
  const { passphrase } = vaultKeys(run.io, run.globals)
  const hasKey = passphrase !== undefined || kmsKey.length > 0
  if (encryption && !hasKey) {
    throw usage(
      'nothing was said of the vault’s encryption',
      'give --kms-key ARN, --passphrase-file FILE or both; --no-encryption stores in the clear, in a place that nobody else may read',
    )
  }
  if (!encryption && hasKey) {
    throw usage(
      '--no-encryption contradicts the key that was given',
      'leave one of them out; COGNITO_VAULT_PASSPHRASE is a key too',
    )
  }
  const keys = { passphrase, kmsKeys: kmsKey, keyService: keyService(run.io, run.globals) }
  const made = await init(run.vault(), encryption ? keys : 'none')
  const how = encryption ? 'encrypted; without its key nobody reads it' : 'not encrypted'
  const place = (made.prepared ?? []).map((what) => `Made ready: ${printable(what)}\n`).join('')
  return { document: made, text: `${place}Made vault ${made.vault} at ${printable(made.url)}, ${how}\n` }
}

function usage(message: string, hint: string): CodedError {
  return new CodedError('USAGE', message, { hint })
}
