import type { GeneratedPool } from './generated-pool.js'

const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/login'
const LAMBDA = 'arn:aws:lambda:eu-west-1:123456789012:function:claims'
const IMAGE = Buffer.from('image').toString('base64')

/** A pool about which a report has something to say of everything that cannot come back as it was. */
export const richPool: GeneratedPool = {
  pool: {
    PoolName: 'shop',
    UserPoolTier: 'PLUS',
    UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' },
    AliasAttributes: ['email', 'preferred_username'],
    AutoVerifiedAttributes: ['email'],
    LambdaConfig: { PreSignUp: LAMBDA },
    DeletionProtection: 'ACTIVE',
    UserPoolTags: { team: 'identity' },
    Schema: [{ Name: 'plan', AttributeDataType: 'String', Mutable: false }],
  },
  mfa: { MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: true } },
  sessions: { UserSessionTracking: 'ENABLED', TokenSession: { MaxPerUser: 3 } },
  providers: [
    {
      ProviderName: 'SignInWithApple',
      ProviderType: 'SignInWithApple',
      ProviderDetails: {
        client_id: 'apple',
        team_id: 'team',
        key_id: 'key',
        private_key: 'private',
        authorize_scopes: 'email',
      },
    },
    {
      ProviderName: 'Partner',
      ProviderType: 'SAML',
      ProviderDetails: { MetadataFile: '<EntityDescriptor/>' },
      AttributeMapping: { email: 'mail' },
    },
  ],
  resourceServers: [
    { Identifier: 'orders', Name: 'orders', Scopes: [{ ScopeName: 'read', ScopeDescription: 'read' }] },
  ],
  clients: [
    {
      create: {
        ClientName: 'web',
        GenerateSecret: true,
        SupportedIdentityProviders: ['COGNITO', 'Partner', 'SignInWithApple'],
        AllowedOAuthScopes: ['openid', 'orders/read'],
      },
      secondSecret: true,
      sessions: { SSOSession: { MaxValidityMinutes: 5 } },
      risk: { RiskExceptionConfiguration: { SkippedIPRangeList: ['192.0.2.0/24'] } },
      ui: { CSS: '.banner-customizable { color: #000 }', ImageFile: IMAGE },
      branding: { Assets: [{ Category: 'FORM_LOGO', ColorMode: 'LIGHT', Extension: 'PNG', Bytes: IMAGE }] },
      terms: [
        {
          TermsName: 'terms-of-use',
          TermsSource: 'LINK',
          Enforcement: 'NONE',
          Links: { 'cognito:default': 'https://shop.example.com' },
        },
      ],
    },
  ],
  twins: false,
  risk: { RiskExceptionConfiguration: { BlockedIPRangeList: ['198.51.100.0/24'] } },
  logs: {
    LogConfigurations: [
      {
        LogLevel: 'INFO',
        EventSource: 'userAuthEvents',
        S3Configuration: { BucketArn: 'arn:aws:s3:::events' },
      },
    ],
  },
  domain: { ManagedLoginVersion: 2 },
  customDomain: { CustomDomainConfig: { CertificateArn: CERTIFICATE } },
  ui: { CSS: '' },
  groups: [
    { GroupName: 'admins', RoleArn: 'arn:aws:iam::123456789012:role/admins', Precedence: 0 },
    { GroupName: 'buyers' },
  ],
  identityPools: [
    {
      create: {
        IdentityPoolName: 'people',
        AllowUnauthenticatedIdentities: false,
        SamlProviderARNs: ['arn:aws:iam::123456789012:saml-provider/company'],
      },
      clients: [{ ServerSideTokenCheck: true }],
      roles: {
        Roles: { authenticated: 'arn:aws:iam::123456789012:role/signed-in' },
        RoleMappings: { '0': { Type: 'Token', AmbiguousRoleResolution: 'Deny' } },
      },
      tags: [{ PrincipalTags: { plan: 'custom:plan' } }, { UseDefaults: true }],
    },
  ],
  users: [
    person('ann', 'CONFIRMED', { email_verified: 'true' }),
    person('bob', 'FORCE_CHANGE_PASSWORD', {}),
    person('dee', 'RESET_REQUIRED', { email_verified: 'true' }),
    person('eve', 'UNCONFIRMED', {}),
    person('Partner_fay', 'EXTERNAL_PROVIDER', { email_verified: 'true' }),
  ],
}

function person(
  username: string,
  status: GeneratedPool['users'][number]['status'],
  more: Readonly<Record<string, string>>,
): GeneratedPool['users'][number] {
  const attributes = { email: `${username}@example.com`, 'custom:plan': 'gold', ...more }
  return {
    username,
    status,
    attributes,
    enabled: username !== 'bob',
    linked: username === 'ann',
    groups: [0, 1],
  }
}
