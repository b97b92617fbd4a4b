import { Command, CommanderError } from 'commander'
import { PROGRAM, type VaultContext } from '../actions/context.js'
import { CodedError } from '../model/errors.js'
import { type CliIo, columnsOf } from './cli-io.js'
import { vaultContext, withCognito } from './cognito-context.js'
import { addAcknowledge } from './commands/acknowledge.js'
import { addBackup } from './commands/backup.js'
import type { CommandResult, CommandRun, Perform } from './commands/command.js'
import { addCopy } from './commands/copy.js'
import { addDeploy } from './commands/deploy.js'
import { addDiff } from './commands/diff.js'
import { addIdentityMap } from './commands/identity-map.js'
import { addDoctor } from './commands/doctor.js'
import { addDrill } from './commands/drill.js'
import { addErase } from './commands/erase.js'
import { addEstimate } from './commands/estimate.js'
import { addExport } from './commands/export.js'
import { addForget } from './commands/forget.js'
import { addHistory } from './commands/history.js'
import { addImport } from './commands/import.js'
import { addInit } from './commands/init.js'
import { addKeys } from './commands/key.js'
import { addPrune } from './commands/prune.js'
import { addRepair } from './commands/repair.js'
import { addRestore } from './commands/restore.js'
import { addReport } from './commands/report.js'
import { addResume } from './commands/resume.js'
import { addShow } from './commands/show.js'
import { addSnapshots } from './commands/snapshots.js'
import { addTemplate } from './commands/template.js'
import { addUndo } from './commands/undo.js'
import { addVerify } from './commands/verify.js'
import { EXIT, exitCodeOf } from './exit-codes.js'
import { failureDocument, failureText, toCodedError } from './failure.js'
import { addGlobalOptions, type Globals, parseGlobals } from './globals.js'
import { namingJournal } from './journal.js'
import { createProgress } from './progress.js'

const COMMANDS = [
  addInit,
  addBackup,
  addSnapshots,
  addShow,
  addHistory,
  addDiff,
  addVerify,
  addRepair,
  addRestore,
  addResume,
  addUndo,
  addReport,
  addIdentityMap,
  addForget,
  addPrune,
  addAcknowledge,
  addErase,
  addCopy,
  addExport,
  addImport,
  addEstimate,
  addDoctor,
  addDrill,
  addKeys,
  addDeploy,
  addTemplate,
]

/**
 * Runs the command line. Never throws: what goes wrong is told as the options ask, and is in the exit code.
 *
 * @param argv the arguments, without the program's name
 * @returns the exit code
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  let exitCode: number = EXIT.done
  const program = createProgram(io, async (command, action) => {
    exitCode = await perform(command, action, io)
  })
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done
    const json = argv.includes('--json')
    if (error instanceof CommanderError && error.code === 'commander.help' && !json) return EXIT.usage
    const failure = error instanceof CommanderError ? usageError(error) : toCodedError(error, io.signal)
    return tell({ document: {}, text: '', error: failure }, io, { json, verbose: argv.includes('--verbose') })
  }
}

function createProgram(io: CliIo, onPerform: Perform): Command {
  const program = addGlobalOptions(new Command('cognito-vault'))
    .description('Backup and restore for Amazon Cognito user pools')
    .version(PROGRAM, '--version', 'print the version')
    .helpOption('--help', 'print help')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => columnsOf(io.stdout, io.env),
      getErrHelpWidth: () => columnsOf(io.stderr, io.env),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
  for (const add of COMMANDS) add(program, onPerform)
  return program
}

async function perform(
  command: Command,
  action: (run: CommandRun) => Promise<CommandResult>,
  io: CliIo,
): Promise<number> {
  const given = command.optsWithGlobals<Record<string, unknown>>()
  const how = { json: given['json'] === true, verbose: given['verbose'] === true }
  const progress = createProgress(io, { quiet: given['quiet'] === true, verbose: how.verbose })
  let soFar = (): object => ({})
  let journal: string | undefined
  try {
    const globals = parseGlobals(given, io.env)
    journal = globals.journal
    const run = createRun(io, globals, progress, (document) => (soFar = document))
    const result = await action(run)
    progress.pause()
    return tell(result, io, { ...how, journal })
  } catch (error) {
    progress.pause()
    return tell({ document: soFar(), text: '', error: toCodedError(error, io.signal) }, io, {
      ...how,
      journal,
    })
  }
}

function createRun(
  io: CliIo,
  globals: Globals,
  progress: ReturnType<typeof createProgress>,
  soFar: (document: () => object) => void,
): CommandRun {
  const output = globals.json ? io.stderr : io.stdout
  let opened: VaultContext | undefined
  const vault = (): VaultContext => (opened ??= vaultContext(io, globals, progress.sink))
  return {
    io,
    globals,
    sink: progress.sink,
    columns: columnsOf(output, io.env),
    vault,
    cognito: (settings, work) => withCognito(io, globals, vault(), settings, work),
    show: (text) => {
      progress.pause()
      if (!(globals.json && globals.quiet)) output.write(text)
    },
    soFar,
  }
}

/** Writes what a command has come to: one document on stdout, or text for people. */
function tell(
  result: CommandResult,
  io: CliIo,
  { json, verbose, journal }: { json: boolean; verbose: boolean; journal?: string | undefined },
): number {
  const { document } = result
  const text = namingJournal(result.text, journal)
  const error = result.error === undefined ? undefined : saying(result.error, journal)
  if (json) {
    const whole = error === undefined ? document : { ...document, error: failureDocument(error) }
    io.stdout.write(`${JSON.stringify(whole, null, 2)}\n`)
    if (verbose && error !== undefined) io.stderr.write(failureText(error, verbose))
  } else {
    if (text !== '') io.stdout.write(text)
    if (error !== undefined) io.stderr.write(failureText(error, verbose))
  }
  return result.exitCode ?? (error === undefined ? EXIT.done : exitCodeOf(error.code))
}

function saying(error: CodedError, journal: string | undefined): CodedError {
  const { code, message, hint, value, cause } = error
  if (hint === undefined || journal === undefined) return error
  return new CodedError(code, message, {
    hint: namingJournal(hint, journal),
    ...(value === undefined ? {} : { value }),
    cause,
  })
}

/** What commander says as `error: …`, its suggestion on a line of its own. */
function usageError(error: CommanderError): CodedError {
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n')
  const hint = suggestion?.replace(/^\((.*)\)$/, '$1') ?? 'see cognito-vault --help'
  return new CodedError('USAGE', message === '(outputHelp)' ? 'no command was given' : message, { hint })
}
