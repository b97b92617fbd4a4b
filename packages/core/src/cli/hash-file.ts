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
