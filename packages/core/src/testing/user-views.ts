import type { UserView } from '../diff/user-view.js'
import type { JsonObject } from '../model/canonical.js'
import { makeRecord } from '../model/records.js'

export interface ViewedUser {
  readonly sub?: string
  readonly username?: string
  readonly status?: string
  readonly enabled?: boolean
  readonly attributes?: Readonly<Record<string, string>>
  readonly groups?: readonly string[]
  readonly body?: JsonObject
  readonly key?: string
  readonly mfa?: JsonObject
}

/** A user as a snapshot has it: `ann`, confirmed and enabled, unless told otherwise. For tests. */
export function viewOf({
  sub = 'sub-1',
  username = 'ann',
  status = 'CONFIRMED',
  enabled = true,
  attributes = {},
  groups = [],
  body = {},
  key = sub,
  mfa,
}: ViewedUser = {}): UserView {
  const Attributes = Object.entries({ sub, ...attributes }).map(([Name, Value]) => ({ Name, Value }))
  const user = { Username: username, UserStatus: status, Enabled: enabled, ...body, Attributes }
  return { key, sub, groups, record: makeRecord(sub, user), ...(mfa === undefined ? {} : { mfa }) }
}

/** A stream of what is at hand. For tests. */
// eslint-disable-next-line @typescript-eslint/require-await -- nothing has to be waited for
export async function* streamOf<T>(...items: readonly T[]): AsyncGenerator<T> {
  yield* items
}
