import { createReadStream, statSync } from 'node:fs'
import { CodedError } from '../model/errors.js'
import type { HashSource } from '../restore/engines/hashes/read-hashes.js'

/**
 * Password hashes in a file.
 *
 * @throws CodedError `USAGE` where there is no such file
 */
export function hashFile(path: string): HashSource {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new CodedError('USAGE', 'there is no such file of password hashes', {
      value: path,
      hint: 'give a file of lines {"username" or "sub", "algorithm", "hash"}',
    })
  }
  return { bytes: () => createReadStream(path) }
}

/**
 * What is to become of the passwords of those who are made again: `reset`, or `hashes FILE`.
 *
 * @throws CodedError `USAGE`
 */
export function hashesOf(passwords: readonly string[] = ['reset']): HashSource | undefined {
  const [how, path, more] = passwords
  if (how === 'reset' && path === undefined) return undefined
  if (how === 'hashes' && path !== undefined && more === undefined) return hashFile(path)
  throw new CodedError('USAGE', '--passwords takes reset, or hashes and a file', {
    value: passwords.join(' '),
    hint: 'for instance --passwords hashes hashes.ndjson; the snapshot comes before the options',
  })
}
