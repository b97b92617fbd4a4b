import { CodedError, type ErrorCode } from '../../model/errors.js'

/** The system's code of a failed call (`ENOENT`, `EEXIST`, …), if it has one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Whether the call failed because nothing is there. */
export function isMissing(error: unknown): boolean {
  const code = systemCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

const codes: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'STORAGE_FULL',
  EDQUOT: 'STORAGE_FULL',
  EACCES: 'ACCESS_DENIED',
  EPERM: 'ACCESS_DENIED',
  EROFS: 'ACCESS_DENIED',
}

/** What a failed call means to whoever keeps a vault at `root`; `value` is the key or path that it was about. */
export function fsError(error: unknown, doing: string, value: string, root: string): CodedError {
  if (error instanceof CodedError) return error
  const system = systemCode(error)
  const options = { value, cause: error }
  switch (system === undefined ? undefined : codes[system]) {
    case 'STORAGE_FULL':
      return new CodedError('STORAGE_FULL', `cannot ${doing} ${value}: the file system is full`, {
        ...options,
        hint: `free space or raise the quota where ${root} lies`,
      })
    case 'ACCESS_DENIED':
      return new CodedError(
        'ACCESS_DENIED',
        `cannot ${doing} ${value}: the system denies access (${system ?? ''})`,
        {
          ...options,
          hint: `give this user access to ${root} and all below it, and check that it is not mounted read-only`,
        },
      )
    default:
      return new CodedError('STORAGE_FAILED', `cannot ${doing} ${value}: ${system ?? 'unexpected failure'}`, {
        ...options,
        hint: `check the disk or mount where ${root} lies`,
      })
  }
}

const withoutLinks: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

/** The same for a failed `link`, whose refusal says that the file system cannot do what the store is built on. */
export function linkError(error: unknown, key: string, root: string): CodedError {
  if (!withoutLinks.has(systemCode(error))) return fsError(error, 'store', key, root)
  return new CodedError('STORAGE_UNSUPPORTED', `cannot store ${key}: the file system has no hard links`, {
    value: key,
    cause: error,
    hint: `put the vault on a file system that has them (ext4, XFS, APFS, NTFS, NFS); ${root} lies on one that has not`,
  })
}
