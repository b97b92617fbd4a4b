import { epochSeconds } from '../clock.js'
import type { JsonObject, RawJson } from '../json.js'
import type { UserRecord } from './user-record.js'

/** A user as UserType in JSON, its attributes under the name that the operation gives them. */
export function userJson(record: UserRecord, attributesJson = record.attributesJson): string {
  return (
    `{"Username":${JSON.stringify(record.username)},"Attributes":${attributesJson},` +
    `"UserCreateDate":${epochSeconds(record.createdAt)},"UserLastModifiedDate":${epochSeconds(record.modifiedAt)},` +
    `"Enabled":${record.enabled},"UserStatus":${JSON.stringify(record.status)}}`
  )
}

/** The second factors of a user, as AdminGetUser and AdminGetUserAuthFactors name them; nothing where none is on. */
export function mfaSettings({ extras }: UserRecord): JsonObject {
  const { mfa = [], preferredMfa } = extras ?? {}
  return {
    ...(preferredMfa === undefined ? {} : { PreferredMfaSetting: preferredMfa }),
    ...(mfa.length === 0 ? {} : { UserMFASettingList: [...mfa] }),
  }
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
