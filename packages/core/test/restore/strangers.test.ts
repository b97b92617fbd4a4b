import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import { restore } from '../../src/actions/restore.js'
import { DEATHS, dyingAtOperation } from '../support/dying-process.js'
import { type Lab, openLab } from '../support/lab.js'
import { linesUnder } from '../support/report-lines.js'
import { diesWhileRestoring, goOn, yes } from '../support/run-to-end.js'
import { person, seedSmallPool } from '../support/small-pool.js'

let lab: Lab
let pool: string
const request = { snapshot: 'latest', target: { mode: 'in-place' } } as const

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
  pool = seedSmallPool(lab.simulator)
  await backup(lab.context, [pool])
  lab.simulator.seed.deleteUser(pool, 'ann')
})

afterEach(() => lab.close())

const ann = { username: 'ann', attributes: person('ann').attributes! } as const

/** Somebody else's account under the name of the deleted user. */
const strangers = {
  'signed up and not confirmed': { ...ann, status: 'UNCONFIRMED' },
  'signed up and confirmed, with the very same attributes': { ...ann, status: 'CONFIRMED' },
  'made by another administrator, otherwise': {
    username: 'ann',
    attributes: { email: 'other@example.com' },
    status: 'FORCE_CHANGE_PASSWORD',
  },
  'made by another administrator with the same attributes, long before': {
    ...ann,
    status: 'FORCE_CHANGE_PASSWORD',
    createDate: new Date('2026-01-01T00:00:00Z'),
    modifiedDate: new Date('2026-01-01T00:00:00Z'),
  },
  'made by another administrator and used since': {
    ...ann,
    status: 'FORCE_CHANGE_PASSWORD',
    modifiedDate: new Date('2027-01-01T00:00:00Z'),
  },
} as const

describe.each(Object.entries(strangers))('an account that is %s', (_, stranger) => {
  function isUntouched(sub: string): void {
    const found = lab.simulator.inspect.user(pool, 'ann')
    expect(found.sub).toBe(sub)
    expect(found.status).toBe(stranger.status)
    expect(found.groups).toEqual([])
    expect(found.attributes['email']).toBe(stranger.attributes.email)
  }

  it('is left alone when it appears between the plan and the write', async () => {
    let sub = ''
    const result = await restore(lab.context, request, () => {
      sub = lab.simulator.seed.users(pool, [stranger])[0]!
      return yes()
    })
    isUntouched(sub)
    expect(result?.failed).toMatchObject([
      { operation: 'AdminCreateUser', outcome: 'conflict' },
      { operation: 'AdminSetUserPassword', outcome: 'not-tried' },
      { outcome: 'not-tried' },
      { outcome: 'not-tried' },
    ])
  })

  it('is left alone when it appears while the run is stopped before its call', async () => {
    const process = dyingAtOperation('AdminCreateUser', DEATHS[0])
    const mortal = lab.again({ wrap: process.wrapApi, store: process.wrapStore(lab.store) })
    expect(await diesWhileRestoring(mortal, request)).toBe(true)
    expect(process.calls.at(-1)).toBe('AdminCreateUser')
    const [sub] = lab.simulator.seed.users(pool, [stranger])
    const result = await goOn(lab, lab.store, request)
    isUntouched(sub!)
    expect(result?.failed[0]).toMatchObject({ operation: 'AdminCreateUser', outcome: 'conflict' })
  })
})

it('does not set a password again that the user has chosen while the run was stopped', async () => {
  const process = dyingAtOperation('AdminSetUserPassword', 'before its answer')
  const mortal = lab.again({ wrap: process.wrapApi, store: process.wrapStore(lab.store) })
  expect(await diesWhileRestoring(mortal, request)).toBe(true)
  expect(process.calls.at(-1)).toBe('AdminSetUserPassword')
  lab.simulator.seed.call('AdminSetUserPassword', {
    UserPoolId: pool,
    Username: 'ann',
    Password: 'My-own-choice-1',
    Permanent: true,
  })
  await goOn(lab, lab.store, request)
  expect(lab.simulator.inspect.passwordIs(pool, 'ann', 'My-own-choice-1')).toBe(true)
})

describe('a stranger who takes the username of a survivor', () => {
  beforeEach(async () => {
    lab.simulator.seed.users(pool, [person('sue', { groups: ['admins'] })])
    await backup(lab.context, [pool])
    lab.simulator.seed.call('AdminRemoveUserFromGroup', {
      UserPoolId: pool,
      Username: 'sue',
      GroupName: 'admins',
    })
    lab.simulator.seed.change(pool, 'sue', { enabled: false })
  })

  it('is given nothing of what the survivor was to get back', async () => {
    const result = await restore(lab.context, request, () => {
      lab.simulator.seed.deleteUser(pool, 'sue')
      lab.simulator.seed.users(pool, [{ ...person('sue'), enabled: false }])
      return yes()
    })
    const stranger = lab.simulator.inspect.user(pool, 'sue')
    expect([stranger.groups, stranger.enabled]).toEqual([[], false])
    expect(result?.failed.map((failure) => failure.outcome)).toEqual(['conflict', 'conflict'])
  })
})

it('does not put into groups whoever took the name of a user made again, while the run was stopped', async () => {
  const process = dyingAtOperation('AdminSetUserPassword', 'before it is sent')
  const mortal = lab.again({ wrap: process.wrapApi, store: process.wrapStore(lab.store) })
  expect(await diesWhileRestoring(mortal, request)).toBe(true)
  lab.simulator.seed.deleteUser(pool, 'ann')
  lab.simulator.seed.users(pool, [person('ann')])
  await goOn(lab, lab.store, request)
  expect(lab.simulator.inspect.user(pool, 'ann').groups).toEqual([])
})

it('deletes nobody in a run in which somebody could not be made again', async () => {
  let sub = ''
  const everything = { ...request, deleteExtra: true, deleteNewer: true }
  lab.simulator.seed.users(pool, [{ ...ann, status: 'CONFIRMED' }])
  const result = await restore(lab.context, everything, () => {
    sub = lab.simulator.inspect.user(pool, 'ann').sub
    return yes()
  })
  expect(lab.simulator.inspect.user(pool, 'ann').sub).toBe(sub)
  expect(result?.failed).toContainEqual(
    expect.objectContaining({ operation: 'AdminDeleteUser', outcome: 'not-tried' }),
  )
  const report = await linesUnder(lab.store, result!.fidelityReport)
  expect(report).toContainEqual(
    expect.objectContaining({
      id: sub,
      outcome: 'transformed',
      notes: [expect.objectContaining({ code: 'left-standing' })],
    }),
  )
})

it('does not take a group for its own that has more than was asked for, though it has its name', async () => {
  lab.simulator.seed.call('DeleteGroup', { UserPoolId: pool, GroupName: 'admins' })
  const process = dyingAtOperation('CreateGroup', 'before it is sent')
  const mortal = lab.again({ wrap: process.wrapApi, store: process.wrapStore(lab.store) })
  expect(await diesWhileRestoring(mortal, request)).toBe(true)
  const RoleArn = 'arn:aws:iam::123456789012:role/root'
  lab.simulator.seed.call('CreateGroup', { UserPoolId: pool, GroupName: 'admins', Precedence: 1, RoleArn })
  const result = await goOn(lab, lab.store, request)
  expect(lab.simulator.inspect.pool(pool).memberships['admins'] ?? []).toEqual([])
  expect(result?.failed).toContainEqual(
    expect.objectContaining({ operation: 'CreateGroup', outcome: 'conflict' }),
  )
})

it('does not write to whoever has given another address after the plan was made, and verified it', async () => {
  lab.simulator.seed.users(pool, [person('eve', { attributes: { email: 'eve@example.com' } })])
  await backup(lab.context, [pool])
  lab.simulator.seed.attributes(pool, 'eve', { email: 'thief@example.com', email_verified: 'true' })
  const own = { email: 'own@example.com', email_verified: 'true' }
  const result = await restore(lab.context, request, () => {
    lab.simulator.seed.attributes(pool, 'eve', own)
    return yes()
  })
  expect(lab.simulator.inspect.user(pool, 'eve').attributes).toMatchObject(own)
  expect(result?.failed.map(({ operation, outcome }) => `${operation} ${outcome}`)).toEqual([
    'AdminUpdateUserAttributes drifted',
    'AdminUpdateUserAttributes drifted',
  ])
})
