import { describe, expect, it } from 'vitest'
import type { PlannedOperation } from '../cognito/operation.js'
import { collect } from '../testing/collect.js'
import { streamOf, type ViewedUser, viewOf } from '../testing/user-views.js'
import type { PlanOptions } from './plan-options.js'
import { planUsers } from './plan-users.js'
import { withHash } from './engines/hashes/plan-hashes.js'
import { isLockedOut } from './locked-out.js'
import { foreseenNotes, type Step } from './step.js'
import type { UserPlanning } from './user-planning.js'

const POOL = { UserPoolId: { $ref: 'pool' } }
const ANN = { ...POOL, Username: { $ref: 'user/sub-1' } }
const VERIFIED = { email: 'ann@example.com', email_verified: 'true' }

const creation = (attributes: Record<string, string> = VERIFIED, Username = 'ann'): PlannedOperation => ({
  operation: 'AdminCreateUser',
  input: {
    ...POOL,
    Username,
    UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
    TemporaryPassword: { $ref: 'random-password' },
    MessageAction: 'SUPPRESS',
    ClientMetadata: { 'cognito-vault-run': { $ref: 'run' } },
  },
  binds: 'user/sub-1',
})
const password = {
  operation: 'AdminSetUserPassword',
  input: { ...ANN, Password: { $ref: 'random-password' }, Permanent: true },
}
const disabling = { operation: 'AdminDisableUser', input: ANN }
const joining = (GroupName: string): PlannedOperation => ({
  operation: 'AdminAddUserToGroup',
  input: { ...ANN, GroupName },
  expects: { 'group role': GroupName === 'admins' ? 'arn:role' : null },
})

interface Planned {
  readonly user?: ViewedUser
  readonly options?: Partial<PlanOptions>
  readonly planning?: Partial<UserPlanning>
}

/** The step for a user whom the target lacks. */
async function planned({ user = {}, options = {}, planning = {} }: Planned = {}): Promise<Step> {
  const steps = await collect(
    planUsers(
      streamOf({ pair: { key: 'sub-1', left: viewOf({ attributes: VERIFIED, ...user }) }, notes: [] }),
      {
        options: { mode: 'new-pool', deleteExtra: false, deleteNewer: false, noWidening: false, ...options },
        snapshot: { complete: true, takenAt: '2026-11-01T00:00:00.000Z' },
        rules: { usernameAttributes: [], caseSensitive: true },
        groups: new Set(['admins', 'buyers']),
        roles: new Map([['admins', 'arn:role']]),
        samePool: true,
        mutableAttributes: new Set(),
        providers: new Set(['Corp', 'Partner']),
        mfaFactors: [],
        mfa: { factors: [], isRequired: false },
        recovery: { recovery: ['email', 'phone_number'], codes: [], sparesSecondFactor: true },
        ...planning,
      },
    ),
  )
  expect(steps).toHaveLength(1)
  return steps[0]!
}

describe('a user who is made in a new pool', () => {
  const subject = { kind: 'user', id: 'sub-1', username: 'ann' }

  it('is created silently, with a password that nobody knows', async () => {
    expect(await planned()).toEqual({
      phase: 'users',
      subject,
      operations: [creation(), password],
      notes: [{ code: 'new-account' }, { code: 'password-unknown' }],
    })
  })

  it.each<[status: string, operations: PlannedOperation[], notes: string[]]>([
    ['CONFIRMED', [creation(), password], ['new-account', 'password-unknown']],
    ['COMPROMISED', [creation(), password], ['new-account', 'password-unknown']],
    ['RESET_REQUIRED', [creation(), password], ['new-account', 'reset-required-became-confirmed']],
    ['FORCE_CHANGE_PASSWORD', [creation()], ['new-account', 'temporary-password-unknown']],
    ['UNCONFIRMED', [], ['unconfirmed-user']],
    ['EXTERNAL_PROVIDER', [], ['federated-user']],
  ])('and was %s', async (status, operations, notes) => {
    expect(await planned({ user: { status } })).toEqual({
      phase: 'users',
      subject,
      operations,
      notes: notes.map((code) => ({ code })),
    })
  })

  it.each(['CONFIRMED', 'UNCONFIRMED'])(
    'and is on the erasure list is not, whatever the state: %s',
    async (status) => {
      const isErased = ({ sub }: { sub: string }): boolean => sub === 'sub-1'
      expect(await planned({ user: { status }, planning: { isErased } })).toEqual({
        phase: 'users',
        subject,
        operations: [],
        notes: [{ code: 'erased' }],
      })
    },
  )

  it.each([
    ['CONFIRMED', 'Corp_42', '[{"userId":"42","providerName":"Corp"}]', 'federated-user'],
    [
      'FORCE_CHANGE_PASSWORD',
      'corp_42',
      '[{"userId":"1","providerName":"Corp"},{"userId":"42","providerName":"Corp"}]',
      'federated-user',
    ],
    // Linked to a provider's identity, and not its profile.
    ['CONFIRMED', 'ann', '[{"userId":"42","providerName":"Corp"}]', 'new-account'],
    ['CONFIRMED', 'Corp_42', 'not JSON', 'new-account'],
    ['CONFIRMED', 'Corp_42', '{}', 'new-account'],
  ])('and was %s, named %s with the identities %s', async (status, username, identities, code) => {
    const attributes = { ...VERIFIED, identities }
    const { notes } = await planned({ user: { status, username, attributes } })
    expect(notes[0]).toEqual({ code })
  })

  it('and was in a state that is not known is reported with it', async () => {
    expect(await planned({ user: { status: 'ARCHIVED' } })).toMatchObject({
      operations: [],
      notes: [{ code: 'unknown-status', detail: 'ARCHIVED' }],
    })
  })

  it('is disabled before there is a password or a group, and put into those groups that will be there', async () => {
    const user = { enabled: false, groups: ['admins', 'buyers', 'ghosts', 'shades'] }
    const { operations, notes } = await planned({ user })
    expect(operations).toEqual([creation(), disabling, password, joining('admins'), joining('buyers')])
    expect(notes.at(-1)).toEqual({ code: 'group-unknown', detail: 'ghosts, shades' })
  })

  it('is linked to identities of the providers that the target has, before there is a group', async () => {
    const identities = JSON.stringify([
      { userId: '42', providerName: 'Corp', providerType: 'SAML', primary: 'false' },
      { userId: 'a', providerName: 'SignInWithApple' },
      { userId: 'b', providerName: 'SignInWithApple' },
    ])
    const user = { attributes: { ...VERIFIED, identities }, groups: ['buyers'] }
    const linking = {
      operation: 'AdminLinkProviderForUser',
      input: {
        ...POOL,
        DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: { $ref: 'user/sub-1' } },
        SourceUser: {
          ProviderName: 'Corp',
          ProviderAttributeName: 'Cognito_Subject',
          ProviderAttributeValue: '42',
        },
      },
    }
    const { operations, notes } = await planned({ user })
    expect(operations).toEqual([creation(), password, linking, joining('buyers')])
    expect(notes.at(-1)).toEqual({ code: 'link-provider-missing', detail: 'SignInWithApple' })
    const inLivingPool = await planned({ user, options: { mode: 'in-place' } })
    expect(inLivingPool.operations[2]).toEqual({ ...linking, widens: 'linked-identity' })
  })

  it('is given no attribute that only the service writes', async () => {
    const written = { sub: 'sub-1', identities: '[]', 'cognito:user_status': 'CONFIRMED' }
    const user = { attributes: { ...written, ...VERIFIED, 'custom:cognito:plan': 'gold' } }
    const { operations, notes } = await planned({ user })
    expect(operations[0]).toEqual(creation({ ...VERIFIED, 'custom:cognito:plan': 'gold' }))
    expect(notes.map(({ code }) => code)).toEqual(['new-account', 'password-unknown'])
  })

  it.each<[attributes: Record<string, string>, isOut: boolean]>([
    [{}, true],
    [{ email: 'a@x' }, true],
    [{ email: 'a@x', email_verified: 'false' }, true],
    [{ email: 'a@x', email_verified: 'True' }, false],
    [{ phone_number: '+1', phone_number_verified: 'true' }, false],
  ])('with %j has no way in: %s', async (attributes, isOut) => {
    const { notes } = await planned({ user: { attributes } })
    expect(notes.some(({ code }) => code === 'no-way-in')).toBe(isOut)
  })

  it('is said to have no factor of MFA on, where the pool had any', async () => {
    const { notes } = await planned({ planning: { mfaFactors: ['SMS_MFA', 'WEB_AUTHN'] } })
    expect(notes.at(-1)).toEqual({ code: 'mfa-not-known', detail: 'SMS_MFA, WEB_AUTHN' })
  })

  it('is locked out where only an administrator recovers accounts, but not where a provider lets the user in', async () => {
    const planning = { recovery: { recovery: [], codes: [], sparesSecondFactor: true } }
    const identities = JSON.stringify([{ userId: '42', providerName: 'Corp' }])
    const { notes } = await planned({ planning })
    expect(notes.at(-1)).toEqual({ code: 'recovery-by-administrator' })
    const linked = await planned({ planning, user: { attributes: { ...VERIFIED, identities } } })
    expect(linked.notes.map(({ code }) => code)).toEqual(['new-account', 'password-unknown'])
  })

  it('is locked out by an import too, of which the password is no matter, but not with a hash of the password', async () => {
    const engine = {
      kind: 'import',
      autoVerified: ['email'],
      columns: new Set(['email', 'email_verified']),
      required: [],
      isPasswordless: false,
    } as const
    const step = await planned({
      planning: { engine, recovery: { recovery: ['phone_number'], codes: [], sparesSecondFactor: true } },
    })
    const obstacle = { code: 'recovery-by-other-address', detail: 'phone_number' }
    expect(step.notes).toEqual([{ code: 'new-account' }])
    expect(step.engine).toMatchObject({
      kind: 'import',
      ifImported: [{ code: 'reset-required-by-import' }, obstacle],
      ifCalled: [{ code: 'password-unknown' }, obstacle],
    })
    expect(isLockedOut(foreseenNotes(step))).toBe(true)
    expect(isLockedOut(foreseenNotes(withHash(step, 'BCRYPT')))).toBe(false)
  })

  it('loses nothing for what the options say of pools that live', async () => {
    const options = { noWidening: true, deleteExtra: true, deleteNewer: true }
    expect(await planned({ options, user: { groups: ['admins'] } })).toMatchObject({
      operations: [creation(), password, joining('admins')],
      notes: [{ code: 'new-account' }, { code: 'password-unknown' }],
    })
  })
})

describe('a user who gets a second factor back', () => {
  const user = {
    attributes: { ...VERIFIED, phone_number: '+15550100' },
    mfa: { UserMFASettingList: ['SMS_MFA'], PreferredMfaSetting: 'SMS_MFA' },
    groups: ['buyers'],
    enabled: false,
  }
  const mfa = { factors: ['SMS_MFA'], isRequired: false }

  it('gets it when there is a password, and before there are groups', async () => {
    const { operations, notes } = await planned({ user, planning: { mfa } })
    expect(operations.map(({ operation }) => operation)).toEqual([
      'AdminCreateUser',
      'AdminDisableUser',
      'AdminSetUserPassword',
      'AdminSetUserMFAPreference',
      'AdminAddUserToGroup',
    ])
    expect(notes).toEqual([{ code: 'new-account' }, { code: 'password-unknown' }])
  })

  it('is not imported, as whoever has to reset a password can be given none; unless there is a hash', async () => {
    const engine = {
      kind: 'import',
      autoVerified: ['email'],
      columns: new Set(['email', 'email_verified', 'phone_number']),
      required: [],
      isPasswordless: false,
    } as const
    const enabled = { ...user, enabled: true }
    const step = await planned({ user: enabled, planning: { mfa, engine } })
    expect(step).toMatchObject({ phase: 'users', engine: { kind: 'api', why: 'second-factor' } })
    const hashed = withHash(step, 'BCRYPT')
    expect(hashed).toMatchObject({ phase: 'import', notes: [{ code: 'new-account' }] })
    expect(foreseenNotes(hashed).map(({ code }) => code)).toEqual(['new-account', 'password-from-hash'])
    const passwordless = { ...engine, isPasswordless: true }
    expect(await planned({ user: enabled, planning: { mfa, engine: passwordless } })).toMatchObject({
      phase: 'import',
    })
  })

  it('is locked out where the only verified address is where its codes go', async () => {
    const recovery = { recovery: ['phone_number'], codes: [], sparesSecondFactor: true } as const
    const attributes = { phone_number: '+15550100', phone_number_verified: 'true' }
    const step = await planned({ user: { ...user, attributes }, planning: { mfa, recovery } })
    expect(step.notes.at(-1)).toEqual({ code: 'recovery-by-second-factor' })
    expect(isLockedOut(step.notes)).toBe(true)
  })
})

describe('where the service makes usernames', () => {
  const rules = { usernameAttributes: ['phone_number', 'email'], caseSensitive: false }

  it('a user is created by the first attribute that people sign in with and the user has', async () => {
    const { operations, notes, subject } = await planned({ planning: { rules } })
    expect(subject.username).toBe('ann')
    expect(operations[0]).toEqual(creation(VERIFIED, 'ann@example.com'))
    expect(notes.slice(0, 2)).toEqual([{ code: 'new-account' }, { code: 'new-username' }])
  })

  it('a user without any is reported', async () => {
    expect(await planned({ planning: { rules }, user: { attributes: { email: '' } } })).toMatchObject({
      operations: [],
      notes: [{ code: 'no-login' }],
    })
  })
})

describe.each(['in-place', 'existing-pool'] as const)('a user who is made again %s', (mode) => {
  it('widens access, and so does each group with a role', async () => {
    const { operations } = await planned({ options: { mode }, user: { groups: ['admins', 'buyers'] } })
    expect(operations).toEqual([
      { ...creation(), widens: 'recreate-user' },
      password,
      { ...joining('admins'), widens: 'membership-with-role' },
      joining('buyers'),
    ])
  })

  it('is left out when nothing may be widened', async () => {
    expect(await planned({ options: { mode, noWidening: true } })).toMatchObject({
      phase: 'users',
      operations: [],
      notes: [{ code: 'not-made-again' }],
    })
  })

  it('is lost all the same where nobody could make the user', async () => {
    const options = { mode, noWidening: true }
    expect((await planned({ options, user: { status: 'UNCONFIRMED' } })).notes).toEqual([
      { code: 'unconfirmed-user' },
    ])
  })
})
