import { type Simulator, startSimulator } from 'cognito-vault-simulator'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { MigratedUser } from '../../src/lambda/migrated-user.js'
import type { TriggerEvent } from '../../src/lambda/trigger-event.js'
import {
  createUserMigration,
  handler,
  settingsFrom,
  type UserMigrationHandler,
  type UserMigrationSettings,
} from '../../src/lambda/user-migration.js'

const PASSWORD = 'G00d!pass'
const CONTACT = {
  email: 'ann@example.com',
  email_verified: 'true',
  phone_number: '+4915112345',
  'custom:plan': 'gold',
}

let simulator: Simulator
let pool: string

beforeAll(async () => {
  simulator = await startSimulator({ quotas: false })
})
afterAll(() => simulator.close())

beforeEach(() => {
  pool = newPool({ AliasAttributes: ['email'] })
  simulator.ledger.clear()
})
afterEach(() => vi.unstubAllEnvs())

function newPool(settings: object): string {
  return simulator.seed.pool({
    Schema: [
      { Name: 'plan', AttributeDataType: 'String', Mutable: true },
      { Name: 'original_sub', AttributeDataType: 'String', Mutable: true },
    ],
    ...settings,
  })
}

const seed = (user: object = {}): string =>
  simulator.seed.users(pool, [{ username: 'ann', password: PASSWORD, attributes: CONTACT, ...user }])[0]!

function settings(more: Partial<UserMigrationSettings> = {}, client: object = {}): UserMigrationSettings {
  const { UserPoolClient: made } = simulator.seed.call('CreateUserPoolClient', {
    UserPoolId: pool,
    ClientName: 'migration',
    ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'],
    ...client,
  }) as { UserPoolClient: { ClientId: string; ClientSecret?: string } }
  return {
    userPoolId: pool,
    clientId: made.ClientId,
    clientSecret: made.ClientSecret,
    endpoint: simulator.url,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    ...more,
  }
}

/** An event of the new pool, as the Developer Guide shows it. */
const eventOf = (source: string, userName = 'ann', password?: string): TriggerEvent => ({
  version: '1',
  triggerSource: `UserMigration_${source}`,
  userPoolId: 'eu-central-1_New12Pool',
  userName,
  request: { ...(password === undefined ? {} : { password }), validationData: null, clientMetadata: {} },
  response: {
    userAttributes: null,
    finalUserStatus: null,
    messageAction: null,
    desiredDeliveryMediums: null,
    forceAliasCreation: null,
    enableSMSMFA: null,
  },
})

const signIn = async (
  trigger: UserMigrationHandler,
  userName = 'ann',
  password = PASSWORD,
): Promise<MigratedUser> =>
  (await trigger(eventOf('Authentication', userName, password))).response as MigratedUser

const forgot = async (trigger: UserMigrationHandler, userName = 'ann'): Promise<MigratedUser> =>
  (await trigger(eventOf('ForgotPassword', userName))).response as MigratedUser

describe('who signs in with the password of the old pool', () => {
  it('comes with all attributes but what is the service’s, and is written to by nobody', async () => {
    seed({ identities: [{ providerName: 'Corp', userId: '1' }] })
    const trigger = createUserMigration(settings())
    const event = eventOf('Authentication', 'ann', PASSWORD)
    expect(await trigger(event)).toEqual({
      ...event,
      response: {
        userAttributes: CONTACT,
        finalUserStatus: 'CONFIRMED',
        messageAction: 'SUPPRESS',
        desiredDeliveryMediums: ['EMAIL'],
        forceAliasCreation: false,
      },
    })
    expect(simulator.ledger.messages.all()).toEqual([])
    expect(simulator.ledger.mau.count(pool)).toBe(1)
  })

  it('keeps the old sub where that is asked for, and an older one before it', async () => {
    const sub = seed()
    const trigger = createUserMigration(settings({ keepSub: 'custom:original_sub' }))
    expect((await signIn(trigger)).userAttributes['custom:original_sub']).toBe(sub)
    simulator.seed.attributes(pool, 'ann', { 'custom:original_sub': 'sub-0' })
    expect((await signIn(trigger)).userAttributes['custom:original_sub']).toBe('sub-0')
  })

  it('keeps the username when an alias was typed', async () => {
    seed()
    const { userAttributes } = await signIn(createUserMigration(settings()), 'ann@example.com')
    expect(userAttributes).toEqual({ ...CONTACT, username: 'ann' })
  })

  it('gets a new username where the old one was the service’s', async () => {
    pool = newPool({ UsernameAttributes: ['email'] })
    seed()
    const { userAttributes } = await signIn(createUserMigration(settings()), 'ann@example.com')
    expect(userAttributes).toEqual(CONTACT)
  })

  it('is known through a client with a secret', async () => {
    seed()
    const found = settings({}, { GenerateSecret: true })
    expect(found.clientSecret).toBeDefined()
    expect((await signIn(createUserMigration(found))).finalUserStatus).toBe('CONFIRMED')
    const wrong = createUserMigration({ ...found, clientSecret: 'another' })
    await expect(signIn(wrong)).rejects.toThrow('NotAuthorizedException')
  })

  it.each([
    ['with a wrong password', {}, 'ann', 'wrong', 'NotAuthorizedException'],
    ['and is not there', {}, 'bob', PASSWORD, 'UserNotFoundException'],
    ['and is disabled', { enabled: false }, 'ann', PASSWORD, 'NotAuthorizedException'],
    ['and has to reset', { status: 'RESET_REQUIRED' }, 'ann', PASSWORD, 'PasswordResetRequiredException'],
    ['and never confirmed', { status: 'UNCONFIRMED' }, 'ann', PASSWORD, 'UserNotConfirmedException'],
  ])('does not come %s, and the error says nothing of the person', async (_, user, name, password, kind) => {
    seed(user)
    const error: unknown = await signIn(createUserMigration(settings()), name, password).catch(
      (caught: unknown) => caught,
    )
    expect(error).toMatchObject({ message: `the old pool refused: ${kind}` })
    expect((error as Error).cause).toBeUndefined()
    expect(simulator.ledger.requests.count('AdminGetUser')).toBe(0)
  })

  it('does not come while the old pool cannot be reached', async () => {
    const unreachable = createUserMigration(settings({ endpoint: 'http://127.0.0.1:9' }))
    await expect(signIn(unreachable)).rejects.toThrow('the old pool refused: no answer')
  })

  it('with a temporary password has to choose another', async () => {
    seed({ status: 'FORCE_CHANGE_PASSWORD' })
    expect((await signIn(createUserMigration(settings()))).finalUserStatus).toBe('RESET_REQUIRED')
  })
})

describe('a second factor', () => {
  const requireMfa = (level: 'ON' | 'OPTIONAL'): void => {
    const SoftwareTokenMfaConfiguration = { Enabled: true }
    simulator.seed.call('SetUserPoolMfaConfig', {
      UserPoolId: pool,
      MfaConfiguration: level,
      SoftwareTokenMfaConfiguration,
    })
  }

  it('by SMS comes along', async () => {
    seed({ mfa: ['SMS_MFA'] })
    requireMfa('OPTIONAL')
    expect(await signIn(createUserMigration(settings()))).toMatchObject({
      enableSMSMFA: true,
      finalUserStatus: 'CONFIRMED',
    })
  })

  it.each(['SOFTWARE_TOKEN_MFA', 'EMAIL_OTP'])(
    'by %s cannot, so the user does not but where told to',
    async (mfa) => {
      seed({ mfa: [mfa] })
      requireMfa('OPTIONAL')
      await expect(signIn(createUserMigration(settings()))).rejects.toThrow(`asks for ${mfa}`)
      const told = await signIn(createUserMigration(settings({ allowWithoutMfa: true })))
      expect(told.finalUserStatus).toBe('CONFIRMED')
      expect(told.enableSMSMFA).toBeUndefined()
    },
  )

  it('that was never set up is the new pool’s to ask for', async () => {
    seed()
    requireMfa('ON')
    expect((await signIn(createUserMigration(settings()))).finalUserStatus).toBe('CONFIRMED')
  })
})

describe('who has forgotten the password', () => {
  it.each(['CONFIRMED', 'RESET_REQUIRED'])(
    'comes, %s, where a verified address is to send a code to',
    async (status) => {
      seed({ status })
      expect(await forgot(createUserMigration(settings()))).toEqual({
        userAttributes: CONTACT,
        messageAction: 'SUPPRESS',
        desiredDeliveryMediums: ['EMAIL'],
        forceAliasCreation: false,
      })
    },
  )

  it.each([
    ['has no verified address', { attributes: { email: 'ann@example.com' } }, 'no verified address'],
    ['is disabled', { enabled: false }, 'in a state'],
    ['came from a provider', { status: 'EXTERNAL_PROVIDER' }, 'in a state'],
  ])('does not come who %s', async (_, user, why) => {
    seed(user)
    await expect(forgot(createUserMigration(settings()))).rejects.toThrow(why)
  })

  it('does not come who is not there', async () => {
    await expect(forgot(createUserMigration(settings()))).rejects.toThrow('UserNotFoundException')
  })
})

describe('the function', () => {
  it('is set up by its environment', () => {
    const all = {
      OLD_USER_POOL_ID: 'eu-west-1_Old',
      OLD_CLIENT_ID: 'c',
      OLD_CLIENT_SECRET: 's',
      KEEP_SUB_ATTRIBUTE: 'custom:original_sub',
      ALLOW_WITHOUT_MFA: 'true',
    }
    expect(settingsFrom(all)).toEqual({
      userPoolId: 'eu-west-1_Old',
      clientId: 'c',
      clientSecret: 's',
      keepSub: 'custom:original_sub',
      allowWithoutMfa: true,
    })
    const least = { OLD_USER_POOL_ID: 'eu-west-1_Old', OLD_CLIENT_ID: 'c', OLD_CLIENT_SECRET: '' }
    expect(settingsFrom(least)).toEqual({
      userPoolId: 'eu-west-1_Old',
      clientId: 'c',
      allowWithoutMfa: false,
    })
  })

  it('says which variable is missing, and which trigger it is not for', async () => {
    vi.stubEnv('OLD_USER_POOL_ID', '')
    await expect(handler(eventOf('Authentication'))).rejects.toThrow('OLD_USER_POOL_ID is not set')
    const other = { ...eventOf('Authentication'), triggerSource: 'PreSignUp_SignUp' }
    await expect(createUserMigration(settings())(other)).rejects.toThrow('not for PreSignUp_SignUp')
  })
})
