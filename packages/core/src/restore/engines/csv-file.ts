import { writeSpillFile } from '../../sorting/spill-file.js'

/** The file of a job, on disk under a key that dies with the process. */
export interface CsvFile {
  readonly rows: number
  /** In bytes. */
  readonly size: number
  readonly bytes: () => AsyncIterable<Uint8Array>
  readonly remove: () => Promise<void>
}

/** Pieces of about this many characters are sent at once. */
const PIECE = 64 * 1024

/** @param lines the header first, none with a newline */
export async function writeCsvFile(directory: string, lines: AsyncIterable<string>): Promise<CsvFile> {
  let count = 0
  let size = 0
  let failure: { readonly error: unknown } | undefined

  async function* counted(): AsyncGenerator<string> {
    try {
      for await (const line of lines) {
        count++
        size += bytesOf(line)
        yield line
      }
    } catch (error) {
      failure = { error }
      throw error
    }
  }

  const file = await writeSpillFile(directory, counted()).catch((error: unknown) => {
    // What keeps the lines from being made is nothing that the disk has done.
    throw failure === undefined ? error : failure.error
  })
  return {
    rows: count - 1,
    size,
    bytes: () => inPieces(file.lines()),
    remove: () => file.remove(),
  }
}

/** What a line takes in the file. */
export function bytesOf(line: string): number {
  return Buffer.byteLength(line) + 1
}

async function* inPieces(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  let piece = ''
  for await (const line of lines) {
    piece += `${line}\n`
    if (piece.length < PIECE) continue
    yield Buffer.from(piece)
    piece = ''
  }
  if (piece !== '') yield Buffer.from(piece)
}
