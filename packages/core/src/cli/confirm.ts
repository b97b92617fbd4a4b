import { createInterface } from 'node:readline'
import { CodedError } from '../model/errors.js'
import type { CliIo } from './cli-io.js'

/** Whether there is somebody to ask: who sees the question, and can answer. */
export function canAsk({ stdin, stderr }: CliIo): boolean {
  return stdin.isTTY === true && stderr.isTTY === true
}

/**
 * Asks on the terminal; only `yes` and `y` are yes, and the end of the input is no.
 *
 * @throws CodedError `INTERRUPTED` when the signal aborts
 */
export async function confirm(io: CliIo, question: string): Promise<boolean> {
  io.stderr.write(question)
  // Not in terminal mode, so that Ctrl-C stays a signal.
  const lines = createInterface({ input: io.stdin, terminal: false })
  const stop = (): void => lines.close()
  io.signal.addEventListener('abort', stop)
  try {
    const answer = await new Promise<string>((resolve) => {
      lines.once('line', resolve)
      lines.once('close', () => resolve(''))
      if (io.signal.aborted) lines.close()
    })
    if (io.signal.aborted) {
      throw new CodedError('INTERRUPTED', 'stopped before it was confirmed', { hint: 'nothing was changed' })
    }
    return /^\s*y(es)?\s*$/i.test(answer)
  } finally {
    io.signal.removeEventListener('abort', stop)
    lines.close()
  }
}
