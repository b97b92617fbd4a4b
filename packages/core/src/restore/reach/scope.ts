import type { UserQuery } from './user-query.js'

/** The parts that a restore can be limited to, beside single kinds of resources. */
export const PARTS = ['config', 'users', 'groups'] as const

/** What a restore is limited to; what is not given does not limit. */
export interface Scope {
  /** The users who fit one of these in the snapshot; of those whom it does not have, in the target. */
  readonly users?: readonly UserQuery[]
  /** These groups, and who is in them. */
  readonly groups?: readonly string[]
  /**
   * `config`: all but people, the groups themselves included; `users`: people, their flags and their groups;
   * `groups`: the groups and who is in them; or kinds of resources.
   */
  readonly only?: readonly string[]
  /** What the target does not have any more, and the memberships that went with a group. */
  readonly onlyDeleted?: boolean
  /** Of users who are there nothing but these attributes; an address goes with its `_verified`. */
  readonly attributes?: readonly string[]
  /** What the service says was last changed then, both ends included; ISO 8601. */
  readonly changedBetween?: { readonly from: string; readonly to: string }
}

/** Whether a scope limits anything. */
export function isLimited(scope: Scope): boolean {
  return Object.values(scope as Record<string, unknown>).some(
    (value) => value !== undefined && value !== false,
  )
}
