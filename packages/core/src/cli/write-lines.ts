import { once } from 'node:events'
import { link, lstat, open, rename, unlink } from 'node:fs/promises'
import { CodedError } from '../model/errors.js'

/** So many characters are written at once. */
const BUFFERED = 65_536

/**
 * Writes text to a stream as fast as it is taken; ends early where the reader has gone (`| head`).
 *
 * @returns how many pieces there were until then
 */
export async function writeToStream(
  stream: NodeJS.WritableStream,
  pieces: AsyncIterable<string>,
): Promise<number> {
  return inBlocks(pieces, async (block) => {
    if (!stream.writable) return false
    if (stream.write(block)) return true
    return await untilTaken(stream)
  })
}

/** Writes a text as fast as it is taken; nothing where the reader has gone. */
export async function writeText(stream: NodeJS.WritableStream, text: string): Promise<void> {
  if (stream.writable && !stream.write(text)) await untilTaken(stream)
}

/** Whether there is still somebody who reads. */
async function untilTaken(stream: NodeJS.WritableStream): Promise<boolean> {
  const waiting = new AbortController()
  const { signal } = waiting
  try {
    return await Promise.race([
      once(stream, 'drain', { signal }).then(() => true),
      once(stream, 'close', { signal }).then(() => false),
    ])
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return false
    throw error
  } finally {
    waiting.abort()
  }
}

/**
 * Writes text to a file that is not there yet and that nobody else may read: it names people. The file has its name when
 * all of it is written, so that a part is never taken for the whole.
 *
 * @param options.force whether a file of that name is replaced; it is whole until then
 * @returns how many pieces there were
 * @throws CodedError `USAGE` where the file is there, or cannot be made; `STORAGE_FULL`; what was begun is removed when something fails
 */
export async function writeToFile(
  path: string,
  pieces: AsyncIterable<string>,
  { force = false }: { readonly force?: boolean } = {},
): Promise<number> {
  if (!force && (await isThere(path))) throw cannotWrite(path, { code: 'EEXIST' })
  const part = `${path}.part`
  const file = await open(part, 'wx', 0o600).catch((error: unknown) => {
    throw cannotWrite(part, error)
  })
  try {
    const count = await inBlocks(pieces, async (block) => {
      await file.writeFile(block).catch((error: unknown) => {
        throw writeFailed(part, error)
      })
      return true
    })
    await file.sync().catch((error: unknown) => {
      throw writeFailed(part, error)
    })
    await file.close()
    await giveName(part, path, force)
    return count
  } catch (error) {
    await file.close().catch(() => undefined)
    await unlink(part)
    throw error
  }
}

/** What came to be there meanwhile is not replaced either, where the file system can see to that. */
async function giveName(part: string, path: string, force: boolean): Promise<void> {
  try {
    if (!force && (await linked(part, path))) await unlink(part)
    else await rename(part, path)
  } catch (error) {
    throw cannotWrite(path, error)
  }
}

/** Whether the file has the second name too; some file systems have no second names. */
async function linked(part: string, path: string): Promise<boolean> {
  try {
    await link(part, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
    return false
  }
}

function writeFailed(path: string, cause: unknown): unknown {
  const { code = '' } = cause as NodeJS.ErrnoException
  if (!['ENOSPC', 'EDQUOT'].includes(code)) return cannotWrite(path, cause)
  return new CodedError('STORAGE_FULL', `no room is left for ${path}`, {
    value: path,
    hint: 'free room there, or give another path after --output; nothing was left behind',
    cause,
  })
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

function cannotWrite(path: string, cause: unknown): CodedError {
  const isTaken = (cause as NodeJS.ErrnoException).code === 'EEXIST'
  return new CodedError('USAGE', isTaken ? `${path} is there already` : `${path} cannot be written`, {
    value: path,
    hint: isTaken
      ? 'give another path after --output, or move the file away; export takes --force to replace it'
      : 'give the path of a file in a folder that you may write to',
    cause,
  })
}

async function inBlocks(
  pieces: AsyncIterable<string>,
  /** Answers whether to go on. */
  write: (block: string) => Promise<boolean>,
): Promise<number> {
  let count = 0
  let block = ''
  for await (const piece of pieces) {
    count++
    block += piece
    if (block.length < BUFFERED) continue
    if (!(await write(block))) return count
    block = ''
  }
  if (block !== '') await write(block)
  return count
}
