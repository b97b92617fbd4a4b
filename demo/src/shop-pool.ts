import type { Simulator } from 'cognito-vault-simulator'

type SeededUser =
  Exclude<Parameters<Simulator['seed']['users']>[1], number> extends Iterable<infer User> ? User : never

export const USERS = 2000
const GROUPS = ['customers', 'editors', 'support', 'beta', 'administrators']
const NAMES = [
  'Zoë Ångström',
  'José Núñez',
  '山田 花子',
  'Łukasz Żółw',
  'Ann Smith',
  'Ολγα Παππά',
  'Ivan Пушкин',
]

/** A pool as a shop has it: clients, a provider, overlapping groups, people in every state. Answers its id. */
export function seedShop({ seed }: Simulator): string {
  const UserPoolId = seed.pool({
    PoolName: 'shop',
    Schema: [
      { Name: 'plan', AttributeDataType: 'String', Mutable: true },
      { Name: 'address_lines', AttributeDataType: 'String', Mutable: true },
    ],
    AliasAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
    Policies: { PasswordPolicy: { MinimumLength: 14, RequireNumbers: true, RequireSymbols: true } },
    UserPoolTags: { team: 'identity' },
  })
  seed.call('SetUserPoolMfaConfig', {
    UserPoolId,
    SoftwareTokenMfaConfiguration: { Enabled: true },
    MfaConfiguration: 'OPTIONAL',
  })
  seed.call('CreateIdentityProvider', {
    UserPoolId,
    ProviderName: 'Partner',
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: 'shop',
      client_secret: 'known-to-the-partner-only',
      attributes_request_method: 'GET',
      oidc_issuer: 'https://login.partner.example',
      authorize_scopes: 'openid email',
    },
    AttributeMapping: { email: 'email' },
  })
  seed.call('CreateResourceServer', {
    UserPoolId,
    Identifier: 'https://api.shop.example',
    Name: 'API',
    Scopes: [{ ScopeName: 'orders.read', ScopeDescription: 'Read orders' }],
  })
  seed.call('CreateUserPoolClient', {
    UserPoolId,
    ClientName: 'web',
    GenerateSecret: true,
    CallbackURLs: ['https://shop.example/signed-in'],
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'https://api.shop.example/orders.read'],
    AllowedOAuthFlowsUserPoolClient: true,
    SupportedIdentityProviders: ['COGNITO', 'Partner'],
  })
  seed.call('CreateUserPoolClient', {
    UserPoolId,
    ClientName: 'mobile',
    PreventUserExistenceErrors: 'ENABLED',
  })
  seed.call('CreateUserPoolDomain', { UserPoolId, Domain: 'shop-login' })
  for (const [Precedence, GroupName] of GROUPS.entries()) {
    const role =
      GroupName === 'administrators' ? { RoleArn: 'arn:aws:iam::123456789012:role/administrators' } : {}
    seed.call('CreateGroup', { UserPoolId, GroupName, Precedence, ...role })
  }
  seed.users(UserPoolId, shopUsers())
  seed.call('UpdateUserPool', {
    UserPoolId,
    AutoVerifiedAttributes: ['email'],
    MfaConfiguration: 'OPTIONAL',
    Policies: { PasswordPolicy: { MinimumLength: 14, RequireNumbers: true, RequireSymbols: true } },
    LambdaConfig: { PreSignUp: 'arn:aws:lambda:eu-west-1:123456789012:function:check-sign-up' },
    DeletionProtection: 'INACTIVE',
  })
  return UserPoolId
}

function* shopUsers(): Generator<SeededUser> {
  for (let i = 0; i < USERS; i++) {
    const federated = i % 100 === 99
    yield {
      username: federated ? `Partner_${i}` : `user-${i}`,
      attributes: {
        email: `user-${i}@mail.example`,
        email_verified: i % 50 === 7 ? 'false' : 'true',
        name: NAMES[i % NAMES.length] ?? '',
        'custom:plan': i % 3 === 0 ? 'gold' : 'silver',
        ...(i % 4 === 0 ? { 'custom:address_lines': `${i} High Street\nSpringfield, "North"` } : {}),
      },
      status: federated ? 'EXTERNAL_PROVIDER' : statusOf(i),
      enabled: i % 40 !== 3,
      groups: GROUPS.filter((_, place) => i % (place * place * 3 + 1) === 0),
    }
  }
}

function statusOf(i: number): 'CONFIRMED' | 'FORCE_CHANGE_PASSWORD' | 'UNCONFIRMED' {
  if (i % 100 === 11) return 'FORCE_CHANGE_PASSWORD'
  return i % 200 === 55 ? 'UNCONFIRMED' : 'CONFIRMED'
}
