import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { CodedError } from '../model/errors.js'

const CHUNK = 256 * 1024
const CIPHER = 'aes-256-ctr'

/**
 * A temporary file of text lines. What is written holds people's data, so it is encrypted with a key that never
 * leaves the process: after a crash the file is noise.
 */
export interface SpillFile {
  lines(): AsyncGenerator<string>
  remove(): Promise<void>
}

/**
 * Writes the lines, none of which contains a newline.
 *
 * @throws CodedError `STORAGE_FULL` or `STORAGE_FAILED` when the temporary directory cannot take them.
 */
export async function writeSpillFile(directory: string, lines: Iterable<string>): Promise<SpillFile> {
  const path = join(directory, `cognito-vault-${randomBytes(12).toString('hex')}.tmp`)
  const key = randomBytes(32)
  const iv = randomBytes(16)
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await writeLines(file, createCipheriv(CIPHER, key, iv), lines)
    } finally {
      await file.close()
    }
  } catch (cause) {
    await rm(path, { force: true })
    throw spillError(directory, cause)
  }
  return { lines: () => readLines(path, key, iv), remove: () => rm(path, { force: true }) }
}

async function writeLines(
  file: FileHandle,
  cipher: ReturnType<typeof createCipheriv>,
  lines: Iterable<string>,
): Promise<void> {
  let pending = ''
  for (const line of lines) {
    pending += `${line}\n`
    if (pending.length >= CHUNK) {
      await file.appendFile(cipher.update(pending, 'utf8'))
      pending = ''
    }
  }
  await file.appendFile(Buffer.concat([cipher.update(pending, 'utf8'), cipher.final()]))
}

async function* readLines(path: string, key: Buffer, iv: Buffer): AsyncGenerator<string> {
  const file = await open(path, 'r')
  try {
    const decipher = createDecipheriv(CIPHER, key, iv)
    const decoder = new StringDecoder('utf8')
    const chunk = Buffer.alloc(CHUNK)
    let rest = ''
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK)
      if (bytesRead === 0) return
      const lines = (rest + decoder.write(decipher.update(chunk.subarray(0, bytesRead)))).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } finally {
    await file.close()
  }
}

function spillError(directory: string, cause: unknown): CodedError {
  const full = ['ENOSPC', 'EDQUOT'].includes((cause as NodeJS.ErrnoException).code ?? '')
  return new CodedError(
    full ? 'STORAGE_FULL' : 'STORAGE_FAILED',
    full
      ? `no room is left for temporary files in ${directory}`
      : `temporary files cannot be written in ${directory}`,
    { value: directory, hint: 'free room there, or set TMPDIR to a directory that has some', cause },
  )
}
