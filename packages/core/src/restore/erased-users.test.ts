import { beforeEach, describe, expect, it } from 'vitest'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import { type ViewedUser, viewOf } from '../testing/user-views.js'
import { addErasure, type Erasures, type Identifier, readErasures } from '../vault/erasures.js'
import { givenIdentifier, isErased, isErasedSince, nameIdentifiers, subIdentifier } from './erased-users.js'
import type { Step } from './step.js'

const ERASED_AT = Date.parse('2026-11-10T00:00:00.000Z')
const BEFORE = { body: { UserCreateDate: '2026-11-01T00:00:00.000Z' } }
const AFTER = { body: { UserCreateDate: '2026-11-20T00:00:00.000Z' } }
const ANN: ViewedUser = { sub: 'sub-1', username: 'ann', attributes: { email: 'ann@example.com' } }

async function listOf(...erasures: Identifier[][]): Promise<Erasures> {
  const store = createMemoryStore(createSimulatedClock())
  for (const identifiers of erasures)
    await addErasure(store, identifiers, ERASED_AT, () => new Uint8Array(32))
  return readErasures(store)
}

describe('an erased user of a snapshot', () => {
  let list: Erasures
  const erased = (user: ViewedUser, poolId = 'pool-1'): boolean => isErased(list, viewOf(user), poolId)

  beforeEach(async () => {
    list = await listOf([
      subIdentifier('sub-1'),
      ...nameIdentifiers(
        { Username: 'ann', Attributes: [{ Name: 'email', Value: 'ann@example.com' }] },
        'pool-1',
      ),
    ])
  })

  it('is known by the sub, whenever made', () => {
    expect(erased({ sub: 'sub-1', username: 'x', ...BEFORE })).toBe(true)
    expect(erased({ sub: 'sub-1', username: 'x', ...AFTER })).toBe(true)
    expect(erased({ sub: 'sub-2', username: 'x', ...BEFORE })).toBe(false)
  })

  it('is known by an address in any pool, and by the username in its own', () => {
    expect(erased({ sub: 'sub-2', username: 'x', attributes: { email: 'ANN@example.com' }, ...BEFORE })).toBe(
      true,
    )
    expect(erased({ sub: 'sub-2', username: 'Ann', ...BEFORE })).toBe(true)
    expect(erased({ sub: 'sub-2', username: 'ann', ...BEFORE }, 'pool-2')).toBe(false)
  })

  it('is not who signed up again later', () => {
    expect(erased({ ...ANN, sub: 'sub-2', ...AFTER })).toBe(false)
    // Of whom it is not known when the account was made, the list is believed.
    expect(erased({ ...ANN, sub: 'sub-2' })).toBe(true)
  })

  it('is anybody who had the name that was given of somebody unknown', async () => {
    list = await listOf([givenIdentifier('ann')])
    expect(erased({ ...ANN, sub: 'sub-9', ...BEFORE }, 'pool-7')).toBe(true)
    expect(erased({ ...ANN, sub: 'sub-9', ...AFTER })).toBe(false)
    expect(erased({ sub: 'ann', username: 'x', ...BEFORE })).toBe(true)
    expect(erased({ username: 'x', attributes: { preferred_username: 'ANN' }, ...BEFORE })).toBe(true)
    expect(erased({ username: 'anna', ...BEFORE })).toBe(false)
  })
})

it('knows of a plan only who was erased since it was made', async () => {
  const step: Step = {
    phase: 'users',
    subject: { kind: 'user', id: 'sub-1', username: 'ann' },
    operations: [
      {
        operation: 'AdminCreateUser',
        input: { UserAttributes: [{ Name: 'email', Value: 'ann@example.com' }] },
      },
    ],
    notes: [],
  }
  const erased = async (...erasures: Identifier[][]): Promise<boolean[]> => {
    const list = await listOf(...erasures)
    return [0, 1, 2].map((planned) => isErasedSince(list, step, 'pool-1', planned))
  }
  expect(await erased([['email', 'ann@example.com']], [subIdentifier('sub-9')])).toEqual([true, false, false])
  expect(await erased([subIdentifier('sub-9')], [subIdentifier('sub-1')])).toEqual([true, true, false])
  expect(await erased([['username', 'pool-1', 'ANN']])).toEqual([true, false, false])
  expect(await erased([['username', 'pool-2', 'ann']])).toEqual([false, false, false])
})
