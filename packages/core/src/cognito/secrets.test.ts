import { expect, it } from 'vitest'
import { MASK, masked } from './secrets.js'

it('masks every secret, at any depth, however it is spelt', () => {
  const shown = masked({
    ClientId: 'id',
    ClientSecret: 's',
    ClientSecretValue: 's',
    Providers: [
      { ProviderDetails: { client_id: 'id', client_secret: 's', private_key: 's', 'api-key': 's' } },
    ],
    TemporaryPassword: 's',
    password_hash: 's',
    FutureSharedSecret: { Value: 's' },
  })
  expect(JSON.stringify(shown)).not.toContain('"s"')
  expect(shown).toMatchObject({ ClientId: 'id', ClientSecret: MASK, FutureSharedSecret: MASK })
})

it('masks nothing else', () => {
  const body = {
    Policies: { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 3 } },
    ClientSecretId: 'id',
    GroupName: 'secretaries',
  }
  expect(masked(body)).toEqual(body)
})
