import { describe, expect, it } from 'vitest'
import { attributesOf, userOf } from '../../diff/user-view.js'
import { collect } from '../../testing/collect.js'
import { setOf } from '../../testing/resource-sets.js'
import { streamOf, type ViewedUser, viewOf } from '../../testing/user-views.js'
import { clientKind } from '../../cognito/resources/client.js'
import { groupKind } from '../../cognito/resources/group.js'
import { poolKind } from '../../cognito/resources/pool.js'
import type { ReachedUser, UserPair } from './reach.js'
import type { Scope } from './scope.js'
import { type ScopeOf, type ScopeReach, scopeReach } from './scope-reach.js'
import { parseUserQuery } from './user-query.js'

const GROUPS = setOf(
  ['group', 'admins', { GroupName: 'admins' }],
  ['group', 'buyers', { GroupName: 'buyers' }],
)
const BUYERS = setOf(['group', 'buyers', { GroupName: 'buyers' }])

function reachOf(scope: Scope, of: Partial<ScopeOf> = {}): ScopeReach {
  return scopeReach(scope, {
    wanted: GROUPS,
    current: GROUPS,
    makesPool: false,
    rules: { usernameAttributes: [], caseSensitive: true },
    samePool: true,
    ...of,
  })
}

interface Pair {
  readonly wanted?: ViewedUser
  readonly current?: ViewedUser
}

async function reached(reach: ScopeReach, { wanted, current }: Pair): Promise<ReachedUser | undefined> {
  const pair = {
    key: 'sub-1',
    ...(wanted === undefined ? {} : { left: viewOf(wanted) }),
    ...(current === undefined ? {} : { right: viewOf(current) }),
  } as UserPair
  const [found, ...more] = await collect(reach.users(streamOf(pair)))
  expect(more).toEqual([])
  return found
}

const BEFORE: ViewedUser = {
  attributes: { email: 'a@example.com', nickname: 'a' },
  groups: ['admins', 'buyers'],
}
const NOW: ViewedUser = {
  attributes: { email: 'x@example.com', nickname: 'x' },
  groups: ['testers'],
  enabled: false,
}

/** What a restore would make of the user who is now, or why nothing. */
async function outcome(scope: Scope, pair: Pair, of: Partial<ScopeOf> = {}): Promise<unknown> {
  const found = await reached(reachOf(scope, of), pair)
  if (found === undefined) return 'left out'
  if (found.isLeft === true) return found.notes.map(({ code }) => code)
  const view = found.pair.left
  if (view === undefined) return 'extra'
  return {
    attributes: Object.fromEntries([...attributesOf(userOf(view))].filter(([name]) => name !== 'sub')),
    groups: view.groups,
    enabled: userOf(view)['Enabled'],
    beyond: found.notes.map(({ detail }) => detail),
  }
}

describe('a user who is there on both sides', () => {
  const both = { wanted: BEFORE, current: NOW }

  it('is taken whole when named', async () => {
    const users = [parseUserQuery('ann')]
    expect(await outcome({ users }, both)).toMatchObject({
      groups: ['admins', 'buyers'],
      enabled: true,
      beyond: [],
    })
  })

  it('is left out when somebody else is named', async () => {
    const reach = reachOf({ users: [parseUserQuery('bob')] })
    expect(await reached(reach, both)).toBeUndefined()
    expect(reach.leftOut).toBe(1)
    expect(reach.unmatched()).toEqual([0])
  })

  it('is given back the named attributes alone, an address with its flag', async () => {
    const verified = {
      wanted: { attributes: { email: 'a@example.com', email_verified: 'true', nickname: 'a' } },
      current: { attributes: { email: 'x@example.com', email_verified: 'false', nickname: 'x' } },
    }
    for (const attributes of [['email'], ['email_verified']]) {
      expect(await outcome({ attributes }, verified)).toMatchObject({
        attributes: { email: 'a@example.com', email_verified: 'true', nickname: 'x' },
        beyond: ['nickname'],
      })
    }
  })

  it('loses a named attribute that the snapshot does not have', async () => {
    const pair = {
      wanted: { attributes: {} },
      current: { attributes: { nickname: 'x', email: 'x@example.com' } },
    }
    expect(await outcome({ attributes: ['nickname'] }, pair)).toMatchObject({
      attributes: { email: 'x@example.com' },
    })
  })

  it('is put back into the named groups alone', async () => {
    expect(await outcome({ groups: ['admins'] }, both)).toMatchObject({
      groups: ['admins', 'testers'],
      attributes: { nickname: 'x' },
      enabled: false,
    })
  })

  it('is left out, not called exact, when the named part is as it was and the rest is not', async () => {
    const reach = reachOf({ attributes: ['nickname'] })
    const current = { ...NOW, attributes: { email: 'x@example.com', nickname: 'a' } }
    expect(await reached(reach, { wanted: BEFORE, current })).toBeUndefined()
    expect(reach.leftOut).toBe(1)
  })

  it('is as it was when nothing differs', async () => {
    const reach = reachOf({ attributes: ['nickname'] })
    expect(await reached(reach, { wanted: BEFORE, current: BEFORE })).toBeDefined()
    expect(reach.leftOut).toBe(0)
  })

  it('is put back into groups that are gone when only what is deleted is restored', async () => {
    expect(await outcome({ onlyDeleted: true }, both)).toBe('left out')
    expect(await outcome({ onlyDeleted: true }, both, { current: BUYERS })).toMatchObject({
      groups: ['admins', 'testers'],
      enabled: false,
    })
  })

  it.each([
    ['2026-11-24T09:00:00.000Z', true],
    ['2026-11-24T09:30:00.000Z', true],
    ['2026-11-24T10:00:00.000Z', true],
    ['2026-11-24T10:00:00.001Z', false],
    ['2026-11-24T08:59:59.999Z', false],
  ])('that was last changed at %s is in the hour from nine: %s', async (UserLastModifiedDate, isIn) => {
    const changedBetween = { from: '2026-11-24T09:00:00.000Z', to: '2026-11-24T10:00:00.000Z' }
    const current = { ...NOW, body: { UserLastModifiedDate } }
    const found = await reached(reachOf({ changedBetween }), { wanted: BEFORE, current })
    expect(found !== undefined).toBe(isIn)
  })

  it('is not touched when only configuration is restored', async () => {
    expect(await outcome({ only: ['config'] }, both)).toBe('left out')
    expect(await outcome({ only: ['client'] }, both)).toBe('left out')
    expect(await outcome({ only: ['groups'] }, both)).toMatchObject({
      groups: ['admins', 'buyers'],
      enabled: false,
    })
    expect(await outcome({ only: ['users'] }, both)).toMatchObject({
      groups: ['admins', 'buyers'],
      enabled: true,
    })
  })
})

describe('a user whom the target lacks', () => {
  const gone = { wanted: BEFORE }
  const whole = { groups: ['admins', 'buyers'], beyond: [] }

  it('comes back with the scopes that are about people', async () => {
    for (const scope of [{ onlyDeleted: true }, { only: ['users'] }, { users: [parseUserQuery('sub-1')] }])
      expect(await outcome(scope, gone)).toMatchObject(whole)
  })

  it('is told of, not made, when groups are restored in which the user was', async () => {
    expect(await outcome({ groups: ['admins'] }, gone)).toEqual(['member-not-there'])
    expect(await outcome({ groups: ['testers'] }, gone)).toBe('left out')
  })

  it('is left out when attributes are put back', async () => {
    expect(await outcome({ attributes: ['nickname'] }, gone)).toBe('left out')
  })

  it('is told of when nobody knows whether the deletion was in the time', async () => {
    const changedBetween = { from: '2026-11-24T09:00:00.000Z', to: '2026-11-24T10:00:00.000Z' }
    expect(await outcome({ changedBetween }, gone)).toEqual(['deletion-not-dated'])
  })
})

describe('a user whom the snapshot lacks', () => {
  it('and who is in a named group is taken for somebody who was in none', async () => {
    const intruder = { current: { ...NOW, groups: ['admins', 'testers'] } }
    const found = await reached(reachOf({ groups: ['admins'] }), { current: intruder.current })
    expect(found).toMatchObject({ isExtra: true, pair: { left: { groups: ['testers'] } } })
    expect(await reached(reachOf({ groups: ['buyers'] }), { current: intruder.current })).toBeUndefined()
  })

  const extra = { current: { ...NOW, body: { UserCreateDate: '2026-11-24T09:30:00.000Z' } } }

  it('is reached by name and by the time of creation, and by no scope that adds', async () => {
    expect(await outcome({ users: [parseUserQuery('ann')] }, extra)).toBe('extra')
    const hour = { from: '2026-11-24T09:00:00.000Z', to: '2026-11-24T10:00:00.000Z' }
    expect(await outcome({ changedBetween: hour }, extra)).toBe('extra')
    const later = { from: '2026-11-24T11:00:00.000Z', to: '2026-11-24T12:00:00.000Z' }
    expect(await outcome({ changedBetween: later }, extra)).toBe('left out')
    for (const scope of [
      { groups: ['admins'] },
      { attributes: ['nickname'] },
      { onlyDeleted: true },
      { only: ['config'] },
    ])
      expect(await outcome(scope, extra)).toBe('left out')
  })
})

describe('a resource', () => {
  const client = { name: 'c1', body: { ClientName: 'web', LastModifiedDate: '2026-11-24T09:30:00.000Z' } }
  const group = { name: 'admins', body: {} }
  const reaches = (scope: Scope, kind = clientKind, resource = client, isThere = true): boolean =>
    reachOf(scope).resource({ kind, wanted: resource, current: isThere ? resource : undefined }) !== undefined

  it('is reached by its part, its kind, or when nothing limits', () => {
    expect(reaches({})).toBe(true)
    expect(reaches({ only: ['config'] })).toBe(true)
    expect(reaches({ only: ['client'] })).toBe(true)
    expect(reaches({ only: ['pool'] })).toBe(false)
    expect(reaches({ only: ['users'] })).toBe(false)
    expect(reaches({ only: ['client'] }, poolKind)).toBe(false)
  })

  it('is passed by when people, groups or attributes are named', () => {
    for (const scope of [{ users: [] }, { groups: ['admins'] }, { attributes: ['nickname'] }])
      expect(reaches(scope)).toBe(false)
  })

  it('is a named group', () => {
    expect(reaches({ groups: ['admins'] }, groupKind, group as typeof client)).toBe(true)
    expect(reaches({ groups: ['buyers'] }, groupKind, group as typeof client)).toBe(false)
    expect(reaches({ only: ['groups'] }, groupKind, group as typeof client)).toBe(true)
  })

  it('that is extra is in the time by when it was made, not by what was done to it since', () => {
    const nine = { from: '2026-11-24T09:00:00.000Z', to: '2026-11-24T10:00:00.000Z' }
    const extra = (CreationDate: string): boolean => {
      const current = { name: 'c', body: { CreationDate, LastModifiedDate: '2026-11-24T09:30:00.000Z' } }
      return (
        reachOf({ changedBetween: nine }).resource({ kind: clientKind, wanted: undefined, current }) !==
        undefined
      )
    }
    expect(extra('2026-11-24T09:15:00.000Z')).toBe(true)
    expect(extra('2026-11-24T08:15:00.000Z')).toBe(false)
  })

  it('that is gone is told of when nobody knows whether it went in the time', () => {
    const changedBetween = { from: '2026-11-24T09:00:00.000Z', to: '2026-11-24T10:00:00.000Z' }
    const pair = { kind: clientKind, wanted: client, current: undefined }
    expect(reachOf({ changedBetween }).resource(pair)).toMatchObject({
      isLeft: true,
      notes: [{ code: 'deletion-not-dated' }],
    })
  })

  it('is reached when it is deleted, or was changed in the time', () => {
    expect(reaches({ onlyDeleted: true })).toBe(false)
    expect(reaches({ onlyDeleted: true }, clientKind, client, false)).toBe(true)
    expect(
      reaches({ changedBetween: { from: '2026-11-24T09:00:00.000Z', to: '2026-11-24T10:00:00.000Z' } }),
    ).toBe(true)
    expect(
      reaches({ changedBetween: { from: '2026-11-24T10:00:00.000Z', to: '2026-11-24T11:00:00.000Z' } }),
    ).toBe(false)
  })
})
