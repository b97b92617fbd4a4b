import type { Clock, Random } from '../model/clock.js'

/** A stream that text is written to; where it is a terminal, how wide that is. */
export type CliOutput = NodeJS.WritableStream & {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

export type CliInput = NodeJS.ReadableStream & { readonly isTTY?: boolean | undefined }

export type Environment = Readonly<Record<string, string | undefined>>

/** The world around the command line; a process hands in its own, a test what it likes. */
export interface CliIo {
  readonly stdout: CliOutput
  readonly stderr: CliOutput
  readonly stdin: CliInput
  readonly env: Environment
  readonly clock: Clock
  readonly random: Random
  /** Aborted when the command is to stop gently. */
  readonly signal: AbortSignal
  readonly tempDirectory: string
  /** Where this package lies, with the files that it carries; its own folder where nobody says. */
  readonly packageRoot?: URL
  /** Who takes leases. */
  readonly holder: { readonly host: string; readonly pid: number }
}

const DEFAULT_COLUMNS = 80
const NARROWEST = 40
/** Wider lines are hard to read. */
const WIDEST = 100

/** How wide text for this stream may be. */
export function columnsOf(output: CliOutput, env: Environment): number {
  const columns = output.columns ?? Number.parseInt(env['COLUMNS'] ?? '', 10)
  return Math.min(WIDEST, Math.max(NARROWEST, columns || DEFAULT_COLUMNS))
}
