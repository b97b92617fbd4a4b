import { type MigratedUser, migratedAttributes, verifiedMediums } from './migrated-user.js'
import { type Accepted, type OldPool, type OldPoolSettings, openOldPool } from './old-pool.js'
import { membersOf, type TriggerEvent } from './trigger-event.js'

export interface UserMigrationSettings extends OldPoolSettings {
  /** The attribute, `custom:` included, in which the new account keeps the old sub. */
  readonly keepSub?: string | undefined
  /** Whether users come whose second factor cannot: an authenticator app, or codes by email. */
  readonly allowWithoutMfa?: boolean | undefined
}

export type UserMigrationHandler = (event: TriggerEvent) => Promise<TriggerEvent>

/**
 * A UserMigration trigger for a pool that was restored with `--passwords migrate-from`: whoever signs in, and is not there
 * yet, is looked for in the old pool with the password given, and comes with it. Writes to nobody, and moves no alias.
 * Rejects for whoever does not come: Cognito then answers as it does for a user who is not there.
 */
export function createUserMigration(settings: UserMigrationSettings): UserMigrationHandler {
  const oldPool = openOldPool(settings)
  return async (event) => {
    const { triggerSource = '', userName = '' } = event
    switch (triggerSource) {
      case 'UserMigration_Authentication': {
        const { password } = membersOf(event.request)
        const given = typeof password === 'string' ? password : ''
        return { ...event, response: await signedIn(oldPool, userName, given, settings) }
      }
      case 'UserMigration_ForgotPassword':
        return { ...event, response: await toReset(oldPool, userName, settings) }
      default:
        throw new Error(`this function is for UserMigration, not for ${triggerSource}`)
    }
  }
}

async function signedIn(
  oldPool: OldPool,
  name: string,
  password: string,
  { keepSub, allowWithoutMfa = false }: UserMigrationSettings,
): Promise<MigratedUser> {
  const accepted = await oldPool.checkPassword(name, password)
  const has = secondFactor(accepted)
  if (has === 'refused' || (has === 'cannot come' && !allowWithoutMfa))
    throw new Error(`the old pool asks for ${accepted.challenge ?? ''}, which cannot be migrated`)
  const user = await oldPool.getUser(name)
  return {
    userAttributes: migratedAttributes(user, name, keepSub),
    // A temporary password that was handed out is not to become one for good.
    finalUserStatus: accepted.challenge === 'NEW_PASSWORD_REQUIRED' ? 'RESET_REQUIRED' : 'CONFIRMED',
    ...silently(user),
    ...(has === 'SMS' ? { enableSMSMFA: true } : {}),
  }
}

async function toReset(
  oldPool: OldPool,
  name: string,
  { keepSub }: UserMigrationSettings,
): Promise<MigratedUser> {
  const user = await oldPool.getUser(name)
  if (!user.enabled || !['CONFIRMED', 'RESET_REQUIRED'].includes(user.status))
    throw new Error('the user of the old pool is in a state in which no password can be reset')
  if (verifiedMediums(user).length === 0)
    throw new Error('the user of the old pool has no verified address to which a code could be sent')
  return { userAttributes: migratedAttributes(user, name, keepSub), ...silently(user) }
}

function silently(
  user: Parameters<typeof verifiedMediums>[0],
): Pick<MigratedUser, 'messageAction' | 'desiredDeliveryMediums' | 'forceAliasCreation'> {
  const [medium = 'EMAIL'] = verifiedMediums(user)
  return { messageAction: 'SUPPRESS', desiredDeliveryMediums: [medium], forceAliasCreation: false }
}

/** What becomes of the second factor; all challenges but the last group's come when the password was right. */
function secondFactor({ challenge, factors }: Accepted): 'none' | 'SMS' | 'cannot come' | 'refused' {
  switch (challenge) {
    case undefined:
    // The user has none yet, and the new pool will ask for one as the old pool does.
    case 'MFA_SETUP':
    case 'NEW_PASSWORD_REQUIRED':
      return 'none'
    case 'SMS_MFA':
      return 'SMS'
    case 'SELECT_MFA_TYPE':
      return factors.includes('SMS_MFA') ? 'SMS' : 'cannot come'
    case 'SOFTWARE_TOKEN_MFA':
    case 'EMAIL_OTP':
      return 'cannot come'
    default:
      return 'refused'
  }
}

/**
 * Settings from the environment: `OLD_USER_POOL_ID`, `OLD_CLIENT_ID`, and where they apply `OLD_CLIENT_SECRET`,
 * `KEEP_SUB_ATTRIBUTE`, and `ALLOW_WITHOUT_MFA=true`.
 *
 * @throws Error which one is missing
 */
export function settingsFrom(env: Readonly<Record<string, string | undefined>>): UserMigrationSettings {
  const required = (name: string): string => {
    const value = env[name]
    if (value === undefined || value === '') throw new Error(`the environment variable ${name} is not set`)
    return value
  }
  return {
    userPoolId: required('OLD_USER_POOL_ID'),
    clientId: required('OLD_CLIENT_ID'),
    clientSecret: env['OLD_CLIENT_SECRET'] || undefined,
    keepSub: env['KEEP_SUB_ATTRIBUTE'] || undefined,
    allowWithoutMfa: env['ALLOW_WITHOUT_MFA'] === 'true',
  }
}

let configured: UserMigrationHandler | undefined

/** The trigger, set up by the environment when it is first called. */
export const handler: UserMigrationHandler = async (event) => {
  configured ??= createUserMigration(settingsFrom(process.env))
  return configured(event)
}
