import { createHash } from 'node:crypto'

/** A version of an object, or the mark of a deletion. */
export interface StoredVersion {
  readonly key: string
  readonly version: string
  readonly bytes: Buffer
  readonly lastModified: number
  readonly isDeletion: boolean
  readonly sha256?: string
  mode?: 'GOVERNANCE' | 'COMPLIANCE'
  until?: number
}

export interface BucketOptions {
  readonly versioning?: boolean
  readonly objectLock?: boolean
}

/** What an S3 answers with when it refuses: the status and the code, as the API Reference lists them. */
export class S3Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(code)
  }
}

/**
 * One bucket, as the S3 User Guide describes it ("Conditional writes", "Conditional deletes", "How S3 Versioning works", "Object
 * Lock considerations"); time is the caller's.
 */
export interface Bucket {
  put(
    key: string,
    bytes: Buffer,
    given: { ifNoneMatch: boolean; sha256?: string | undefined; now: number },
  ): StoredVersion
  /** The current version, or that one; a deletion is answered, too. */
  find(key: string, version?: string): StoredVersion | undefined
  /** Without a version: hides the object where there are versions, else removes it. */
  remove(
    key: string,
    given: { ifMatch?: string | undefined; version?: string | undefined; now: number },
  ): void
  retain(key: string, given: { version?: string | undefined; mode: string; until: number; now: number }): void
  /** Current versions that are no deletions, ascending by the UTF-8 bytes of their keys. */
  current(prefix: string): StoredVersion[]
  /** All versions, by key, newest first. */
  versions(prefix: string): StoredVersion[]
}

export function createBucket({ versioning = false, objectLock = false }: BucketOptions = {}): Bucket {
  /** By key, newest first. */
  const objects = new Map<string, StoredVersion[]>()
  const isVersioned = versioning || objectLock
  let count = 0

  function find(key: string, version?: string): StoredVersion | undefined {
    const all = objects.get(key) ?? []
    return version === undefined ? all[0] : all.find((one) => one.version === version)
  }

  function isThere(key: string): boolean {
    return find(key)?.isDeletion === false
  }

  function matches(key: string, ifMatch: string): boolean {
    const current = find(key)
    return current?.isDeletion === false && (ifMatch === '*' || ifMatch === etagOf(current.bytes))
  }

  function add(version: StoredVersion): StoredVersion {
    objects.set(version.key, isVersioned ? [version, ...(objects.get(version.key) ?? [])] : [version])
    return version
  }

  function nextVersion(): string {
    return isVersioned ? `v${String(++count).padStart(8, '0')}` : 'null'
  }

  const keys = (prefix: string): string[] =>
    [...objects.keys()]
      .filter((key) => key.startsWith(prefix))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))

  return {
    put(key, bytes, { ifNoneMatch, sha256, now }) {
      if (ifNoneMatch && isThere(key)) throw new S3Refusal(412, 'PreconditionFailed')
      if (sha256 !== undefined && createHash('sha256').update(bytes).digest('base64') !== sha256) {
        throw new S3Refusal(400, 'BadDigest')
      }
      const stored = { key, bytes, version: nextVersion(), lastModified: now, isDeletion: false }
      return add({ ...stored, ...(sha256 === undefined ? {} : { sha256 }) })
    },
    find,
    remove(key, { ifMatch, version, now }) {
      if (ifMatch !== undefined && !matches(key, ifMatch)) throw new S3Refusal(412, 'PreconditionFailed')
      if (version !== undefined) {
        const one = find(key, version)
        if (one?.until !== undefined && one.until > now) throw new S3Refusal(403, 'AccessDenied')
        objects.set(
          key,
          (objects.get(key) ?? []).filter((other) => other !== one),
        )
        if (objects.get(key)?.length === 0) objects.delete(key)
      } else if (isVersioned) {
        add({ key, bytes: Buffer.alloc(0), version: nextVersion(), lastModified: now, isDeletion: true })
      } else {
        objects.delete(key)
      }
    },
    retain(key, { version, mode, until, now }) {
      if (!objectLock) throw new S3Refusal(400, 'InvalidRequest')
      const one = find(key, version)
      if (one === undefined || one.isDeletion) throw new S3Refusal(404, 'NoSuchKey')
      if (until <= now) throw new S3Refusal(400, 'InvalidArgument')
      const isShorter = one.until !== undefined && one.until > now && until < one.until
      const isWeaker = one.mode === 'COMPLIANCE' && mode !== 'COMPLIANCE'
      if (isShorter || isWeaker) throw new S3Refusal(403, 'AccessDenied')
      one.mode = mode === 'COMPLIANCE' ? 'COMPLIANCE' : 'GOVERNANCE'
      one.until = until
    },
    current: (prefix) =>
      keys(prefix).flatMap((key) => {
        const newest = find(key)
        return newest === undefined || newest.isDeletion ? [] : [newest]
      }),
    versions: (prefix) => keys(prefix).flatMap((key) => objects.get(key) ?? []),
  }
}

export function etagOf(bytes: Buffer): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`
}
