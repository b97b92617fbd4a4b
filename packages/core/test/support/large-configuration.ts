import type { Simulator } from 'cognito-vault-simulator'

/** More than a page of everything that is listed by pages of sixty. */
export const MANY = 65
/** More than two pages of users and of members of one group. */
export const USERS = 150

/** A pool of which every listing has a second page; some users have no email address, some names are not ASCII. */
export function seedLargeConfiguration({ seed }: Simulator): string {
  const UserPoolId = seed.pool({ PoolName: 'large', UserPoolTags: { team: 'identity' } })
  for (let i = 0; i < MANY; i++) {
    seed.call('CreateUserPoolClient', { UserPoolId, ClientName: `client ${i}` })
    seed.call('CreateIdentityProvider', {
      UserPoolId,
      ProviderName: `Partner${i}`,
      ProviderType: 'OIDC',
      ProviderDetails: {
        client_id: 'partner',
        attributes_request_method: 'GET',
        oidc_issuer: `https://partner${i}.example.com`,
        authorize_scopes: 'openid',
      },
    })
  }
  const groups = Array.from({ length: MANY }, (_, i) => `group-${i}`)
  seed.groups(UserPoolId, ['everybody', ...groups])
  seed.users(
    UserPoolId,
    Array.from({ length: USERS }, (_, i) => ({
      username: `user-ü-${i}`,
      attributes:
        i % 3 === 0 ? { name: `Zoë\n${i}` } : { email: `user${i}@example.com`, email_verified: 'true' },
      groups: ['everybody', groups[i % MANY]!],
    })),
  )
  return UserPoolId
}
