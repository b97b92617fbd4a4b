import { createHash } from 'node:crypto'
import { StringDecoder } from 'node:string_decoder'
import { createSorter, type Sorter } from '../../../sorting/external-sort.js'
import { type Algorithm, parseHashLine } from './hash-line.js'

/**
 * The password hashes that whoever restores holds: NDJSON, a line a user. They are read when the plan is made and again
 * whenever a job is, and are never stored in the vault.
 */
export interface HashSource {
  /** The bytes, from the beginning each time. */
  readonly bytes: () => AsyncIterable<Uint8Array>
}

/** Hashes in sorters on disk, encrypted: by the user's old sub, and by what the user signs in with. */
export interface SortedHashes {
  readonly bySub: Sorter
  readonly byUsername: Sorter
  /** SHA-256 of the file. */
  readonly sha256: string
  readonly lines: number
  clear(): Promise<void>
}

/**
 * Reads a source. Of several lines for one user the first counts.
 *
 * @param keep what of each hash is kept: to plan, the algorithm is enough
 * @throws CodedError `USAGE` for a line that is none
 */
export async function readHashes(
  { bytes }: HashSource,
  tempDirectory: string,
  keep: (found: { readonly algorithm: Algorithm; readonly hash: string }) => string,
): Promise<SortedHashes> {
  const sorter = (): Sorter => createSorter({ tempDirectory, duplicates: 'keep' })
  const [bySub, byUsername] = [sorter(), sorter()]
  const digest = createHash('sha256')
  const clear = async (): Promise<void> => {
    await bySub.clear()
    await byUsername.clear()
  }
  let lines = 0
  let number = 0

  async function take(text: string): Promise<void> {
    number++
    if (text.trim() === '') return
    const found = parseHashLine(text, number)
    lines++
    const { sub, username = '' } = found
    if (sub !== undefined) await bySub.add({ key: sub, line: keep(found) })
    else await byUsername.add({ key: username, line: keep(found) })
  }

  try {
    const decoder = new StringDecoder('utf8')
    let rest = ''
    for await (const piece of bytes()) {
      digest.update(piece)
      const found = (rest + decoder.write(Buffer.from(piece))).split('\n')
      rest = found.pop() ?? ''
      for (const text of found) await take(text)
    }
    await take(rest + decoder.end())
    return { bySub, byUsername, sha256: digest.digest('hex'), lines, clear }
  } catch (error) {
    await clear()
    throw error
  }
}
