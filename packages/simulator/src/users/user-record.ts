/** One attribute of a user, as the API writes it. */
export interface UserAttribute {
  readonly Name: string
  readonly Value: string
}

/** The states of a user; the service adds to them, so any name is let in by seeding. */
export type UserStatus =
  | 'UNCONFIRMED'
  | 'CONFIRMED'
  | 'ARCHIVED'
  | 'COMPROMISED'
  | 'UNKNOWN'
  | 'RESET_REQUIRED'
  | 'FORCE_CHANGE_PASSWORD'
  | 'EXTERNAL_PROVIDER'
  | (string & {})

/** What few users have, kept apart so that the record of the many stays small. */
export interface UserExtras {
  passwordDigest?: string
  /** The password as an import brought it. */
  passwordHash?: string
  /** New values that wait for the user to verify them, by attribute. */
  pending?: Readonly<Record<string, string>>
  /** MFA factors that are on: `SMS_MFA`, `EMAIL_OTP`, `SOFTWARE_TOKEN_MFA`. */
  mfa?: readonly string[]
  /** The one of them that is preferred, if one is. */
  preferredMfa?: string
  /** Whether an authenticator app is registered, whether or not it is on. */
  hasAuthenticator?: boolean
  /** Whether a passkey is registered. */
  hasPasskey?: boolean
}

/**
 * One user, compact: a million of these are held. The attributes are the very JSON that the API answers with,
 * one string a user instead of a dozen objects; it is parsed only when something has to look inside.
 */
export interface UserRecord {
  readonly sub: string
  readonly username: string
  /** The place in an unfiltered listing; unique in the pool, and without relation to sub or age. */
  readonly order: number
  attributesJson: string
  status: UserStatus
  enabled: boolean
  createdAt: number
  modifiedAt: number
  /** Names, sorted. */
  groups: readonly string[]
  extras: UserExtras | undefined
}

/** The value of one attribute, without parsing the others. */
export function attributeOf(record: UserRecord, name: string): string | undefined {
  // Quotes inside values are escaped, so this text can only be the start of that attribute.
  const start = `{"Name":${JSON.stringify(name)},"Value":"`
  const at = record.attributesJson.indexOf(start)
  if (at < 0) return undefined
  const from = at + start.length
  let to = record.attributesJson.indexOf('"', from)
  let text = record.attributesJson.slice(from, to)
  if (!text.includes('\\')) return text
  while (isEscaped(record.attributesJson, to)) to = record.attributesJson.indexOf('"', to + 1)
  text = record.attributesJson.slice(from - 1, to + 1)
  return JSON.parse(text) as string
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++
  return backslashes % 2 === 1
}

/** All attributes by name. */
export function attributesOf(record: UserRecord): Map<string, string> {
  const list = JSON.parse(record.attributesJson) as UserAttribute[]
  return new Map(list.map(({ Name, Value }) => [Name, Value]))
}

/** The attributes as the API answers with them. */
export function writeAttributes(attributes: Iterable<readonly [string, string]>): string {
  return JSON.stringify(Array.from(attributes, ([Name, Value]) => ({ Name, Value })))
}
