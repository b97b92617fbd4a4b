import { type Command, Option } from 'commander'
import {
  EXPORT_FORMATS,
  type ExportFormat,
  type ExportResult,
  exportSnapshot,
  type NotExported,
} from '../../actions/export.js'
import { CodedError } from '../../model/errors.js'
import { exportText, notExportedLine } from '../render-export.js'
import { counted } from '../render-text.js'
import { writeText, writeToFile, writeToStream } from '../write-lines.js'
import type { CommandResult, CommandRun, Perform } from './command.js'

interface ExportFlags {
  readonly format: ExportFormat
  readonly output?: string
  readonly withSecrets?: boolean
  readonly force?: boolean
}

export function addExport(program: Command, perform: Perform): void {
  program
    .command('export')
    .description('write a snapshot as NDJSON, or its users as CSV for an import job of Cognito')
    .argument('<snapshot>', 'an id, a unique prefix, latest, or latest:POOLID')
    .addOption(new Option('--format <format>', 'how').choices(EXPORT_FORMATS).makeOptionMandatory())
    .option('--output <file>', 'into a new file that only you can read, or - (default: stdout)')
    .option('--force', 'write over the file, once all is written')
    .option('--with-secrets', 'export client secrets and the like as they are')
    .action(async (snapshot: string, flags: ExportFlags, command: Command) => {
      await perform(command, (run) => writeExport(run, snapshot, flags))
    })
}

async function writeExport(run: CommandRun, snapshot: string, flags: ExportFlags): Promise<CommandResult> {
  const output = flags.output === '-' ? undefined : flags.output
  if (run.globals.json && output === undefined) {
    throw new CodedError('USAGE', '--json and the export cannot both go to stdout', {
      hint: 'give --output FILE for the export, or leave out --json',
    })
  }
  const { lines, result } = await exportSnapshot(run.vault(), {
    snapshot,
    format: flags.format,
    withSecrets: flags.withSecrets === true,
    onNotExported: (user: NotExported) => writeText(run.io.stderr, notExportedLine(user)),
  })
  if (output === undefined) await writeToStream(run.io.stdout, lines)
  else await writeToFile(output, lines, { force: flags.force === true })
  const exported = result()
  const text = exportText(exported, output, run.columns)
  // What goes to stdout is the export, and nothing else.
  if (output === undefined) await writeText(run.io.stderr, text)
  return {
    document: { ...exported, ...(output === undefined ? {} : { output }) },
    text: output === undefined ? '' : text,
    error: notAll(exported),
  }
}

function notAll({ snapshot, notExportedCounts }: ExportResult): CodedError | undefined {
  const count = Object.values(notExportedCounts).reduce((sum, n) => sum + n, 0)
  if (count === 0) return undefined
  return new CodedError('EXPORT_INCOMPLETE', `CSV cannot carry ${counted(count, 'user')} of ${snapshot}`, {
    value: snapshot,
    hint: 'a restore brings them by API calls; --format ndjson has everybody',
  })
}
