import { fileURLToPath } from 'node:url'
import type { Clock, Random } from '../model/clock.js'
import { CodedError } from '../model/errors.js'
import { openFsStore } from './fs/fs-store.js'
import type { ObjectStore } from './object-store.js'
import { createRetryStore } from './retry/retry-store.js'

export interface StoreDependencies {
  clock: Clock
  random: Random
}

const SUPPORTED = 'give a folder: a plain path, or file:///path'

/**
 * The store that a vault's URL names: `file:///path` (percent-encoded as URLs are) or a plain path (taken as it is,
 * relative to the working directory). Nothing is read or made yet. What fails for a moment is tried again.
 *
 * Messages name the scheme of a URL at most: the rest may hold credentials.
 *
 * @throws CodedError `USAGE`
 */
export function openStore(url: string, { clock, random }: StoreDependencies): ObjectStore {
  return createRetryStore(openFsStore(pathOf(url)), { clock, random })
}

function pathOf(url: string): string {
  // What begins like a bucket or a table is no folder's name, however many slashes it lacks.
  const scheme = /^(s3|dynamodb|[A-Za-z][A-Za-z0-9+.-]*(?=:\/\/)):/i.exec(url)?.[1]?.toLowerCase()
  if (/^file:/i.test(url)) return filePath(url)
  if (scheme === 's3' || scheme === 'dynamodb') {
    throw usage(`vaults at ${scheme}:// are not yet supported by this version`, `${scheme}://`)
  }
  if (scheme !== undefined) throw usage(`${scheme}:// is not a place for a vault`, `${scheme}://`)
  if (url === '' || url.includes('\0')) throw usage('the address of the vault is not a path', '')
  return url
}

/** The causes of what fails here quote the URL, and are therefore not passed on. */
function filePath(url: string): string {
  const parsed = /^file:\/\//i.test(url) && URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || parsed.host !== '') {
    throw usage('a file URL names no host, and the whole path from the root', 'file://')
  }
  if (/[?#]/.test(url)) {
    throw usage('a file URL has neither a query nor a fragment', 'file://', 'write ? as %3F and # as %23')
  }
  try {
    const path = fileURLToPath(parsed)
    if (!path.includes('\0')) return path
  } catch {
    // Said below.
  }
  throw usage('a part of the file URL is not percent-encoded text', 'file://')
}

function usage(message: string, value: string, hint = SUPPORTED): CodedError {
  return new CodedError('USAGE', message, { value, hint })
}
