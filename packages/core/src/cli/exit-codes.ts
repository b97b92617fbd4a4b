import type { ErrorCode } from '../model/errors.js'

/** What the program exits with. Scripts branch on these: a number never changes its meaning. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  incomplete: 3,
  damaged: 4,
  restoreFailed: 5,
  shrinkGuard: 6,
  different: 8,
  notFound: 10,
  locked: 11,
  wrongKey: 12,
  accessDenied: 13,
  interrupted: 130,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

const BY_ERROR: Readonly<Record<ErrorCode, ExitCode>> = {
  USAGE: EXIT.usage,
  CONFIRMATION_NEEDED: EXIT.usage,
  // As with a confirmation: the command line lacks what only a person can say.
  REFERENCES_UNMAPPED: EXIT.usage,
  HASHES_NEEDED: EXIT.usage,
  SNAPSHOT_INCOMPLETE: EXIT.incomplete,
  // The same to whoever relies on a new latest: there is none.
  POOL_HALF_RESTORED: EXIT.incomplete,
  EXPORT_INCOMPLETE: EXIT.incomplete,
  SHRINK_GUARD: EXIT.shrinkGuard,
  VAULT_DAMAGED: EXIT.damaged,
  VAULT_ROLLED_BACK: EXIT.damaged,
  WRONG_KEY: EXIT.wrongKey,
  KEY_NEEDED: EXIT.wrongKey,
  VAULT_NOT_ENCRYPTED: EXIT.wrongKey,
  VAULT_NOT_FOUND: EXIT.notFound,
  SNAPSHOT_NOT_FOUND: EXIT.notFound,
  NOT_IN_SNAPSHOT: EXIT.notFound,
  POOL_NOT_FOUND: EXIT.notFound,
  SOURCE_NOT_FOUND: EXIT.notFound,
  POOL_IN_OTHER_REGION: EXIT.notFound,
  RUN_NOT_FOUND: EXIT.notFound,
  SLOT_NOT_FOUND: EXIT.notFound,
  LOCKED: EXIT.locked,
  LOCK_LOST: EXIT.locked,
  ACCESS_DENIED: EXIT.accessDenied,
  CREDENTIALS_REJECTED: EXIT.accessDenied,
  BUCKET_NOT_OWN: EXIT.accessDenied,
  INTERRUPTED: EXIT.interrupted,
  VAULT_EXISTS: EXIT.failed,
  VAULT_TOO_NEW: EXIT.failed,
  VAULT_READ_ONLY: EXIT.failed,
  KEY_UNAVAILABLE: EXIT.failed,
  SLOT_NEEDED: EXIT.failed,
  STORAGE_FAILED: EXIT.failed,
  STORAGE_FULL: EXIT.failed,
  STORAGE_UNSUPPORTED: EXIT.failed,
  SNAPSHOT_DIFFERS: EXIT.failed,
  ERASURES_DIFFER: EXIT.failed,
  RETAINED: EXIT.failed,
  // Not `damaged`: all is there and right, and less protected than promised.
  LOCKED_TOO_SHORT: EXIT.failed,
  PLAN_TOO_LARGE: EXIT.failed,
  RESTORE_STALLED: EXIT.failed,
  RUN_NOT_APPROVED: EXIT.failed,
  RUN_NOT_UNDOABLE: EXIT.failed,
  PLAN_OUTDATED: EXIT.failed,
  REFERENCES_MISSING: EXIT.failed,
  ENDPOINT_UNREACHABLE: EXIT.failed,
  COGNITO_FAILED: EXIT.failed,
  SOURCE_UNREADABLE: EXIT.failed,
  NOT_INSTALLED: EXIT.failed,
  STACK_BROKEN: EXIT.failed,
  VAULT_AT_STAKE: EXIT.failed,
  DEPLOY_FAILED: EXIT.failed,
  INTERNAL: EXIT.failed,
}

export function exitCodeOf(code: ErrorCode): ExitCode {
  return BY_ERROR[code]
}

/**
 * The most serious first: the command did not come to its end; backups that exist are at stake; nothing could be done,
 * by causes that somebody has to mend; nothing could be done for another reason; something was done, but not all.
 */
const BY_SERIOUSNESS: readonly ExitCode[] = [
  EXIT.interrupted,
  EXIT.damaged,
  EXIT.wrongKey,
  EXIT.accessDenied,
  EXIT.notFound,
  EXIT.locked,
  EXIT.usage,
  EXIT.failed,
  EXIT.shrinkGuard,
  EXIT.restoreFailed,
  EXIT.incomplete,
  EXIT.different,
  EXIT.done,
]

/** Of several exit codes the one that counts; `done` when there are none. */
export function mostSerious(codes: Iterable<ExitCode>): ExitCode {
  const all = new Set(codes)
  return BY_SERIOUSNESS.find((code) => all.has(code)) ?? EXIT.done
}
