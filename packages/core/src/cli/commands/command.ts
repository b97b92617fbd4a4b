import type { Command } from 'commander'
import type { CognitoContext, VaultContext } from '../../actions/context.js'
import type { CodedError } from '../../model/errors.js'
import type { EventSink } from '../../model/events.js'
import type { CliIo } from '../cli-io.js'
import type { CognitoSettings } from '../cognito-context.js'
import type { ExitCode } from '../exit-codes.js'
import type { Globals } from '../globals.js'

/** What a command has come to: the same as a document and as text. */
export interface CommandResult {
  readonly document: object
  readonly text: string
  /** What went wrong, beside what was done. */
  readonly error?: CodedError | undefined
  /** Where it is not the error's own. */
  readonly exitCode?: ExitCode | undefined
}

/** A command under way. */
export interface CommandRun {
  readonly io: CliIo
  readonly globals: Globals
  /** Where what the core says while it works is drawn. */
  readonly sink: EventSink
  /** How wide text may be. */
  readonly columns: number
  /** Opens the vault that was named; usage errors come from here, nothing is read yet. */
  vault(): VaultContext
  cognito<T>(settings: CognitoSettings, work: (context: CognitoContext) => Promise<T>): Promise<T>
  /** Shows text before the end: on stdout, or on stderr where stdout is kept for the document. */
  show(text: string): void
  /** What is known of the work so far, for the document should it fail. */
  soFar(document: () => object): void
}

/** Runs an action with what the command line said, and sees to its result or its failure. */
export type Perform = (command: Command, action: (run: CommandRun) => Promise<CommandResult>) => Promise<void>
