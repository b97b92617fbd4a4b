import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { packCode } from '../../deploy/code-key.js'
import { CodedError } from '../../model/errors.js'
import { installedCode, installedTemplate } from '../installed-files.js'
import type { CommandResult, CommandRun, Perform } from './command.js'

export function addTemplate(program: Command, perform: Perform): void {
  program
    .command('template')
    .description(
      'print the CloudFormation template of the stack that takes backups in an AWS account, to be deployed by hand; deploy does it all',
    )
    .option('--code <file>', 'also write the code of its functions, a ZIP file for the code bucket')
    .action(async ({ code }: { code?: string }, command: Command) => {
      await perform(command, (run) => printTemplate(run, code))
    })
}

async function printTemplate(run: CommandRun, file: string | undefined): Promise<CommandResult> {
  const text = await installedTemplate(run.io.packageRoot)
  if (file !== undefined) {
    const { bytes, key } = packCode('index.mjs', await installedCode(run.io.packageRoot))
    await writeNew(file, bytes)
    if (!run.globals.quiet) run.io.stderr.write(`Wrote ${file}; its key in the code bucket: ${key}\n`)
  }
  return { document: JSON.parse(text) as object, text: text.endsWith('\n') ? text : `${text}\n` }
}

async function writeNew(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(file, bytes, { flag: 'wx' })
  } catch (cause) {
    const { code = 'unknown failure' } = cause as NodeJS.ErrnoException
    throw new CodedError(
      'USAGE',
      `${file} cannot be written: ${code === 'EEXIST' ? 'it is there already' : code}`,
      {
        value: file,
        hint: 'choose another file; nothing was written',
        cause,
      },
    )
  }
}
