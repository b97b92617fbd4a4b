import { fileURLToPath } from 'node:url'
import { CodedError } from '../model/errors.js'

/** What a vault's address names. */
export type VaultAddress =
  | { readonly kind: 'file'; readonly path: string }
  /** `prefix` is empty or ends in a slash. */
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string }
  | { readonly kind: 'dynamodb'; readonly table: string }

const PLACES = 'give a folder (a path, or file:///path), s3://bucket/prefix or dynamodb://table'

/**
 * Reads the address of a vault: `s3://bucket/prefix`, `dynamodb://table`, `file:///path` (percent-encoded as URLs are) or a plain path (taken as it is,
 * relative to the working directory). A prefix is taken as it is, too, as keys of S3 are no URLs.
 *
 * Messages name the scheme of a URL at most: the rest may hold credentials.
 *
 * @throws CodedError `USAGE`
 */
export function parseVaultAddress(url: string): VaultAddress {
  // What begins like a bucket or a table is no folder's name, however many slashes it lacks.
  const scheme = /^(s3|dynamodb|[A-Za-z][A-Za-z0-9+.-]*(?=:\/\/)):/i.exec(url)?.[1]?.toLowerCase()
  if (/^file:/i.test(url)) return { kind: 'file', path: filePath(url) }
  if (scheme === 's3') return s3Address(url)
  if (scheme === 'dynamodb') return dynamodbAddress(url)
  if (scheme !== undefined) throw usage(`${scheme}:// is not a place for a vault`, `${scheme}://`)
  if (url === '' || url.includes('\0')) throw usage('the address of the vault is not a path', '')
  return { kind: 'file', path: url }
}

/** Names of buckets, and of access points, by the rules for general purpose buckets. */
const BUCKET = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/is

function s3Address(url: string): VaultAddress {
  const [, bucket = '', path = ''] = BUCKET.exec(url) ?? []
  if (bucket === '' || bucket !== bucket.toLowerCase()) {
    throw usage('the address names no bucket', 's3://', 'write s3://bucket or s3://bucket/prefix')
  }
  const prefix = path.replace(/\/$/, '')
  const parts = prefix.split('/')
  const isOdd = (part: string): boolean => part === '' || /^\.\.?$|[\0-\x1f\x7f\\]/.test(part)
  if (prefix !== '' && parts.some(isOdd)) {
    throw usage(
      'the prefix has a part that is empty, a dot or two, or not text',
      's3://',
      'write s3://bucket/prefix, with single slashes',
    )
  }
  return { kind: 's3', bucket, prefix: prefix === '' ? '' : `${prefix}/` }
}

function dynamodbAddress(url: string): VaultAddress {
  const table = /^dynamodb:\/\/([A-Za-z0-9_.-]{3,255})$/i.exec(url)?.[1]
  if (table !== undefined) return { kind: 'dynamodb', table }
  throw usage(
    'the address names no table',
    'dynamodb://',
    'write dynamodb://table: a vault has a table of its own',
  )
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

function usage(message: string, value: string, hint = PLACES): CodedError {
  return new CodedError('USAGE', message, { value, hint })
}
