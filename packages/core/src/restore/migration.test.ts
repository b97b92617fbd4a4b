import { describe, expect, it } from 'vitest'
import { collect } from '../testing/collect.js'
import { setOf } from '../testing/resource-sets.js'
import { streamOf, type ViewedUser, viewOf } from '../testing/user-views.js'
import { markMigrating, notesOfMigration, withMigrationFunction } from './migration.js'

const REACHABLE = { email: 'ann@example.com', email_verified: 'true' }
const PROFILE = { username: 'Corp_1', attributes: { identities: '[{"userId":"1","providerName":"Corp"}]' } }

async function comes(before: ViewedUser, now: ViewedUser | undefined): Promise<boolean> {
  const living = streamOf(...(now === undefined ? [] : [viewOf(now).record]))
  const [view, ...others] = await collect(markMigrating(streamOf(viewOf(before)), living))
  expect(others).toEqual([])
  return view!.migrates === true
}

describe('a user of the snapshot', () => {
  it.each<[string, ViewedUser, ViewedUser]>([
    ['confirmed then and now', {}, {}],
    ['who has reset the password since', { status: 'RESET_REQUIRED' }, {}],
    ['who has to reset it and can be reached', {}, { status: 'RESET_REQUIRED', attributes: REACHABLE }],
  ])('%s comes by migration', async (_, before, now) => {
    expect(await comes(before, now)).toBe(true)
  })

  it.each<[string, ViewedUser, ViewedUser | undefined]>([
    ['who is not in the old pool any more', {}, undefined],
    ['of whose name somebody else is', {}, { sub: 'sub-9' }],
    ['who was disabled', { enabled: false }, {}],
    ['who is disabled', {}, { enabled: false }],
    ['who has to reset and cannot be reached', {}, { status: 'RESET_REQUIRED' }],
    ['with a temporary password then', { status: 'FORCE_CHANGE_PASSWORD' }, {}],
    ['with a temporary password now', {}, { status: 'FORCE_CHANGE_PASSWORD' }],
    ['whose password was known to others', { status: 'COMPROMISED' }, {}],
    ['of a provider', { status: 'EXTERNAL_PROVIDER' }, { status: 'EXTERNAL_PROVIDER' }],
    ['of a provider, with a password', PROFILE, PROFILE],
  ])('%s does not', async (_, before, now) => {
    expect(await comes(before, now)).toBe(false)
  })

  it('who came after the snapshot is nobody of it', async () => {
    expect(await collect(markMigrating(streamOf(), streamOf(viewOf({}).record)))).toEqual([])
  })
})

describe('a configuration', () => {
  const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:migrate'
  const codesOf = (...given: Parameters<typeof notesOfMigration>): unknown =>
    [...notesOfMigration(...given)].map(([key, notes]) => [key, ...notes.map(({ code }) => code)])

  it('gets the function beside the triggers that it has, and is said to', () => {
    const wanted = setOf(['pool', '', { Name: 'shop', LambdaConfig: { PreSignUp: 'x' } }], ['group', 'g', {}])
    const made = withMigrationFunction(wanted, FUNCTION)
    expect(made.one('pool')?.body).toEqual({
      Name: 'shop',
      LambdaConfig: { PreSignUp: 'x', UserMigration: FUNCTION },
    })
    expect(made.of('group')).toEqual(wanted.of('group'))
    expect(codesOf(setOf(), made.one('pool')?.body, FUNCTION)).toEqual([['pool', 'migration-function-set']])
  })

  it('is told to need one, where it has none', () => {
    expect(codesOf(setOf(), {}, undefined)).toEqual([['pool', 'migration-function-missing']])
    expect(codesOf(setOf(), { LambdaConfig: { UserMigration: FUNCTION } }, undefined)).toEqual([])
  })

  it('is told of the clients through which nobody can come', () => {
    const clients = setOf(
      ['client', 'srp', { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] }],
      ['client', 'default', {}],
      ['client', 'password', { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] }],
      ['client', 'server', { ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'] }],
      ['client', 'pages', { AllowedOAuthFlows: ['code'] }],
      ['client', 'machine', { AllowedOAuthFlows: ['client_credentials'] }],
    )
    expect(codesOf(clients, {}, FUNCTION)).toEqual([
      ['pool', 'migration-function-set'],
      ['client/srp', 'migration-needs-password-flow'],
      ['client/default', 'migration-needs-password-flow'],
    ])
  })
})
