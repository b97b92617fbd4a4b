import { createWriteStream } from 'node:fs'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { BenchContext } from '../figure-file.js'
import { runProgram } from './program.js'

/** What restic can be told about compression: `auto` is what it does untold. */
export const COMPRESSIONS = ['auto', 'max'] as const
export type Compression = (typeof COMPRESSIONS)[number]

/** restic, which backs up one file again and again, into a repository for each compression. */
export interface Restic {
  /** Backs the lines up as one JSON file, into each repository. Answers the size of each. */
  backUp(lines: Iterable<string>): Promise<Readonly<Record<Compression, number>>>
}

/** Before it restic did not compress. */
const FIRST_WITH_COMPRESSION = [0, 14] as const

/** @returns why there is none, where there is none that compresses */
export async function openRestic(context: BenchContext): Promise<Restic | string> {
  const { folder, signal } = context
  const file = join(folder, 'users.json')
  const repository = (compression: Compression): string => join(folder, `restic-${compression}`)
  // The passphrase of a repository that lives for minutes.
  const env = { ...context.env, RESTIC_PASSWORD: 'benchmark' }
  const about = await runProgram('restic', ['version'], { env, signal })
  if (about === undefined) return 'restic is not installed (Debian: apt-get install restic)'
  const version = /\d+\.\d+\.\d+/.exec(about.text)?.[0] ?? ''
  const refusal = whyNotVersion(version)
  if (refusal !== undefined) return refusal
  context.uses('restic', version)

  async function restic(compression: Compression, ...args: string[]): Promise<void> {
    const all = [
      ...['--repo', repository(compression), '--compression', compression],
      ...['--no-cache', '--quiet', ...args],
    ]
    await runProgram('restic', all, { env, signal })
  }

  for (const compression of COMPRESSIONS) {
    await mkdir(repository(compression))
    await restic(compression, 'init')
  }

  async function backUp(lines: Iterable<string>): Promise<Record<Compression, number>> {
    await pipeline(Readable.from(jsonArray(lines)), createWriteStream(file), { signal })
    const sizes = { auto: 0, max: 0 }
    for (const compression of COMPRESSIONS) {
      await restic(compression, 'backup', file)
      sizes[compression] = await bytesIn(repository(compression))
    }
    return sizes
  }

  return { backUp }
}

/** Why a version cannot be measured. */
export function whyNotVersion(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [needsMajor, needsMinor] = FIRST_WITH_COMPRESSION
  if (major > needsMajor || (major === needsMajor && minor >= needsMinor)) return undefined
  return `restic ${version} does not compress: it takes 0.14 or later`
}

/** One JSON document of lines that are JSON each. */
export function* jsonArray(lines: Iterable<string>): Generator<string> {
  let chunk = '['
  let separator = '\n'
  for (const line of lines) {
    chunk += separator + line
    separator = ',\n'
    if (chunk.length < 262_144) continue
    yield chunk
    chunk = ''
  }
  yield `${chunk}\n]\n`
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size
  }
  return bytes
}
