import { createHmac } from 'node:crypto'
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connect, errorOf } from '../../test/sdk-client.js'
import { startSimulator, type Simulator } from '../simulator.js'

const PASSWORD = 'G00d!pass'
const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:f'

let simulator: Simulator
let sdk: CognitoIdentityProvider
let UserPoolId: string

beforeAll(async () => {
  simulator = await startSimulator({ quotas: false })
  sdk = connect(simulator)
})
afterAll(() => simulator.close())

beforeEach(() => {
  UserPoolId = simulator.seed.pool({ AliasAttributes: ['email'] })
  simulator.ledger.clear()
})

function seed(user: object = {}): void {
  const attributes = { email: 'ann@example.com', email_verified: 'true', phone_number: '+4915112345' }
  simulator.seed.users(UserPoolId, [{ username: 'ann', password: PASSWORD, attributes, ...user }])
}

function clientOf(more: Record<string, unknown> = {}): { id: string; secret: string } {
  const { UserPoolClient: made } = simulator.seed.call('CreateUserPoolClient', {
    UserPoolId,
    ClientName: 'c',
    ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'],
    ...(more as object),
  }) as { UserPoolClient: { ClientId: string; ClientSecret?: string } }
  return { id: made.ClientId, secret: made.ClientSecret ?? '' }
}

const signIn = (ClientId: string, more: Record<string, string> = {}, AuthFlow = 'ADMIN_USER_PASSWORD_AUTH') =>
  sdk.adminInitiateAuth({
    UserPoolId,
    ClientId,
    AuthFlow: AuthFlow as 'ADMIN_USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ann', PASSWORD, ...more },
  })

describe('AdminInitiateAuth', () => {
  it('lets in who has the password, by any name, runs the triggers and puts the user on the bill', async () => {
    seed()
    simulator.seed.call('UpdateUserPool', {
      UserPoolId,
      LambdaConfig: { PreAuthentication: ARN, PostAuthentication: ARN },
    })
    const { id } = clientOf()
    expect((await signIn(id, { USERNAME: 'ann@example.com' })).AuthenticationResult?.TokenType).toBe('Bearer')
    expect(simulator.ledger.triggers.all().map(({ source }) => source)).toEqual([
      'PreAuthentication_Authentication',
      'PostAuthentication_Authentication',
    ])
    expect(simulator.ledger.mau.byOperation(UserPoolId)).toEqual({ AdminInitiateAuth: 1 })
    expect(simulator.ledger.messages.all()).toEqual([])
  })

  it.each([
    ['a wrong password', {}, { PASSWORD: 'wrong' }, {}, 'NotAuthorizedException'],
    ['a user without a password', { password: undefined }, {}, {}, 'NotAuthorizedException'],
    ['nobody', {}, { USERNAME: 'bob' }, {}, 'UserNotFoundException'],
    [
      'nobody where that is not told',
      {},
      { USERNAME: 'bob' },
      { PreventUserExistenceErrors: 'ENABLED' },
      'NotAuthorizedException',
    ],
    ['a disabled user', { enabled: false }, {}, {}, 'NotAuthorizedException'],
    ['who has to reset', { status: 'RESET_REQUIRED' }, {}, {}, 'PasswordResetRequiredException'],
    ['who is not confirmed', { status: 'UNCONFIRMED' }, {}, {}, 'UserNotConfirmedException'],
    [
      'a client without the flow',
      {},
      {},
      { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] },
      'InvalidParameterException',
    ],
    ['a secret without its hash', {}, {}, { GenerateSecret: true }, 'NotAuthorizedException'],
    [
      'a hash of another secret',
      {},
      { SECRET_HASH: 'x' },
      { GenerateSecret: true },
      'NotAuthorizedException',
    ],
  ])('refuses %s, and makes nobody active', async (_, user, parameters, client, error) => {
    seed(user)
    expect(await errorOf(signIn(clientOf(client).id, parameters))).toBe(error)
    expect(simulator.ledger.mau.count(UserPoolId)).toBe(0)
  })

  it('takes the hash of the name that was given', async () => {
    seed()
    const { id, secret } = clientOf({ GenerateSecret: true })
    const SECRET_HASH = createHmac('sha256', secret).update(`ann${id}`).digest('base64')
    expect((await signIn(id, { SECRET_HASH })).AuthenticationResult).toBeDefined()
  })

  it('does not simulate other flows', async () => {
    seed()
    expect(await errorOf(signIn(clientOf().id, {}, 'USER_SRP_AUTH'))).toBe('InvalidParameterException')
  })

  it.each([
    ['a temporary password', { status: 'FORCE_CHANGE_PASSWORD' }, 'OFF', 'NEW_PASSWORD_REQUIRED', []],
    ['SMS', { mfa: ['SMS_MFA'] }, 'OPTIONAL', 'SMS_MFA', ['SMS']],
    ['an authenticator', { mfa: ['SOFTWARE_TOKEN_MFA', 'SMS_MFA'] }, 'OPTIONAL', 'SOFTWARE_TOKEN_MFA', []],
    ['no factor where one is required', {}, 'ON', 'MFA_SETUP', []],
    ['factors in a pool without MFA', { mfa: ['SMS_MFA'] }, 'OFF', undefined, []],
  ] as const)('challenges who has %s', async (_, user, level, challenge, media) => {
    seed(user)
    simulator.seed.call('SetUserPoolMfaConfig', {
      UserPoolId,
      MfaConfiguration: level,
      ...(level === 'OFF' ? {} : { SoftwareTokenMfaConfiguration: { Enabled: true } }),
    })
    const answer = await signIn(clientOf().id)
    expect(answer.ChallengeName).toBe(challenge)
    expect(answer.AuthenticationResult === undefined).toBe(challenge !== undefined)
    expect(simulator.ledger.messages.all().map(({ medium }) => medium)).toEqual(media)
  })
})
