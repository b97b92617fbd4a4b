import { epochSeconds } from '../clock.js'
import type { RawJson } from '../json.js'
import type { UserRecord } from './user-record.js'

/** A user as UserType in JSON, its attributes under the name that the operation gives them. */
export function userJson(record: UserRecord, attributesJson = record.attributesJson): string {
  return (
    `{"Username":${JSON.stringify(record.username)},"Attributes":${attributesJson},` +
    `"UserCreateDate":${epochSeconds(record.createdAt)},"UserLastModifiedDate":${epochSeconds(record.modifiedAt)},` +
    `"Enabled":${record.enabled},"UserStatus":${JSON.stringify(record.status)}}`
  )
}

/** A page of users. */
export function userPageJson(
  users: readonly string[],
  tokenName: string,
  token: string | undefined,
): RawJson {
  const end = token === undefined ? '' : `,${JSON.stringify(tokenName)}:${JSON.stringify(token)}`
  return { rawJson: `{"Users":[${users.join(',')}]${end}}` }
}
