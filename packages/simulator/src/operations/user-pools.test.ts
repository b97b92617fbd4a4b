import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, errorOf, failureOf, post } from '../../test/sdk-client.js'
import { createManualClock } from '../clock.js'
import type { JsonObject } from '../json.js'
import { startSimulator, type Simulator } from '../simulator.js'

const clock = createManualClock()
let simulator: Simulator
let client: CognitoIdentityProvider

beforeAll(async () => {
  simulator = await startSimulator({ quotas: false, clock })
  client = connect(simulator)
})
afterAll(() => simulator.close())

const PreSignUp = 'arn:aws:lambda:eu-west-1:123456789012:function:pre'
const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms', ExternalId: 'x' }
const describePool = async (UserPoolId: string): Promise<JsonObject> =>
  (await client.describeUserPool({ UserPoolId })).UserPool as unknown as JsonObject

test('a new pool shows the defaults that the service fills in', async () => {
  const { UserPool } = await client.createUserPool({ PoolName: 'plain' })
  const id = UserPool?.Id ?? ''
  expect(id).toMatch(/^eu-west-1_[A-Za-z0-9]{9}$/)
  expect(UserPool).toMatchObject({
    Arn: `arn:aws:cognito-idp:eu-west-1:123456789012:userpool/${id}`,
    MfaConfiguration: 'OFF',
    DeletionProtection: 'INACTIVE',
    UserPoolTier: 'ESSENTIALS',
    EstimatedNumberOfUsers: 0,
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: false, UnusedAccountValidityDays: 7 },
    EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' },
    Policies: { PasswordPolicy: { MinimumLength: 8, TemporaryPasswordValidityDays: 7 } },
  })
  expect(UserPool).toEqual(await describePool(id))
})

test('the schema reads back with prefixes and the standard attributes', async () => {
  const UserPoolId = simulator.seed.pool({
    Schema: [
      { Name: 'email', Required: true, Mutable: true },
      { Name: 'plan', AttributeDataType: 'String' },
      { Name: 'secret', AttributeDataType: 'Number', DeveloperOnlyAttribute: true },
    ],
  })
  await client.addCustomAttributes({
    UserPoolId,
    CustomAttributes: [{ Name: 'late', AttributeDataType: 'DateTime' }],
  })
  const { UserPool } = await client.describeUserPool({ UserPoolId })
  const schema = new Map(UserPool?.SchemaAttributes?.map((attribute) => [attribute.Name, attribute]))
  expect(schema.size).toBe(24)
  expect(schema.get('email')?.Required).toBe(true)
  expect(schema.get('sub')).toMatchObject({ Required: true, Mutable: false })
  expect([...schema.keys()].filter((name) => name?.includes(':'))).toEqual([
    'custom:plan',
    'dev:custom:secret',
    'custom:late',
  ])
  const again = client.addCustomAttributes({
    UserPoolId,
    CustomAttributes: [{ Name: 'late', AttributeDataType: 'String' }],
  })
  expect(await errorOf(again)).toBe('InvalidParameterException')
  const required = client.addCustomAttributes({
    UserPoolId,
    CustomAttributes: [{ Name: 'x', Required: true }],
  })
  expect(await errorOf(required)).toBe('InvalidParameterException')
})

test('an update resets what it leaves out, Lambda functions included, but not what is fixed', async () => {
  const UserPoolId = simulator.seed.pool({
    AliasAttributes: ['email'],
    LambdaConfig: { PreSignUp },
    DeletionProtection: 'ACTIVE',
    AutoVerifiedAttributes: ['email'],
    UserPoolTags: { team: 'a' },
    Policies: { PasswordPolicy: { MinimumLength: 12 } },
  })
  clock.advance(1000)
  await client.updateUserPool({ UserPoolId, AutoVerifiedAttributes: ['email'] })
  const pool = await describePool(UserPoolId)
  expect(pool).toMatchObject({
    DeletionProtection: 'INACTIVE',
    AutoVerifiedAttributes: ['email'],
    AliasAttributes: ['email'],
    UserPoolTags: { team: 'a' },
    Policies: { PasswordPolicy: { MinimumLength: 8 } },
  })
  expect(pool.LambdaConfig).toEqual({})
  await client.updateUserPool({ UserPoolId, PoolName: 'renamed', UserPoolTags: { team: 'b' } })
  expect(await describePool(UserPoolId)).toMatchObject({ Name: 'renamed', UserPoolTags: { team: 'b' } })
  expect(pool.LastModifiedDate).toEqual(new Date(clock.now()))
})

test('fields and values newer than the model are kept and shown', async () => {
  const created = await post(simulator, 'CreateUserPool', {
    PoolName: 'future',
    NewSetting: { Depth: [1, { a: 'b' }] },
    LambdaConfig: { PreSignUp, NewTrigger: 'arn:new' },
    DcrConfiguration: { OpenDcrEnabled: false },
  })
  expect(created.body.UserPool).toMatchObject({
    NewSetting: { Depth: [1, { a: 'b' }] },
    LambdaConfig: { PreSignUp, NewTrigger: 'arn:new' },
    DcrConfiguration: { EnableStatus: 'Enabled', OpenDcrEnabled: false },
  })
  const { Id: UserPoolId } = created.body.UserPool as { Id: string }
  await post(simulator, 'UpdateUserPool', { UserPoolId })
  const read = (await post(simulator, 'DescribeUserPool', { UserPoolId })).body.UserPool as JsonObject
  expect(read).not.toHaveProperty('NewSetting')
  expect(read.DcrConfiguration).toEqual({ EnableStatus: 'Enabled', OpenDcrEnabled: false })
})

test('writing back both settings of temporary passwords is refused', async () => {
  const UserPoolId = simulator.seed.pool()
  const { UserPool } = await client.describeUserPool({ UserPoolId })
  const { Policies, AdminCreateUserConfig } = UserPool ?? {}
  expect(await errorOf(client.updateUserPool({ UserPoolId, Policies, AdminCreateUserConfig }))).toBe(
    'InvalidParameterException',
  )
})

test('deletion waits for its protection and for the domain', async () => {
  const UserPoolId = simulator.seed.pool({ DeletionProtection: 'ACTIVE' })
  expect(await errorOf(client.deleteUserPool({ UserPoolId }))).toBe('InvalidParameterException')
  await client.updateUserPool({ UserPoolId })
  await client.createUserPoolDomain({ UserPoolId, Domain: 'to-delete' })
  expect((await failureOf(client.deleteUserPool({ UserPoolId }))).message).toContain('domain')
  await client.deleteUserPoolDomain({ UserPoolId, Domain: 'to-delete' })
  await client.deleteUserPool({ UserPoolId })
  expect(await errorOf(client.describeUserPool({ UserPoolId }))).toBe('ResourceNotFoundException')
})

test('sign-in settings exclude each other, and tiers exclude features', async () => {
  const both = client.createUserPool({
    PoolName: 'x',
    AliasAttributes: ['email'],
    UsernameAttributes: ['email'],
  })
  expect(await errorOf(both)).toBe('InvalidParameterException')
  for (const request of [
    { UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' } },
    {
      UserPoolTier: 'LITE',
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
    },
  ] as const) {
    const call = client.createUserPool({ PoolName: 'x', ...request } as never)
    expect(await errorOf(call)).toBe('FeatureUnavailableInTierException')
  }
})

test('the estimate of users lags behind', async () => {
  const UserPoolId = simulator.seed.pool()
  for (const Username of ['a', 'b'])
    await client.adminCreateUser({ UserPoolId, Username, MessageAction: 'SUPPRESS' })
  expect((await describePool(UserPoolId)).EstimatedNumberOfUsers).toBe(0)
  clock.advance(15 * 60_000)
  expect((await describePool(UserPoolId)).EstimatedNumberOfUsers).toBe(2)
})

test('MFA settings are replaced as a whole', async () => {
  const UserPoolId = simulator.seed.pool()
  const noFactor = client.setUserPoolMfaConfig({ UserPoolId, MfaConfiguration: 'ON' })
  expect(await errorOf(noFactor)).toBe('InvalidParameterException')
  await client.setUserPoolMfaConfig({
    UserPoolId,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
    SmsMfaConfiguration: { SmsConfiguration },
  })
  expect(await client.getUserPoolMfaConfig({ UserPoolId })).toMatchObject({
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
    SmsMfaConfiguration: { SmsConfiguration },
  })
  expect(await describePool(UserPoolId)).toMatchObject({ MfaConfiguration: 'OPTIONAL', SmsConfiguration })
  await client.setUserPoolMfaConfig({
    UserPoolId,
    MfaConfiguration: 'ON',
    SmsMfaConfiguration: { SmsConfiguration },
  })
  const after = await client.getUserPoolMfaConfig({ UserPoolId })
  expect(after.SoftwareTokenMfaConfiguration).toEqual({ Enabled: false })
  expect(await errorOf(client.createUserPool({ PoolName: 'x', MfaConfiguration: 'ON' }))).toBe(
    'InvalidParameterException',
  )
})

test('tags by ARN', async () => {
  const UserPoolId = simulator.seed.pool({ UserPoolTags: { a: '1' } })
  const ResourceArn = `arn:aws:cognito-idp:eu-west-1:123456789012:userpool/${UserPoolId}`
  await client.tagResource({ ResourceArn, Tags: { b: '2', c: '3' } })
  await client.untagResource({ ResourceArn, TagKeys: ['a', 'c'] })
  expect((await client.listTagsForResource({ ResourceArn })).Tags).toEqual({ b: '2' })
  expect((await describePool(UserPoolId)).UserPoolTags).toEqual({ b: '2' })
  const unknown = client.listTagsForResource({ ResourceArn: `${ResourceArn}x` })
  expect(await errorOf(unknown)).toBe('ResourceNotFoundException')
})

test('domains: one prefix in the Region, an empty description for none', async () => {
  const UserPoolId = simulator.seed.pool()
  await client.createUserPoolDomain({ UserPoolId, Domain: 'ours' })
  expect((await client.describeUserPoolDomain({ Domain: 'ours' })).DomainDescription).toMatchObject({
    UserPoolId,
    Status: 'ACTIVE',
  })
  expect((await client.describeUserPoolDomain({ Domain: 'nobodys' })).DomainDescription).toEqual({})
  const other = simulator.seed.pool()
  expect(await errorOf(client.createUserPoolDomain({ UserPoolId: other, Domain: 'ours' }))).toBe(
    'InvalidParameterException',
  )
  expect(await errorOf(client.createUserPoolDomain({ UserPoolId, Domain: 'second' }))).toBe(
    'InvalidParameterException',
  )
  expect(await errorOf(client.createUserPoolDomain({ UserPoolId: other, Domain: 'my-cognito' }))).toBe(
    'InvalidParameterException',
  )
  const certificate = (region: string): { CertificateArn: string } => ({
    CertificateArn: `arn:aws:acm:${region}:123456789012:certificate/1`,
  })
  const custom = { UserPoolId, Domain: 'auth.example.com' }
  const abroad = client.createUserPoolDomain({ ...custom, CustomDomainConfig: certificate('eu-west-1') })
  expect(await errorOf(abroad)).toBe('InvalidParameterException')
  const made = await client.createUserPoolDomain({ ...custom, CustomDomainConfig: certificate('us-east-1') })
  expect(made.CloudFrontDomain).toMatch(/\.cloudfront\.net$/)
  await client.updateUserPoolDomain({ UserPoolId, Domain: 'ours', ManagedLoginVersion: 2 })
  expect(await describePool(UserPoolId)).toMatchObject({ Domain: 'ours', CustomDomain: 'auth.example.com' })
})

test('pools are listed a page at a time', async () => {
  const ids: string[] = []
  let NextToken: string | undefined
  do {
    const page = await client.listUserPools({ MaxResults: 2, NextToken })
    ids.push(...(page.UserPools ?? []).map(({ Id = '' }) => Id))
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  expect(ids).toEqual(simulator.inspect.poolIds())
})

test('what a pool holds goes with it', async () => {
  const UserPoolId = simulator.seed.pool({ AutoVerifiedAttributes: ['email'] })
  const made = await client.createUserPoolClient({ UserPoolId, ClientName: 'app' })
  const ClientId = made.UserPoolClient?.ClientId
  const Domain = `gone-${UserPoolId.slice(-9).toLowerCase()}`
  await client.createUserPoolDomain({ UserPoolId, Domain })
  await client.setUICustomization({ UserPoolId, ImageFile: Uint8Array.of(1, 2, 3) })
  const { UICustomization } = await client.getUICustomization({ UserPoolId })
  const CloudWatchLogsRoleArn = 'arn:aws:iam::123456789012:role/logs'
  const { UserImportJob: job } = await client.createUserImportJob({
    UserPoolId,
    JobName: 'job',
    CloudWatchLogsRoleArn,
  })
  await client.deleteUserPoolDomain({ UserPoolId, Domain })
  await client.deleteUserPool({ UserPoolId })
  for (const call of [
    client.getUserPoolSessionConfiguration({ UserPoolId }),
    client.describeManagedLoginBrandingByClient({ UserPoolId, ClientId }),
    client.listTerms({ UserPoolId }),
    client.describeUserImportJob({ UserPoolId, JobId: job?.JobId }),
    client.listUserPoolReplicas({ UserPoolId }),
  ]) {
    expect(await errorOf(call)).toBe('ResourceNotFoundException')
  }
  expect((await fetch(UICustomization?.ImageUrl ?? '')).status).toBe(404)
  const headers = { 'x-amz-server-side-encryption': 'aws:kms' }
  const upload = await fetch(job?.PreSignedUrl ?? '', { method: 'PUT', headers, body: 'x' })
  expect(upload.status).toBe(403)
})

test.each([
  ['its own', { AdminCreateUserConfig: { UnusedAccountValidityDays: 30 } }],
  ['the newer name', { Policies: { PasswordPolicy: { TemporaryPasswordValidityDays: 30 } } }],
])(
  'how long a temporary password is valid, given under %s, is shown under both names',
  async (_, request) => {
    expect(await describePool(simulator.seed.pool(request))).toMatchObject({
      AdminCreateUserConfig: { UnusedAccountValidityDays: 30 },
      Policies: { PasswordPolicy: { TemporaryPasswordValidityDays: 30 } },
    })
  },
)

test('MFA is not turned off together with a factor, and keeps members that nobody knows yet', () => {
  const UserPoolId = simulator.seed.pool({
    SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' },
  })
  const set = (request: JsonObject): JsonObject =>
    simulator.seed.call('SetUserPoolMfaConfig', { UserPoolId, ...request })
  expect(() => set({ MfaConfiguration: 'OFF', SoftwareTokenMfaConfiguration: { Enabled: true } })).toThrow(
    "can't turn off MFA and configure an MFA together",
  )
  const SmsMfaConfiguration = { FutureSetting: 'kept' }
  expect(set({ MfaConfiguration: 'OPTIONAL', SmsMfaConfiguration })).toMatchObject({ SmsMfaConfiguration })
})
