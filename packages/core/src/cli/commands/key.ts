import type { Command } from 'commander'
import { addKey, listKeys, removeKey, type ShownSlot, type SlotList } from '../../actions/keys.js'
import { CodedError } from '../../model/errors.js'
import { counted, minute, printable, table, wrap } from '../render-text.js'
import { keyService, readPassphrase } from '../vault-keys.js'
import type { CommandResult, CommandRun, Perform } from './command.js'

interface AddOptions {
  readonly kmsKey?: string[]
  readonly newPassphraseFile?: string
}

export function addKeys(program: Command, perform: Perform): void {
  const key = program.command('key').description('the key slots of an encrypted vault')
  key
    .command('list')
    .description('list the slots; needs no key')
    .action(async (_options: object, command: Command) => {
      await perform(command, async (run) => listed(await listKeys(run.vault()), run.columns))
    })
  key
    .command('add')
    .description('let another key open the vault')
    .option('--kms-key <arn...>', 'a KMS key, or an alias; repeatable')
    .option(
      '--new-passphrase-file <file>',
      'another passphrase; --passphrase-file is the one that opens the vault',
    )
    .action(async (options: AddOptions, command: Command) => {
      await perform(command, (run) => add(run, options))
    })
  key
    .command('remove')
    .description('take a key away; never the last, nor the one that opens the vault here')
    .argument('<slot>', 'its id, from key list')
    .action(async (slot: string, _options: object, command: Command) => {
      await perform(command, async (run) => {
        const document = await removeKey(run.vault(), slot)
        return { document, text: `Removed key slot ${slot}\n` }
      })
    })
}

async function add(run: CommandRun, { kmsKey = [], newPassphraseFile }: AddOptions): Promise<CommandResult> {
  if (kmsKey.length === 0 && newPassphraseFile === undefined) {
    throw new CodedError('USAGE', 'no key was named', {
      hint: 'give --kms-key ARN or --new-passphrase-file FILE',
    })
  }
  const document = await addKey(run.vault(), {
    kmsKeys: kmsKey,
    keyService: keyService(run.io, run.globals),
    ...(newPassphraseFile === undefined
      ? {}
      : { passphrase: () => readPassphrase(newPassphraseFile, run.io) }),
  })
  const lines = document.added.map(
    ({ slot, ...what }) => `Added key slot ${slot}: ${printable(nameOf(what))}\n`,
  )
  return { document, text: lines.join('') }
}

function listed(list: SlotList, columns: number): CommandResult {
  const rows = list.slots.map(({ slot, createdAt, ...what }) => [
    slot,
    minute(createdAt),
    printable(nameOf(what)),
  ])
  const titles = [{ title: 'SLOT' }, { title: 'MADE (UTC)' }, { title: 'KEY' }]
  const damage = list.damage.map(({ reason }) => `${wrap(printable(reason), columns, '  ')}\n`)
  const error =
    damage.length === 0
      ? undefined
      : new CodedError('VAULT_DAMAGED', `${counted(damage.length, 'key slot')} cannot be read`, {
          hint: 'bring them back from a copy of the vault, or remove them: cognito-vault key remove SLOT',
        })
  return { document: list, text: `${table(titles, rows, '')}\n${damage.join('')}`, error }
}

function nameOf({ kind, keyArn }: Pick<ShownSlot, 'kind' | 'keyArn'>): string {
  return kind === 'kms' ? (keyArn ?? 'KMS') : 'passphrase'
}
