import { attributesOf, type UserRecord } from './users/user-record.js'

/** A user in full, as plain JSON. */
export interface InspectedUser {
  readonly username: string
  readonly sub: string
  readonly attributes: Readonly<Record<string, string>>
  readonly status: string
  readonly enabled: boolean
  readonly createDate: string
  readonly modifiedDate: string
  readonly groups: readonly string[]
  readonly hasPassword: boolean
  /** The hash that the password was imported as, until another password is set. */
  readonly passwordHash?: string
  /** New addresses that wait to be verified. */
  readonly pending: Readonly<Record<string, string>>
  /** Factors that are on. */
  readonly mfa: readonly string[]
  readonly preferredMfa?: string
}

/** A user by everything that is known of them. */
export function inspectUser(record: UserRecord): InspectedUser {
  const { extras } = record
  return {
    username: record.username,
    sub: record.sub,
    attributes: Object.fromEntries([...attributesOf(record)].sort(byText(([name]) => name))),
    status: record.status,
    enabled: record.enabled,
    createDate: new Date(record.createdAt).toISOString(),
    modifiedDate: new Date(record.modifiedAt).toISOString(),
    groups: [...record.groups],
    hasPassword: (extras?.passwordDigest ?? extras?.passwordHash) !== undefined,
    ...(extras?.passwordHash === undefined ? {} : { passwordHash: extras.passwordHash }),
    pending: { ...extras?.pending },
    mfa: [...(extras?.mfa ?? [])],
    ...(extras?.preferredMfa === undefined ? {} : { preferredMfa: extras.preferredMfa }),
  }
}

/** Puts things into the order of a text of theirs, by UTF-16 code unit. */
export const byText =
  <Item>(textOf: (item: Item) => string) =>
  (left: Item, right: Item): number => {
    const [a, b] = [textOf(left), textOf(right)]
    return a < b ? -1 : a > b ? 1 : 0
  }
