import { createHmac } from 'node:crypto'
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connect, errorOf, failureOf } from '../../test/sdk-client.js'
import { startSimulator, type Simulator } from '../simulator.js'

let simulator: Simulator
let client: CognitoIdentityProvider

beforeAll(async () => {
  simulator = await startSimulator({ quotas: false })
  client = connect(simulator)
})
beforeEach(() => simulator.ledger.clear())
afterAll(() => simulator.close())

const email = (Value: string, verified?: string): { Name: string; Value: string }[] => [
  { Name: 'email', Value },
  ...(verified === undefined ? [] : [{ Name: 'email_verified', Value: verified }]),
]
const MessageAction = 'SUPPRESS'

describe('in a pool of usernames', () => {
  let UserPoolId: string
  beforeEach(() => {
    UserPoolId = simulator.seed.pool({
      Schema: [
        { Name: 'email', Required: true },
        { Name: 'plan', AttributeDataType: 'String', StringAttributeConstraints: { MaxLength: '5' } },
        { Name: 'fixed', AttributeDataType: 'String', Mutable: false },
        {
          Name: 'age',
          AttributeDataType: 'Number',
          NumberAttributeConstraints: { MinValue: '0', MaxValue: '150' },
        },
        { Name: 'internal', AttributeDataType: 'String', DeveloperOnlyAttribute: true },
      ],
    })
  })

  test('a user keeps their name, gets a sub and a temporary password', async () => {
    const { User } = await client.adminCreateUser({ UserPoolId, Username: 'Ann', MessageAction })
    expect(User).toMatchObject({ Username: 'Ann', Enabled: true, UserStatus: 'FORCE_CHANGE_PASSWORD' })
    const user = simulator.inspect.user(UserPoolId, 'Ann')
    expect(user.sub).toMatch(/^[0-9a-f-]{36}$/)
    expect(user.hasPassword).toBe(true)
    expect(simulator.ledger.mau.byOperation(UserPoolId)).toEqual({ AdminCreateUser: 1 })
    expect(await errorOf(client.adminCreateUser({ UserPoolId, Username: 'Ann' }))).toBe(
      'UsernameExistsException',
    )
    await client.adminCreateUser({ UserPoolId, Username: 'ann', MessageAction })
  })

  test.each([
    ['custom:none', 'x', 'does not exist'],
    ['custom:plan', 'toolong', 'no longer than 5'],
    ['custom:age', 'old', 'must be a number'],
    ['custom:age', '151', 'at most 150'],
    ['email_verified', 'yes', 'boolean'],
    ['email', 'nobody', 'email'],
    ['phone_number', '0123', 'phone'],
    ['sub', '00000000-0000-4000-8000-000000000000', 'cannot be updated'],
    ['identities', '[]', 'cannot be updated'],
    ['email_verified', 'true', 'required to verify'],
  ])('an attribute %s of %s is refused: %s', async (Name, Value, reason) => {
    const call = client.adminCreateUser({ UserPoolId, Username: 'ann', UserAttributes: [{ Name, Value }] })
    const failure = await failureOf(call)
    expect(failure.name).toBe('InvalidParameterException')
    expect(failure.message).toContain(reason)
    expect(simulator.inspect.userCount(UserPoolId)).toBe(0)
  })

  test('an attribute that is fixed, or for developers only, can be given at creation', async () => {
    const UserAttributes = [
      { Name: 'custom:fixed', Value: 'a' },
      { Name: 'dev:custom:internal', Value: 'b' },
    ]
    await client.adminCreateUser({ UserPoolId, Username: 'ann', MessageAction, UserAttributes })
    expect(simulator.inspect.user(UserPoolId, 'ann').attributes).toMatchObject({ 'custom:fixed': 'a' })
  })

  test('a temporary password must follow the policy', async () => {
    for (const TemporaryPassword of ['short', 'nodigits!A', 'n0symbolsA', 'n0upper!!', 'N0LOWER!!']) {
      const call = client.adminCreateUser({ UserPoolId, Username: 'ann', TemporaryPassword })
      const failure = await failureOf(call)
      expect(failure.name).toBe('InvalidPasswordException')
      expect(failure.message).not.toContain(TemporaryPassword)
    }
    await client.adminCreateUser({ UserPoolId, Username: 'ann', TemporaryPassword: 'G00d!pass' })
    expect(simulator.inspect.passwordIs(UserPoolId, 'ann', 'G00d!pass')).toBe(true)
  })

  test('an invitation goes out unless it is suppressed, and only where there is an address', async () => {
    await client.adminCreateUser({
      UserPoolId,
      Username: 'quiet',
      MessageAction,
      UserAttributes: email('q@example.com'),
    })
    await client.adminCreateUser({ UserPoolId, Username: 'nowhere' })
    expect(simulator.ledger.messages.all()).toEqual([])
    await client.adminCreateUser({ UserPoolId, Username: 'ann', UserAttributes: email('ann@example.com') })
    await client.adminCreateUser({ UserPoolId, Username: 'ann', MessageAction: 'RESEND' })
    const { sub } = simulator.inspect.user(UserPoolId, 'ann')
    const sent = { userPoolId: UserPoolId, sub, medium: 'EMAIL', destination: 'ann@example.com' }
    expect(simulator.ledger.messages.all()).toEqual([
      { ...sent, reason: 'AdminCreateUser' },
      { ...sent, reason: 'ResendInvitation' },
    ])
    expect(
      await errorOf(client.adminCreateUser({ UserPoolId, Username: 'none', MessageAction: 'RESEND' })),
    ).toBe('UserNotFoundException')
  })

  test('SignUp asks for required attributes; AdminCreateUser leaves them to the user', async () => {
    const { UserPoolClient } = await client.createUserPoolClient({
      UserPoolId,
      ClientName: 'app',
      ClientSecret: 's'.repeat(24),
    })
    const ClientId = UserPoolClient?.ClientId ?? ''
    const SecretHash = createHmac('sha256', 's'.repeat(24)).update(`ann${ClientId}`).digest('base64')
    const request = { ClientId, Username: 'ann', Password: 'G00d!pass', SecretHash }
    const failure = await failureOf(client.signUp(request))
    expect(failure.message).toContain('email: The attribute is required')
    expect(await errorOf(client.signUp({ ...request, SecretHash: 'wrong' }))).toBe('NotAuthorizedException')
    const answer = await client.signUp({ ...request, UserAttributes: email('ann@example.com') })
    expect(answer.UserConfirmed).toBe(false)
    expect(simulator.inspect.user(UserPoolId, 'ann')).toMatchObject({
      status: 'UNCONFIRMED',
      sub: answer.UserSub,
    })
    await client.adminConfirmSignUp({ UserPoolId, Username: 'ann' })
    expect(simulator.inspect.user(UserPoolId, 'ann').status).toBe('CONFIRMED')
    expect(await errorOf(client.adminConfirmSignUp({ UserPoolId, Username: 'ann' }))).toBe(
      'NotAuthorizedException',
    )
  })
})

describe('in a pool that signs in by email or phone number', () => {
  let UserPoolId: string
  beforeEach(() => {
    UserPoolId = simulator.seed.pool({
      UsernameAttributes: ['email', 'phone_number'],
      UsernameConfiguration: { CaseSensitive: false },
    })
  })

  test('the Username becomes the attribute, and the sub the Username', async () => {
    const { User } = await client.adminCreateUser({ UserPoolId, Username: 'Ann@Example.com', MessageAction })
    const { sub, attributes } = simulator.inspect.user(UserPoolId, User?.Username ?? '')
    expect(User?.Username).toBe(sub)
    expect(attributes.email).toBe('ann@example.com')
    const { User: second } = await client.adminCreateUser({
      UserPoolId,
      Username: '+15550100',
      MessageAction,
    })
    expect(simulator.inspect.user(UserPoolId, second?.Username ?? '').attributes.phone_number).toBe(
      '+15550100',
    )
  })

  test('other operations take the sub or the address, in any case of letters', async () => {
    const { User } = await client.adminCreateUser({ UserPoolId, Username: 'ann@example.com', MessageAction })
    await client.adminDisableUser({ UserPoolId, Username: 'ANN@example.com' })
    expect(simulator.inspect.user(UserPoolId, User?.Username ?? '').enabled).toBe(false)
    await client.adminEnableUser({ UserPoolId, Username: User?.Username ?? '' })
    expect(simulator.inspect.user(UserPoolId, 'ann@example.com').enabled).toBe(true)
  })

  test('a Username of another form, and an address that is taken, are refused', async () => {
    const failure = await failureOf(client.adminCreateUser({ UserPoolId, Username: 'ann' }))
    expect(failure.message).toBe('Username should be either an email or a phone number.')
    await client.adminCreateUser({ UserPoolId, Username: 'ann@example.com', MessageAction })
    expect(await errorOf(client.adminCreateUser({ UserPoolId, Username: 'Ann@example.com' }))).toBe(
      'UsernameExistsException',
    )
    const other = { UserPoolId, Username: '+15550100', UserAttributes: email('ann@example.com') }
    expect(await errorOf(client.adminCreateUser(other))).toBe('UsernameExistsException')
  })
})

describe('in a pool with aliases', () => {
  let UserPoolId: string
  beforeEach(async () => {
    UserPoolId = simulator.seed.pool({ AliasAttributes: ['email', 'preferred_username'] })
    const UserAttributes = email('ann@example.com', 'true')
    await client.adminCreateUser({ UserPoolId, Username: 'ann', MessageAction, UserAttributes })
  })

  test('a verified alias stands for the username, an unverified one does not', async () => {
    expect(simulator.inspect.user(UserPoolId, 'ann@example.com').username).toBe('ann')
    await client.adminCreateUser({
      UserPoolId,
      Username: 'bob',
      MessageAction,
      UserAttributes: email('bob@example.com'),
    })
    const lookup = client.adminGetUser({ UserPoolId, Username: 'bob@example.com' })
    expect(await errorOf(lookup)).toBe('UserNotFoundException')
  })

  test('an alias that somebody holds is refused, or moves when forced', async () => {
    const request = {
      UserPoolId,
      Username: 'eve',
      MessageAction,
      UserAttributes: email('ann@example.com', 'true'),
    } as const
    expect(await errorOf(client.adminCreateUser(request))).toBe('AliasExistsException')
    await client.adminCreateUser({ ...request, ForceAliasCreation: true })
    expect(simulator.inspect.user(UserPoolId, 'ann@example.com').username).toBe('eve')
    expect(simulator.inspect.user(UserPoolId, 'ann').attributes.email_verified).toBe('false')
  })

  test('a username cannot have the form of an alias', async () => {
    expect(await errorOf(client.adminCreateUser({ UserPoolId, Username: 'x@example.com' }))).toBe(
      'InvalidParameterException',
    )
  })

  test('two users cannot have one preferred_username', async () => {
    const UserAttributes = [{ Name: 'preferred_username', Value: 'boss' }]
    await client.adminUpdateUserAttributes({ UserPoolId, Username: 'ann', UserAttributes })
    const second = client.adminCreateUser({ UserPoolId, Username: 'bob', UserAttributes })
    expect(await errorOf(second)).toBe('AliasExistsException')
  })
})

test('triggers run as the service runs them, with the metadata of the call', async () => {
  const PreSignUp = 'arn:aws:lambda:eu-west-1:123456789012:function:pre'
  const CustomMessage = 'arn:aws:lambda:eu-west-1:123456789012:function:message'
  const UserPoolId = simulator.seed.pool({ LambdaConfig: { PreSignUp, CustomMessage } })
  const ClientMetadata = { run: '7' }
  await client.adminCreateUser({ UserPoolId, Username: 'quiet', MessageAction, ClientMetadata })
  await client.adminCreateUser({ UserPoolId, Username: 'ann', UserAttributes: email('ann@example.com') })
  const runs = simulator.ledger.triggers.all()
  expect(runs.map(({ source }) => source)).toEqual([
    'PreSignUp_AdminCreateUser',
    'PreSignUp_AdminCreateUser',
    'CustomMessage_AdminCreateUser',
  ])
  expect(runs[0]).toMatchObject({ functionArn: PreSignUp, clientMetadata: { run: '7' } })
})

test('a pool with one-time codes takes users without a password', async () => {
  const UserPoolId = simulator.seed.pool({
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
  })
  const { User } = await client.adminCreateUser({ UserPoolId, Username: 'ann', MessageAction })
  expect(User?.UserStatus).toBe('CONFIRMED')
  expect(simulator.inspect.user(UserPoolId, 'ann').hasPassword).toBe(false)
})
