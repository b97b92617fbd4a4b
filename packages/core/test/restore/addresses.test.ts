import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import type { RestoreRequest } from '../../src/actions/restore-request.js'
import { restore, type RestoreResult } from '../../src/actions/restore.js'
import { undo } from '../../src/actions/undo.js'
import { DEATHS, dyingAtCall } from '../support/dying-process.js'
import { type Lab, openLab } from '../support/lab.js'
import { restoreToTheEnd, yes } from '../support/run-to-end.js'
import { points } from '../support/sweep.js'

let lab: Lab
let pool: string
let snapshot: string

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
})
afterEach(() => {
  expect(lab.simulator.ledger.messages.all()).toEqual([])
  return lab.close()
})

const PEOPLE = { ann: 'true', bob: 'false', cat: 'true', dan: 'true' } as const

async function seeded(settings: object = {}): Promise<void> {
  const { seed } = lab.simulator
  pool = seed.pool({ PoolName: 'shop', AutoVerifiedAttributes: ['email'], ...settings })
  seed.users(
    pool,
    Object.entries(PEOPLE).map(([name, verified], i) => ({
      username: 'UsernameAttributes' in settings ? undefined! : name,
      attributes: {
        email: `${name}@example.com`,
        email_verified: verified,
        phone_number: `+1555010${i}`,
        phone_number_verified: 'true',
      },
    })),
  )
  snapshot = (await backup(lab.context, [pool])).snapshots[0]!.id
  lab.simulator.ledger.clear()
}

type Attributes = Readonly<Record<string, string | undefined>>

/** What users have, by the sub, so that nobody is taken for another. */
function people(): Map<string, Attributes> {
  return new Map(lab.simulator.inspect.pool(pool).users.map((user) => [user.sub, { ...user.attributes }]))
}

function subOf(name: string): string {
  for (const [sub, { email }] of people()) if (email === `${name}@example.com`) return sub
  throw new Error(`nobody is ${name}`)
}

/** Gives addresses as somebody would who writes to the pool's own store: no rule is asked. */
function give(addresses: Readonly<Record<string, Attributes>>): void {
  const subs = new Map(Object.keys(addresses).map((name) => [name, subOf(name)]))
  for (const [name, attributes] of Object.entries(addresses)) {
    const user = lab.simulator.inspect.pool(pool).users.find(({ sub }) => sub === subs.get(name))!
    lab.simulator.seed.attributes(pool, user.username, attributes)
  }
}

async function repair(more: Partial<RestoreRequest> = {}): Promise<RestoreResult> {
  return (await restore(lab.context, { snapshot, target: { mode: 'in-place' }, ...more }, yes))!
}

const ALIASES = { AliasAttributes: ['email', 'phone_number'] }
const BY_EMAIL = { UsernameAttributes: ['email'] }
const DEFERRED = {
  UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
}

describe.each([
  ['by username', {}],
  ['by alias', ALIASES],
  ['by email', BY_EMAIL],
  ['by alias, with changes deferred until they are verified', { ...ALIASES, ...DEFERRED }],
  ['by email, with changes deferred until they are verified', { ...BY_EMAIL, ...DEFERRED }],
])('in a pool that signs in %s', (_, settings) => {
  beforeEach(() => seeded(settings))

  it('addresses come back, verified and unverified', async () => {
    const before = people()
    give({
      ann: { email: 'x@example.com', email_verified: 'false' },
      bob: { email: 'y@example.com', email_verified: 'true' },
      cat: { phone_number: '+15559999' },
    })
    expect((await repair()).failed).toEqual([])
    expect(people()).toEqual(before)
  })

  it('two users who swapped their addresses have their own again, and three who passed theirs on', async () => {
    const before = people()
    give({
      ann: { email: 'free@example.com', phone_number: '+15550199' },
      cat: { email: 'ann@example.com', phone_number: '+15550100' },
    })
    lab.simulator.seed.attributes(pool, userNamed('free@example.com'), {
      email: 'cat@example.com',
      phone_number: '+15550102',
    })
    expect(people()).not.toEqual(before)
    const result = await repair()
    expect(result.failed).toEqual([])
    expect(people()).toEqual(before)
    expect(result.mau).toBe(2)
    expect(result.fidelity.lost).toBe(0)
  })
})

function userNamed(email: string): string {
  return lab.simulator.inspect.pool(pool).users.find(({ attributes }) => attributes['email'] === email)!
    .username
}

/** Ann has Bob's address, Bob has Cat's, Cat has Ann's. */
function passOn(): void {
  const names = ['ann', 'bob', 'cat'] as const
  const users = names.map((name) => userNamed(`${name}@example.com`))
  for (const [i, user] of users.entries())
    lab.simulator.seed.attributes(pool, user, { email: `free${i}@example.com` })
  for (const [i, user] of users.entries())
    lab.simulator.seed.attributes(pool, user, {
      email: `${names[(i + 1) % 3]!}@example.com`,
      email_verified: 'true',
    })
}

it('is put right wherever the process dies, and taken back', async () => {
  await seeded(BY_EMAIL)
  const before = people()
  passOn()
  const passed = people()
  for (const n of points()) {
    const process = dyingAtCall(n, DEATHS[Math.floor(n / 3) % DEATHS.length]!)
    const result = await restoreToTheEnd(lab, lab.store, process, { snapshot, target: { mode: 'in-place' } })
    expect(people()).toEqual(before)
    passOn()
    if (result === undefined) break
    expect(result.failed).toEqual([])
  }
  const { runId } = await repair()
  expect(people()).toEqual(before)
  await undo(lab.context, runId, {}, yes)
  expect(people()).toEqual(passed)
})

it('an address that a stranger has by now stays theirs, and all else comes back', async () => {
  await seeded(ALIASES)
  const { seed } = lab.simulator
  give({ ann: { email: 'x@example.com', phone_number: '+15559999', nickname: 'x' } })
  seed.users(pool, [
    { username: 'stranger', attributes: { email: 'ann@example.com', email_verified: 'true' } },
  ])
  const result = await repair()
  const ann = [...people().values()].find(({ phone_number }) => phone_number === '+15550100')!
  expect(ann).toMatchObject({ email: 'x@example.com', phone_number: '+15550100' })
  expect(result.notes['address-held']).toBe(1)
  expect(result.failed.map(({ outcome }) => outcome)).toEqual(['conflict'])
  expect(result.fidelity.lost).toBe(1)
})

it('whoever gives an address up, and whose own a stranger has by now, is told of', async () => {
  await seeded(ALIASES)
  // Bob, unverified, has Ann's address; Ann's is to go back to her, and his own is a stranger's by now.
  const bob = userNamed('bob@example.com')
  give({ ann: { email: 'x@example.com' } })
  lab.simulator.seed.attributes(pool, bob, { email: 'ann@example.com', email_verified: 'true' })
  lab.simulator.seed.users(pool, [
    { username: 'stranger', attributes: { email: 'bob@example.com', email_verified: 'true' } },
  ])
  const result = await repair()
  const emails = new Map(
    lab.simulator.inspect.pool(pool).users.map(({ username, attributes }) => [username, attributes['email']]),
  )
  expect(emails.get('ann')).toBe('ann@example.com')
  expect(emails.get('stranger')).toBe('bob@example.com')
  // Neither address is free: nothing is left but the placeholder, and the report says so.
  expect(emails.get('bob')).toMatch(/^released-[0-9a-f]{24}@cognito-vault\.invalid$/)
  expect(result.notes['address-released']).toBe(1)
})

describe('a user whose address was released, and of whom something else', () => {
  beforeEach(async () => {
    await seeded(ALIASES)
    // Ann and Cat have swapped their emails, and a script has changed their nicknames.
    const [ann, cat] = [userNamed('ann@example.com'), userNamed('cat@example.com')]
    const set = (user: string, attributes: Record<string, string>): void =>
      lab.simulator.seed.attributes(pool, user, attributes)
    set(ann, { email: 'free@example.com', nickname: 'x' })
    set(cat, { email: 'ann@example.com', nickname: 'x' })
    set(ann, { email: 'cat@example.com' })
  })

  const emails = (): Record<string, string | undefined> =>
    Object.fromEntries(
      lab.simulator.inspect
        .pool(pool)
        .users.map(({ username, attributes }) => [username, attributes['email']]),
    )
  const OWN = { ann: 'ann@example.com', cat: 'cat@example.com' }

  /** Does something when the first address was released. */
  function atRelease(act: () => void): Lab['context'] {
    let isDone = false
    return lab.again({
      wrap: (api) => ({
        ...api,
        call: async (operation, input, options) => {
          const answer = await api.call(operation, input, options)
          if (operation === 'AdminUpdateUserAttributes' && !isDone) {
            isDone = true
            act()
          }
          return answer
        },
      }),
    })
  }

  it('was changed meanwhile has the own address all the same', async () => {
    const context = atRelease(() => lab.simulator.seed.attributes(pool, 'ann', { nickname: 'honest' }))
    const result = (await restore(context, { snapshot, target: { mode: 'in-place' } }, yes))!
    expect(emails()).toMatchObject(OWN)
    expect(result.notes['address-released']).toBeUndefined()
    expect([...people().values()].some(({ nickname }) => nickname === 'honest')).toBe(true)
  })

  it('was changed meanwhile, the own address being held by a stranger, has the one from before and is told of', async () => {
    const context = atRelease(() => {
      lab.simulator.seed.attributes(pool, 'cat', { email: 'chosen@example.com' })
      lab.simulator.seed.attributes(pool, 'ann', { nickname: 'honest' })
      lab.simulator.seed.users(pool, [
        { username: 'stranger', attributes: { email: 'ann@example.com', email_verified: 'true' } },
      ])
    })
    const result = (await restore(context, { snapshot, target: { mode: 'in-place' } }, yes))!
    // Cat has another address by now, so that Ann keeps the one that she had.
    expect(emails()).toMatchObject({
      ann: 'cat@example.com',
      cat: 'chosen@example.com',
      stranger: 'ann@example.com',
    })
    expect(result.notes['address-released']).toBeUndefined()
    expect(result.notes['address-held']).toBe(1)
  })
})

it('what was written beside an address that a stranger has is taken back', async () => {
  await seeded(ALIASES)
  give({ ann: { email: 'x@example.com', nickname: 'x' } })
  lab.simulator.seed.users(pool, [
    { username: 'stranger', attributes: { email: 'ann@example.com', email_verified: 'true' } },
  ])
  const before = people()
  const { runId } = await repair({ deleteExtra: true })
  expect(people()).not.toEqual(before)
  await undo(lab.context, runId, {}, yes)
  expect(people()).toEqual(before)
})
