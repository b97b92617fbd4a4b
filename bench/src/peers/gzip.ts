import type { BenchContext } from '../figure-file.js'
import type { Peer } from '../figure.js'
import { runProgram } from './program.js'

/** How many bytes `gzip -9` makes of lines of text. */
export async function gzipPeer(
  context: BenchContext,
  lines: Iterable<string>,
): Promise<{ peer: Peer; why?: string }> {
  const { env, signal } = context
  const name = 'gzip -9'
  const about = await runProgram('gzip', ['--version'], { env, signal })
  const made = about && (await runProgram('gzip', ['-9', '-c'], { input: inChunks(lines), env, signal }))
  if (made === undefined) return { peer: { name, value: null }, why: 'gzip is not installed' }
  context.uses('gzip', /\d+\.\d+/.exec(about?.text ?? '')?.[0] ?? 'unknown')
  return { peer: { name, value: made.bytes } }
}

/** Lines, each ended by a newline, in pieces that are worth a write. */
export function* inChunks(lines: Iterable<string>): Generator<string> {
  let chunk = ''
  for (const line of lines) {
    chunk += `${line}\n`
    if (chunk.length < 262_144) continue
    yield chunk
    chunk = ''
  }
  if (chunk !== '') yield chunk
}
