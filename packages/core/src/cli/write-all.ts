import { once } from 'node:events'
import type { CliOutput } from './cli-io.js'

/** Writes text as fast as it is taken, so that nothing piles up in memory before a slow reader. */
export async function writeAll(
  output: CliOutput,
  text: AsyncIterable<string>,
  signal: AbortSignal,
): Promise<void> {
  for await (const piece of text) {
    signal.throwIfAborted()
    if (!output.write(piece)) await once(output, 'drain', { signal })
  }
}
