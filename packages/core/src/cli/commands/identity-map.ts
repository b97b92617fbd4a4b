import { type Command, Option } from 'commander'
import {
  IDENTITY_FORMATS,
  type IdentityFormat,
  identityMap,
  identityText,
} from '../../actions/identity-map.js'
import { CodedError } from '../../model/errors.js'
import { journalOption } from '../journal.js'
import { counted } from '../render-text.js'
import { writeToFile, writeToStream } from '../write-lines.js'
import type { CommandResult, CommandRun, Perform } from './command.js'

interface IdentityMapFlags {
  readonly format: IdentityFormat
  readonly output?: string
}

export function addIdentityMap(program: Command, perform: Perform): void {
  program
    .command('identity-map')
    .description('write the old and new ids of a restore: of the pool, the clients and the users')
    .argument('<run>', 'the id of the run, finished or not')
    .addOption(new Option('--format <format>', 'how').choices(IDENTITY_FORMATS).default('ndjson'))
    .option('--output <file>', 'into a new file that only you can read (default: stdout)')
    .addOption(journalOption())
    .action(async (runId: string, flags: IdentityMapFlags, command: Command) => {
      await perform(command, (run) => writeMap(run, runId, flags))
    })
}

async function writeMap(
  run: CommandRun,
  runId: string,
  { format, output }: IdentityMapFlags,
): Promise<CommandResult> {
  if (run.globals.json && output === undefined) {
    throw new CodedError('USAGE', '--json and the map cannot both go to stdout', {
      hint: 'give --output FILE for the map, or leave out --json',
    })
  }
  const { finished, identities } = await identityMap(run.vault(), runId)
  const lines = identityText(identities, format)
  const written = await (output === undefined
    ? writeToStream(run.io.stdout, lines)
    : writeToFile(output, lines))
  const count = format === 'csv' ? written - 1 : written
  return {
    document: { runId, finished, format, ids: count, ...(output === undefined ? {} : { output }) },
    text: output === undefined ? '' : `${counted(count, 'id')} written to ${output}\n`,
  }
}
