import type { Simulator } from 'cognito-vault-simulator'

/** Settings of a pool that everything applies to. */
export const PROTECTED = {
  UserPoolTier: 'PLUS',
  UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' },
} as const

const LAMBDA = 'arn:aws:lambda:eu-west-1:123456789012:function:claims'

/** A small pool that has one of everything, and people in every state that can be brought back. */
export function seedSmallPool(
  simulator: Simulator,
  settings: Partial<typeof PROTECTED> = {},
  domain = 'shop-login',
): string {
  const { seed } = simulator
  const UserPoolId = seed.pool({
    PoolName: 'shop',
    Schema: [{ Name: 'plan', AttributeDataType: 'String', Mutable: true }],
    AliasAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
    UserPoolTags: { team: 'identity' },
    ...settings,
  })
  seed.call('CreateIdentityProvider', {
    UserPoolId,
    ProviderName: 'Partner',
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: 'partner',
      client_secret: 'partner-secret',
      attributes_request_method: 'GET',
      oidc_issuer: 'https://partner.example.com',
      authorize_scopes: 'openid',
    },
    AttributeMapping: { email: 'email' },
  })
  seed.call('CreateResourceServer', {
    UserPoolId,
    Identifier: 'orders',
    Name: 'orders',
    Scopes: [{ ScopeName: 'read', ScopeDescription: 'read' }],
  })
  seed.call('CreateUserPoolClient', {
    UserPoolId,
    ClientName: 'web',
    ClientSecret: 'abcdefghijklmnopqrstuvwxyz0123',
  })
  seed.call('CreateUserPoolClient', {
    UserPoolId,
    ClientName: 'mobile',
    SupportedIdentityProviders: ['COGNITO', 'Partner'],
  })
  seed.call('CreateUserPoolDomain', { UserPoolId, Domain: domain })
  seed.call('CreateGroup', {
    UserPoolId,
    GroupName: 'admins',
    RoleArn: 'arn:aws:iam::123456789012:role/admins',
    Precedence: 1,
  })
  seed.call('CreateGroup', { UserPoolId, GroupName: 'buyers', Description: 'those who buy' })
  seed.users(UserPoolId, [
    person('ann', { groups: ['admins', 'buyers'] }),
    person('bob', { groups: ['buyers'], enabled: false }),
    person('zoë', { status: 'FORCE_CHANGE_PASSWORD' }),
    person('dee', { status: 'RESET_REQUIRED', groups: ['buyers'] }),
  ])
  const { pool } = simulator.inspect.pool(UserPoolId)
  // Triggers come last here too: what seeds the pool must not run them.
  seed.call('UpdateUserPool', {
    UserPoolId,
    LambdaConfig: { PreSignUp: LAMBDA, PreTokenGeneration: LAMBDA },
    AutoVerifiedAttributes: ['email'],
    ...settings,
    ...(pool['UserPoolTags'] === undefined ? {} : { UserPoolTags: { team: 'identity' } }),
  })
  return UserPoolId
}

type SeededUser =
  Exclude<Parameters<Simulator['seed']['users']>[1], number> extends Iterable<infer User> ? User : never

/** A user with a verified email and an attribute with a newline in it. */
export function person(username: string, more: Partial<SeededUser> = {}): SeededUser {
  return {
    username,
    attributes: {
      email: `${username}@example.com`,
      email_verified: 'true',
      'custom:plan': `gold\nsince 2020`,
    },
    ...more,
  }
}

/** All that can be the same in two pools, by the simulator's own account of them. */
export function comparable(simulator: Simulator, poolId: string): unknown {
  const found = simulator.inspect.pool(poolId)
  const text = JSON.stringify({
    pool: omit(found.pool, [
      'Id',
      'Arn',
      'Name',
      'CreationDate',
      'LastModifiedDate',
      'EstimatedNumberOfUsers',
      'Domain',
    ]),
    mfa: found.mfa,
    clients: byName(found.clients).map((client) =>
      omit(client, ['ClientId', 'UserPoolId', 'CreationDate', 'LastModifiedDate']),
    ),
    identityProviders: found.identityProviders.map((one) =>
      omit(one, ['UserPoolId', 'CreationDate', 'LastModifiedDate']),
    ),
    resourceServers: found.resourceServers.map((one) => omit(one, ['UserPoolId'])),
    domains: found.domains.map((one) => ({ Domain: one['Domain'] })),
    groups: found.groups.map((one) => omit(one, ['UserPoolId', 'CreationDate', 'LastModifiedDate'])),
    memberships: found.memberships,
    users: found.users.map(({ username, attributes, status, enabled, groups }) => ({
      username,
      attributes: omit(attributes, ['sub']),
      status,
      enabled,
      groups,
    })),
  })
  return JSON.parse(text.replaceAll(',"IdpIdentifiers":[]', ''))
}

function omit(value: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))
}

/** Clients are listed by their ids, which differ. */
function byName<T extends Readonly<Record<string, unknown>>>(clients: readonly T[]): T[] {
  return [...clients].sort((a, b) => String(a['ClientName']).localeCompare(String(b['ClientName'])))
}
