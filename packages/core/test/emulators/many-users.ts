import type { CognitoApi } from '../../src/cognito/cognito-api.js'
import type { JsonObject } from '../../src/model/canonical.js'
import { parallel } from '../../src/model/parallel.js'
import { isThorough } from '../support/sweep.js'

/** Emulators take long to make them. */
export const USERS = isThorough ? 2000 : 200
export const GROUPS = ['all', 'half', 'tenth']
const NAMES = ['Zoë Ångström', '山田 花子', 'Łukasz Żółw', 'Ann Smith 🙂', 'Line one\nline "two"']

/** Makes a pool with what every emulator has, through its own API. Answers the pool's id. */
export async function seedPool(
  api: Pick<CognitoApi, 'call'>,
  inFlight: number,
  secret: JsonObject,
): Promise<string> {
  const made = await api.call('CreateUserPool', {
    PoolName: 'shop',
    Schema: ['plan', 'notes'].map((Name) => ({ Name, AttributeDataType: 'String', Mutable: true })),
    AutoVerifiedAttributes: ['email'],
    Policies: { PasswordPolicy: { MinimumLength: 12, RequireNumbers: true } },
    UserPoolTags: { team: 'identity' },
  })
  const UserPoolId = (made['UserPool'] as JsonObject)['Id'] as string
  await api.call('CreateUserPoolClient', {
    UserPoolId,
    ClientName: 'web',
    ...secret,
  })
  await api.call('CreateUserPoolClient', {
    UserPoolId,
    ClientName: 'mobile',
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  for (const [Precedence, GroupName] of GROUPS.entries()) {
    await api.call('CreateGroup', { UserPoolId, GroupName, Precedence, Description: `those of ${GroupName}` })
  }
  await parallel(Array.from({ length: USERS }).keys(), inFlight, undefined, (i) =>
    seedUser(api, UserPoolId, i),
  )
  return UserPoolId
}

async function seedUser(api: Pick<CognitoApi, 'call'>, UserPoolId: string, i: number): Promise<void> {
  const who = { UserPoolId, Username: `user-${i}` }
  const attributes = {
    email: `user-${i}@example.com`,
    email_verified: i % 20 === 0 ? 'false' : 'true',
    name: NAMES[i % NAMES.length]!,
    'custom:plan': i % 3 === 0 ? 'gold' : 'silver',
    'custom:notes': `first\nsecond, "${i}"`,
  }
  const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }))
  await api.call('AdminCreateUser', { ...who, UserAttributes, MessageAction: 'SUPPRESS' })
  if (i % 50 !== 1)
    await api.call('AdminSetUserPassword', { ...who, Password: 'Correct-horse-7', Permanent: true })
  for (const [at, GroupName] of GROUPS.entries()) {
    if (i % [1, 2, 10][at]! === 0) await api.call('AdminAddUserToGroup', { ...who, GroupName })
  }
  if (i % 25 === 3) await api.call('AdminDisableUser', who)
}
