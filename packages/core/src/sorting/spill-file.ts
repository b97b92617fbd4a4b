import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { CodedError } from '../model/errors.js'

const CHUNK = 256 * 1024
const CIPHER = 'aes-256-gcm'

/**
 * A temporary file of text lines. What is written holds people's data, so it is encrypted with a key that never
 * leaves the process: after a crash the file is noise.
 */
export interface SpillFile {
  /**
   * The lines as they were written.
   * @throws CodedError `STORAGE_FAILED`, at the latest after the last line, when the file is not what was written.
   */
  lines(): AsyncGenerator<string>
  /** The error for a line that cannot be what was written, which shows before all lines are read. */
  altered(cause: unknown): CodedError
  remove(): Promise<void>
}

/** What opens a file again, and proves that it is whole. */
interface Seal {
  readonly key: Buffer
  readonly iv: Buffer
  readonly tag: Buffer
}

/**
 * Writes the lines, none of which contains a newline.
 *
 * @throws CodedError `STORAGE_FULL` or `STORAGE_FAILED` when the temporary directory cannot take them.
 */
export async function writeSpillFile(directory: string, lines: AsyncIterable<string>): Promise<SpillFile> {
  const path = join(directory, `cognito-vault-${randomBytes(12).toString('hex')}.tmp`)
  const seal = await writeSealed(path, lines).catch(async (cause: unknown) => {
    await rm(path, { force: true })
    throw cause instanceof CodedError ? cause : writeError(directory, cause)
  })
  return {
    lines: () => readLines(path, directory, seal),
    altered: (cause) => readError(directory, cause),
    remove: () => rm(path, { force: true }),
  }
}

async function writeSealed(path: string, lines: AsyncIterable<string>): Promise<Seal> {
  const [key, iv] = [randomBytes(32), randomBytes(12)]
  const cipher = createCipheriv(CIPHER, key, iv)
  const file = await open(path, 'wx', 0o600)
  try {
    await writeLines(file, cipher, lines)
  } finally {
    await file.close()
  }
  return { key, iv, tag: cipher.getAuthTag() }
}

async function writeLines(
  file: FileHandle,
  cipher: ReturnType<typeof createCipheriv>,
  lines: AsyncIterable<string>,
): Promise<void> {
  let pending = ''
  for await (const line of lines) {
    pending += `${line}\n`
    if (pending.length >= CHUNK) {
      await file.appendFile(cipher.update(pending, 'utf8'))
      pending = ''
    }
  }
  await file.appendFile(Buffer.concat([cipher.update(pending, 'utf8'), cipher.final()]))
}

async function* readLines(path: string, directory: string, { key, iv, tag }: Seal): AsyncGenerator<string> {
  const decipher = createDecipheriv(CIPHER, key, iv).setAuthTag(tag)
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of readChunks(path, directory)) {
    const lines = (rest + decoder.write(decipher.update(chunk))).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  try {
    decipher.final()
  } catch (cause) {
    throw readError(directory, cause)
  }
}

/** The bytes of a file; each chunk is good until the next is asked for. */
async function* readChunks(path: string, directory: string): AsyncGenerator<Buffer> {
  const failed = (cause: unknown): never => {
    throw readError(directory, cause)
  }
  const file = await open(path, 'r').catch(failed)
  try {
    const chunk = Buffer.alloc(CHUNK)
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK).catch(failed)
      if (bytesRead === 0) return
      yield chunk.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

function writeError(directory: string, cause: unknown): CodedError {
  const full = ['ENOSPC', 'EDQUOT'].includes((cause as NodeJS.ErrnoException).code ?? '')
  return new CodedError(
    full ? 'STORAGE_FULL' : 'STORAGE_FAILED',
    full
      ? `no room is left for temporary files in ${directory}`
      : `temporary files cannot be written in ${directory}`,
    { value: directory, hint: 'free room there, or set TMPDIR to a directory that has some', cause },
  )
}

function readError(directory: string, cause: unknown): CodedError {
  return new CodedError(
    'STORAGE_FAILED',
    `a temporary file in ${directory} is not what was written to it a moment ago`,
    {
      value: directory,
      hint: 'find out what removes or damages files there, or set TMPDIR to another directory',
      cause,
    },
  )
}
