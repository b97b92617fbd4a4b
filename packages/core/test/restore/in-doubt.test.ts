import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import { restore, resume } from '../../src/actions/restore.js'
import type { CognitoApi } from '../../src/cognito/cognito-api.js'
import { dyingAtOperation } from '../support/dying-process.js'
import { type Lab, openLab } from '../support/lab.js'
import { approvedRun, diesWhileRestoring, goOn } from '../support/run-to-end.js'
import { person } from '../support/small-pool.js'

let lab: Lab
let pool: string
const request = { snapshot: 'latest', target: { mode: 'in-place' } } as const

afterEach(() => lab.close())

type PoolRequest = Parameters<Lab['simulator']['seed']['pool']>[0]

async function poolOf(
  more: PoolRequest,
  username: string,
  attributes: Record<string, string>,
): Promise<void> {
  lab = await openLab({ pages: 'full' })
  pool = lab.simulator.seed.pool({ PoolName: 'shop', ...more })
  lab.simulator.seed.users(pool, [{ username, attributes }])
  await backup(lab.context, [pool])
  lab.simulator.seed.deleteUser(pool, lab.simulator.inspect.pool(pool).users[0]!.username)
}

/** Dies after the call took effect and before its answer. */
async function dieAt(operation: string): Promise<void> {
  const process = dyingAtOperation(operation, 'before its answer')
  const mortal = lab.again({ wrap: process.wrapApi, store: process.wrapStore(lab.store) })
  expect(await diesWhileRestoring(mortal, request)).toBe(true)
}

const email = { email: 'ann@example.com', email_verified: 'true' }

describe.each<[string, PoolRequest, string, Record<string, string>]>([
  ['where people choose their usernames', {}, 'ann', email],
  ['whose usernames look like addresses', {}, 'ann@example.com', { email: 'other@example.com' }],
  ['where people sign in by email', { UsernameAttributes: ['email'] }, '', email],
  [
    'where people sign in by phone',
    { UsernameAttributes: ['phone_number'] },
    '',
    { phone_number: '+14155550100' },
  ],
  [
    'without case',
    { UsernameConfiguration: { CaseSensitive: false }, UsernameAttributes: ['email'] },
    '',
    { email: 'Ann@Example.com', email_verified: 'true' },
  ],
  [
    'that takes users without passwords',
    { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } } },
    'ann',
    email,
  ],
])('a pool %s', (_, poolRequest, username, attributes) => {
  it('knows the run’s own user again when the answer was lost', async () => {
    await poolOf(poolRequest, username, attributes)
    await dieAt('AdminCreateUser')
    const made = lab.simulator.inspect.pool(pool).users[0]!.sub
    const result = await goOn(lab, lab.store, request)
    expect(result!.failed).toEqual([])
    const { users } = lab.simulator.inspect.pool(pool)
    expect(users).toHaveLength(1)
    expect(users[0]).toMatchObject({ sub: made, status: 'CONFIRMED' })
  })
})

describe('a listing that lags behind', () => {
  beforeEach(() => poolOf({}, 'ann', email))

  /** A port to which users do not show in listings for so many looks after they were made. */
  const lagging =
    (looks: number) =>
    (api: CognitoApi): CognitoApi => ({
      ...api,
      call: async (operation, input, options) => {
        const answer = await api.call(operation, input, options)
        const isLook = operation === 'ListUsers' && input['Filter'] === 'username = "ann"'
        return isLook && looks-- > 0 ? { Users: [] } : answer
      },
    })

  it('does not make the run’s own user a conflict', async () => {
    await dieAt('AdminCreateUser')
    lab.passTime(120_000)
    const again = lab.again({ wrap: lagging(3) })
    const result = await goOn({ ...lab, again: () => again }, lab.store, request)
    expect(result!.failed).toEqual([])
    expect(lab.simulator.inspect.pool(pool).users).toMatchObject([{ status: 'CONFIRMED' }])
  })

  it('is waited for so long and no longer', async () => {
    await dieAt('AdminCreateUser')
    lab.passTime(120_000)
    const again = lab.again({ wrap: lagging(1_000) })
    const result = await goOn({ ...lab, again: () => again }, lab.store, request)
    expect(result!.failed[0]).toMatchObject({ operation: 'AdminCreateUser', outcome: 'conflict' })
  })
})

describe('whose email is a username that was to be made', () => {
  it('is nobody’s, and not taken for the run’s own', async () => {
    await poolOf({}, 'ann@example.com', { email: 'first@example.com' })
    await dieAt('AdminCreateUser')
    lab.simulator.seed.deleteUser(pool, 'ann@example.com')
    lab.simulator.seed.users(pool, [person('stranger', { attributes: { email: 'ann@example.com' } })])
    const result = await goOn(lab, lab.store, request)
    expect(result!.failed).toEqual([])
    expect(lab.simulator.inspect.user(pool, 'stranger').attributes['email']).toBe('ann@example.com')
    expect(lab.simulator.inspect.pool(pool).users.map((user) => user.username)).toEqual([
      'ann@example.com',
      'stranger',
    ])
  })
})

it('counts what was in effect already after a stop as done, and its user as monthly active', async () => {
  lab = await openLab({ pages: 'full' })
  pool = lab.simulator.seed.pool({ Schema: [{ Name: 'plan', AttributeDataType: 'String', Mutable: true }] })
  lab.simulator.seed.users(pool, [person('eve')])
  await backup(lab.context, [pool])
  lab.simulator.seed.attributes(pool, 'eve', { 'custom:plan': 'none' })
  lab.simulator.ledger.clear()
  await dieAt('AdminUpdateUserAttributes')
  const result = await goOn(lab, lab.store, request)
  expect(result).toMatchObject({ done: { AdminUpdateUserAttributes: 1 }, mau: 1 })
  expect(lab.simulator.ledger.mau.count(pool)).toBe(1)
})

describe('a client or a pool whose creation is in doubt while listings lag', () => {
  /** A port to which what a run makes does not show in listings for so many looks. */
  const lagging =
    (listing: string, items: string, looks: number) =>
    (api: CognitoApi): CognitoApi => ({
      ...api,
      call: async (operation, input, options) => {
        const answer = await api.call(operation, input, options)
        return operation === listing && looks-- > 0 ? { ...answer, [items]: [] } : answer
      },
    })

  it.each([
    ['CreateUserPoolClient', 'ListUserPoolClients', 'UserPoolClients'],
    ['CreateUserPool', 'ListUserPools', 'UserPools'],
  ])('is not made twice: %s', async (creation, listing, items) => {
    lab = await openLab({ pages: 'full' })
    pool = lab.simulator.seed.pool({ PoolName: 'shop' })
    lab.simulator.seed.call('CreateUserPoolClient', { UserPoolId: pool, ClientName: 'web' })
    await backup(lab.context, [pool])
    const intoNew = { snapshot: 'latest', target: { mode: 'new-pool', poolName: 'copy' } } as const
    const process = dyingAtOperation(creation, 'before its answer')
    const mortal = lab.again({ wrap: process.wrapApi, store: process.wrapStore(lab.store) })
    expect(await diesWhileRestoring(mortal, intoNew)).toBe(true)
    const again = lab.again({ wrap: lagging(listing, items, 3) })
    const result = await goOn({ ...lab, again: () => again }, lab.store, intoNew)
    expect(result!.failed).toEqual([])
    expect(lab.simulator.inspect.poolIds()).toHaveLength(2)
    expect(lab.simulator.inspect.pool(result!.poolId).clients).toMatchObject([{ ClientName: 'web' }])
  })
})

describe('a request that is never answered', () => {
  const fails = (username?: string): void =>
    void lab.simulator.faults.add({
      operation: 'AdminCreateUser',
      kind: 'error',
      code: 'InternalErrorException',
      status: 500,
      ...(username === undefined ? {} : { matching: ({ Username }) => Username === username }),
    })

  beforeEach(async () => {
    await poolOf({}, 'ann', email)
    const names = Array.from({ length: 30 }, (_, i) => `user-${i}`)
    lab.simulator.seed.users(
      pool,
      names.map((username) => ({ username })),
    )
    await backup(lab.context, [pool])
    for (const name of names) lab.simulator.seed.deleteUser(pool, name)
  })

  it('is that user’s failure while others are answered, and keeps nobody else from coming back', async () => {
    fails('user-7')
    const result = await restore(lab.context, request, () => Promise.resolve('execute'))
    expect(result!.failed).toMatchObject([
      {
        operation: 'AdminCreateUser',
        outcome: 'failed',
        reason: expect.stringContaining('attempt') as string,
      },
      { operation: 'AdminSetUserPassword', outcome: 'not-tried' },
    ])
    expect(lab.simulator.inspect.userCount(pool)).toBe(29)
  })

  it('ends the run when none is answered, which can be resumed with nobody lost', async () => {
    fails()
    await expect(restore(lab.context, request, () => Promise.resolve('execute'))).rejects.toMatchObject({
      code: 'COGNITO_FAILED',
      hint: expect.stringContaining('cognito-vault resume run-') as string,
    })
    lab.simulator.faults.clear()
    lab.passTime(120_000)
    const runId = await approvedRun(lab.store)
    const result = await resume(lab.again({}), runId!)
    expect(lab.simulator.inspect.userCount(pool)).toBeGreaterThanOrEqual(30 - 9)
    expect(result.failed.length).toBeLessThanOrEqual(2 * 9)
  })
})
