import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** What a program wrote, and how much that was. */
export interface ProgramOutput {
  /** The first 64 KB of its standard output. */
  readonly text: string
  /** All of its standard output. */
  readonly bytes: number
}

const MOST_TEXT = 65_536

/**
 * Runs a program to its end.
 *
 * @param input what it gets on standard input; by default nothing
 * @returns `undefined` where there is no such program
 * @throws Error when it fails, with what it wrote to standard error
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { input = [], env, signal }: { input?: Iterable<string>; env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<ProgramOutput | undefined> {
  const child = spawn(program, args, { env, signal, stdio: ['pipe', 'pipe', 'pipe'] })
  let bytes = 0
  let text = ''
  let complaint = ''
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength
    if (text.length < MOST_TEXT) text += chunk.toString('latin1').slice(0, MOST_TEXT - text.length)
  })
  child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-2_000)))
  const ended = new Promise<number | null | undefined>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? resolve(undefined) : reject(error),
    )
    child.on('close', resolve)
  })
  // How the program ended says more than that it did not want all of its input.
  const fed = pipeline(Readable.from(input), child.stdin).catch(() => undefined)
  const code = await ended
  await fed
  if (code === undefined) return undefined
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${complaint.trim()}`)
  return { text, bytes }
}
