import { describe, expect, it } from 'vitest'
import { noResources } from '../cognito/resource-set.js'
import type { JsonObject } from '../model/canonical.js'
import { plannedResources, type ResourcesOptions } from '../testing/planned-resources.js'
import { setOf } from '../testing/resource-sets.js'
import type { Step } from './step.js'

const POOL = { UserPoolId: { $ref: 'pool' } }
const SECRET = 'abcdefghijklmnopqrstuvwxyz'

type Found = readonly [kind: string, name: string, body: JsonObject]

/** The steps into a new pool, but for the pool's own two. */
const planned = (found: readonly Found[], options: ResourcesOptions = {}): Step[] =>
  plannedResources(setOf(...found), noResources, { mode: 'new-pool', samePool: false, ...options })

describe('a new pool', () => {
  const body = {
    Id: 'eu-west-1_old',
    Arn: 'arn:old',
    Name: 'shop',
    Status: 'Enabled',
    CreationDate: '2026-01-01T00:00:00.000Z',
    MfaConfiguration: 'ON',
    DeletionProtection: 'ACTIVE',
    UserPoolTier: 'PLUS',
    UsernameAttributes: ['email'],
    LambdaConfig: { PreSignUp: 'arn:lambda' },
    SchemaAttributes: [
      { Name: 'sub', Mutable: false, Required: true },
      { Name: 'nickname', AttributeDataType: 'String', Mutable: true, Required: false },
      { Name: 'custom:plan', AttributeDataType: 'String', Mutable: true },
    ],
  }
  const Tags = { team: 'identity', 'aws:owner': 'x' }

  it('has the run’s own tag, whatever the snapshot says', () => {
    const [step] = planned([
      ['pool', '', {}],
      ['tags', '', { Tags: { 'cognito-vault:run': 'another' } }],
    ])
    expect(step!.operations[0]!.input['UserPoolTags']).toEqual({ 'cognito-vault:run': { $ref: 'run' } })
  })

  it('is made under the run’s tag without triggers, protection and MFA, and is given those last', () => {
    expect(
      planned([
        ['pool', '', body],
        ['tags', '', { Tags }],
      ]),
    ).toEqual([
      {
        phase: 'pool',
        subject: { kind: 'pool', id: '' },
        operations: [
          {
            operation: 'CreateUserPool',
            input: {
              PoolName: { $ref: 'poolName' },
              UserPoolTier: 'PLUS',
              UsernameAttributes: ['email'],
              Schema: [{ Name: 'plan', AttributeDataType: 'String', Mutable: true }],
              UserPoolTags: { team: 'identity', 'cognito-vault:run': { $ref: 'run' } },
            },
            binds: 'pool',
          },
        ],
        notes: [{ code: 'new-pool-id' }, { code: 'trigger-permission', detail: 'PreSignUp' }],
      },
      { phase: 'tags', subject: { kind: 'tags', id: '' }, operations: [], notes: [] },
      {
        phase: 'finish',
        subject: { kind: 'pool', id: '' },
        operations: [
          {
            operation: 'UpdateUserPool',
            input: POOL,
            patch: {
              LambdaConfig: { PreSignUp: 'arn:lambda' },
              DeletionProtection: 'ACTIVE',
              UserPoolTags: { team: 'identity' },
            },
          },
        ],
        notes: [],
      },
    ])
  })

  it('that has neither triggers nor protection nor tags is only rid of the run’s tag', () => {
    const steps = planned([['pool', '', { Name: 'shop', LambdaConfig: {}, DeletionProtection: 'INACTIVE' }]])
    expect(steps.map(({ operations }) => operations)).toEqual([
      [
        {
          operation: 'CreateUserPool',
          input: {
            PoolName: { $ref: 'poolName' },
            UserPoolTags: { 'cognito-vault:run': { $ref: 'run' } },
          },
          binds: 'pool',
        },
      ],
      [{ operation: 'UpdateUserPool', input: POOL, patch: { UserPoolTags: {} } }],
    ])
  })
})

describe('what a new pool is given', () => {
  const made: readonly [
    kind: string,
    name: string,
    body: JsonObject,
    operation: string,
    input: JsonObject,
    notes: string[],
  ][] = [
    [
      'mfa',
      '',
      { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } },
      'SetUserPoolMfaConfig',
      { ...POOL, MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } },
      [],
    ],
    [
      'identity-provider',
      'Partner',
      {
        UserPoolId: 'old',
        ProviderName: 'Partner',
        ProviderType: 'OIDC',
        ProviderDetails: { client_id: 'c', attributes_url_add_attributes: 'false' },
        LastModifiedDate: 'd',
      },
      'CreateIdentityProvider',
      { ...POOL, ProviderName: 'Partner', ProviderType: 'OIDC', ProviderDetails: { client_id: 'c' } },
      [],
    ],
    [
      'identity-provider',
      'Company',
      {
        ProviderName: 'Company',
        ProviderType: 'SAML',
        ProviderDetails: { MetadataURL: 'u', ActiveEncryptionCertificate: 'c' },
      },
      'CreateIdentityProvider',
      { ...POOL, ProviderName: 'Company', ProviderType: 'SAML', ProviderDetails: { MetadataURL: 'u' } },
      ['saml-registration'],
    ],
    [
      'identity-provider',
      'SignInWithApple',
      { ProviderType: 'SignInWithApple', ProviderDetails: { private_key: 'known' } },
      'CreateIdentityProvider',
      { ...POOL, ProviderType: 'SignInWithApple', ProviderDetails: { private_key: 'known' } },
      [],
    ],
    [
      'resource-server',
      'orders',
      { UserPoolId: 'old', Identifier: 'orders', Name: 'orders' },
      'CreateResourceServer',
      { ...POOL, Identifier: 'orders', Name: 'orders' },
      [],
    ],
    [
      'domain',
      'shop',
      { Domain: 'shop', UserPoolId: 'old', Status: 'ACTIVE', CustomDomainConfig: {}, ManagedLoginVersion: 2 },
      'CreateUserPoolDomain',
      { ...POOL, Domain: 'shop', ManagedLoginVersion: 2 },
      [],
    ],
    [
      'domain',
      'login.shop.example',
      { Domain: 'login.shop.example', CustomDomainConfig: { CertificateArn: 'arn' } },
      'CreateUserPoolDomain',
      { ...POOL, Domain: 'login.shop.example', CustomDomainConfig: { CertificateArn: 'arn' } },
      ['custom-domain-dns'],
    ],
    [
      'group',
      'admins',
      { GroupName: 'admins', UserPoolId: 'old', RoleArn: 'arn:role', Precedence: 1, CreationDate: 'd' },
      'CreateGroup',
      { ...POOL, GroupName: 'admins', RoleArn: 'arn:role', Precedence: 1 },
      [],
    ],
  ]

  it.each(made)('%s %s', (kind, name, body, operation, input, notes) => {
    // Nothing widens the access to a pool that nobody uses yet.
    expect(planned([[kind, name, body]], { noWidening: true })).toEqual([
      {
        phase: kind,
        subject: { kind, id: name },
        operations: [{ operation, input, ...(kind === 'group' ? { binds: `group/${name}` } : {}) }],
        notes: notes.map((code) => ({ code })),
      },
    ])
  })

  it('is a client, under the run’s own name first', () => {
    const body = {
      ClientId: 'web-id',
      UserPoolId: 'old',
      ClientName: 'web',
      ClientSecret: SECRET,
      IdTokenValidity: 5,
    }
    expect(planned([['client', 'web-id', body]], { noWidening: true })).toEqual([
      {
        phase: 'client',
        subject: { kind: 'client', id: 'web-id' },
        operations: [
          {
            operation: 'CreateUserPoolClient',
            input: {
              ...POOL,
              ClientName: { $ref: 'temporary-name/web-id' },
              ClientSecret: SECRET,
              IdTokenValidity: 5,
            },
            binds: 'client/web-id',
          },
          {
            operation: 'UpdateUserPoolClient',
            input: { ...POOL, ClientId: { $ref: 'client/web-id' }, ClientName: 'web', IdTokenValidity: 5 },
          },
        ],
        notes: [{ code: 'new-client-id' }],
      },
    ])
  })

  it.each<[secret: string, inRequest: JsonObject, isNew: boolean]>([
    [SECRET, { ClientSecret: SECRET }, false],
    ['x'.repeat(23), { GenerateSecret: true }, true],
    ['x'.repeat(65), { GenerateSecret: true }, true],
    [`${SECRET}!`, { GenerateSecret: true }, true],
    ['', {}, false],
  ])(
    'is a client with the secret %j, or with a new one where that cannot be set',
    (secret, inRequest, isNew) => {
      const body = { ClientName: 'web', ...(secret === '' ? {} : { ClientSecret: secret }) }
      const [step] = planned([['client', 'web-id', body]])
      expect(step!.operations[0]!.input).toEqual({
        ...POOL,
        ClientName: { $ref: 'temporary-name/web-id' },
        ...inRequest,
      })
      expect(step!.notes.map(({ code }) => code)).toEqual(
        isNew ? ['new-client-id', 'client-secret-new'] : ['new-client-id'],
      )
    },
  )

  it('is nothing of MFA settings that are empty', () => {
    expect(planned([['mfa', '', {}]])[0]!.operations).toEqual([])
  })
})
