import type { JsonObject } from '../model/canonical.js'
import { CodedError } from '../model/errors.js'

/** The tools whose backups can be read, as a manifest names them. */
export const FOREIGN_SOURCES = ['user-list', 'backup-table'] as const
/**
 * `user-list`: users as ListUsers gives them, in a JSON array, as cognito-backup-restore and cognito-backup write them;
 * `backup-table`: the table of AWS's Cognito User Profiles Export.
 */
export type ForeignSource = (typeof FOREIGN_SOURCES)[number]

/** Something that a foreign backup says. `at` is when it was seen or last changed, in milliseconds, where that is known. */
export type Fact =
  | {
      readonly kind: 'user'
      readonly sub: string
      readonly body: JsonObject
      readonly at: number | undefined
    }
  | {
      readonly kind: 'group'
      readonly name: string
      readonly body: JsonObject
      readonly at: number | undefined
    }
  | {
      readonly kind: 'membership'
      readonly sub: string
      readonly group: string
      readonly at: number | undefined
    }
  /** All groups of one user were said, also where there are none. */
  | { readonly kind: 'groups-known' }
  /** The last run of the tool that came to its end began then: what was not seen since was not in the pool any more. */
  | { readonly kind: 'last-run'; readonly at: number }
  /** Something that is no part of a backup. */
  | { readonly kind: 'other' }

/** A backup that another tool made. */
export interface ForeignBackup {
  readonly source: ForeignSource
  /** What it is called: the file's name, the table's. */
  readonly name: string
  /** The pool that its name tells. */
  readonly poolId?: string | undefined
  /** When it was written, as far as its place tells, in milliseconds. */
  readonly exportedAt?: number | undefined
  /**
   * All that it says, in any order.
   *
   * @throws CodedError `SOURCE_UNREADABLE` where it is cut short or not what it should be
   */
  readonly facts: () => AsyncIterable<Fact>
}

/** The error for a backup that is not what it should be; `message` names places, and nobody. */
export function unreadable(message: string, value: string, cause?: unknown): CodedError {
  return new CodedError('SOURCE_UNREADABLE', message, {
    value,
    hint: 'nothing was imported; take it from a copy that is whole',
    ...(cause === undefined ? {} : { cause }),
  })
}
