import { expect, it } from 'vitest'
import { parseRestoreInput } from './restore-input.js'

const POOL = 'eu-west-1_Ab12Cd34E'
const parse = (input: unknown) => parseRestoreInput(input, 'eu-west-1')

it('takes what users of the AWS workflow know: a pool, into which everything of the latest goes that it lacks', () => {
  expect(parse({ NewUserPoolId: POOL })).toEqual({
    kind: 'plan',
    snapshot: undefined,
    region: undefined,
    dryRun: false,
    roleArn: undefined,
    request: { target: { mode: 'existing-pool', poolId: POOL } },
  })
})

it('takes the fuller form, with limits, mappings and another account', () => {
  const input = {
    snapshot: '20261125',
    to: { inPlace: true },
    users: ['alice', 'email^=a'],
    changedBetween: { from: '2026-11-24T09:00:00Z', to: '2026-11-24T11:00:00+01:00' },
    noWidening: true,
    map: ['eu-west-1=eu-central-1'],
    roleArn: 'arn:aws:iam::111122223333:role/CognitoVaultRestore',
    dryRun: true,
  }
  expect(parse(input)).toMatchObject({
    kind: 'plan',
    snapshot: '20261125',
    dryRun: true,
    roleArn: input.roleArn,
    request: {
      target: { mode: 'in-place' },
      noWidening: true,
      scope: {
        users: [
          { by: 'name', value: 'alice' },
          { by: 'attribute', name: 'email', operator: '^=', value: 'a' },
        ],
        changedBetween: { from: '2026-11-24T09:00:00.000Z', to: '2026-11-24T10:00:00.000Z' },
      },
    },
  })
})

it('takes a run that is to be gone on with', () => {
  expect(parse({ runId: 'run-1' })).toMatchObject({ kind: 'resume', runId: 'run-1' })
})

it.each<[string, unknown, string]>([
  ['nothing', undefined, 'to'],
  ['a limit that is misspelt', { to: { pool: POOL }, user: ['alice'] }, '"user"'],
  ['two places', { to: { pool: POOL, inPlace: true } }, 'to'],
  ['a limit beside the pool of the old form', { NewUserPoolId: POOL, users: ['alice'] }, '"users"'],
  ['what is no pool', { NewUserPoolId: 'shop' }, 'not the id of a user pool'],
  ['a deletion in another pool', { to: { pool: POOL }, deleteExtra: true }, 'deleteExtra goes with'],
  ['a limit that needs a pool that is there', { to: { newPool: 'a' }, groups: ['b'] }, 'needs a pool'],
  ['a pool of another Region', { NewUserPoolId: 'eu-central-1_Ab12Cd34E' }, 'not of eu-central-1'],
  ['a new pool in another Region', { to: { newPool: 'a', region: 'eu-central-1' } }, 'not of eu-central-1'],
  [
    'a time without its zone',
    { to: { inPlace: true }, changedBetween: { from: '2026-11-24', to: '2026-11-25' } },
    'changedBetween',
  ],
])('refuses %s, and names nobody', (_, input, words) => {
  expect(() => parse(input)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  expect(() => parse(input)).toThrow(words)
  try {
    parse(input)
  } catch (error) {
    expect(String(error)).not.toContain('alice')
  }
})

it('takes another Region with a role, and its own without', () => {
  const roleArn = 'arn:aws:iam::111122223333:role/cognito-vault-restore'
  expect(parse({ to: { newPool: 'a', region: 'eu-central-1' }, roleArn })).toMatchObject({
    region: 'eu-central-1',
  })
  expect(parse({ to: { newPool: 'a', region: 'eu-west-1' } })).toMatchObject({ region: 'eu-west-1' })
})
