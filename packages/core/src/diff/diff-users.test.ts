import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../model/canonical.js'
import { makeRecord } from '../model/records.js'
import { collect } from '../testing/collect.js'
import { changedFields, diffUsers, type DiffUsersOptions } from './diff-users.js'
import type { UserView } from './user-view.js'

const within: DiffUsersOptions = { samePool: true, madeUsernames: false }
const across: DiffUsersOptions = { samePool: false, madeUsernames: false }

interface Person {
  sub?: string
  groups?: string[]
  attributes?: Record<string, string>
  body?: JsonObject
  key?: string
}

function person({ sub = 's', groups = [], attributes = {}, body = {}, key = sub }: Person = {}): UserView {
  const Attributes = Object.entries({ sub, ...attributes }).map(([Name, Value]) => ({ Name, Value }))
  const record = makeRecord(sub, { Username: 'ann', Enabled: true, ...body, Attributes })
  return { key, sub, record, groups }
}

const changed = (before: Person, after: Person, options = within): string[] =>
  changedFields(person(before), person(after), options)

describe('the fields in which two users differ', () => {
  it('are none where nothing does', () => {
    expect(changed({}, {})).toEqual([])
  })

  it('are named: members, attributes and groups, those that came and those that went', () => {
    expect(
      changed(
        { attributes: { email: 'a@x', nickname: 'n' }, body: { UserStatus: 'CONFIRMED' }, groups: ['a'] },
        {
          attributes: { email: 'b@x', 'custom:team': 't' },
          body: { UserStatus: 'COMPROMISED', Enabled: false },
        },
      ),
    ).toEqual(['Enabled', 'UserStatus', 'custom:team', 'email', 'groups', 'nickname'])
  })

  it('are the groups alone where only these differ', () => {
    expect(changed({ groups: ['a', 'b'] }, { groups: ['a'] })).toEqual(['groups'])
  })

  it('include members that nobody knows', () => {
    expect(changed({ body: { NewFeature: { on: true } } }, { body: { NewFeature: { on: false } } })).toEqual([
      'NewFeature',
    ])
  })

  it('are not what the service alone writes, nor a list that is empty on one side and absent on the other', () => {
    expect(
      changed(
        { body: { UserCreateDate: '2025', UserLastModifiedDate: '2025', MFAOptions: [] } },
        { body: { UserCreateDate: '2026', UserLastModifiedDate: '2026' } },
      ),
    ).toEqual([])
    expect(changed({ body: { MFAOptions: [{}] } }, {})).toEqual(['MFAOptions'])
  })

  it('are not an attribute’s place in the list', () => {
    const [a, b] = [
      { Name: 'a', Value: '1' },
      { Name: 'b', Value: '2' },
    ]
    const view = (Attributes: JsonObject[]): UserView => ({
      ...person(),
      record: makeRecord('s', { Attributes }),
    })
    expect(changedFields(view([a, b]), view([b, a]), within)).toEqual([])
  })

  it('are, across pools, neither the sub nor a username that the service made', () => {
    const [before, after] = [
      { sub: '1', body: { Username: '1' } },
      { sub: '2', body: { Username: '2' } },
    ]
    expect(changed(before, after, across)).toEqual(['Username'])
    expect(changed(before, after, { ...across, madeUsernames: true })).toEqual([])
    // The same holds within a pool of a user who was made again.
    expect(changed(before, after, { ...within, madeUsernames: true })).toEqual([])
    expect(
      changed({ body: { Username: '1' } }, { body: { Username: '2' } }, { ...within, madeUsernames: true }),
    ).toEqual(['Username'])
  })
})

describe('a diff of users', () => {
  // eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is in memory
  async function* stream(views: readonly UserView[]): AsyncGenerator<UserView> {
    yield* views
  }

  it('says who came, who went and who changed, and shows nobody’s data but the username', async () => {
    const left = [
      person({ sub: 'a' }),
      person({ sub: 'b', attributes: { email: 'b@x' } }),
      person({ sub: 'c' }),
    ]
    const right = [
      person({ sub: 'b', attributes: { email: 'new@x' } }),
      person({ sub: 'c' }),
      person({ sub: 'd' }),
    ]
    const found = await collect(diffUsers(stream(left), stream(right), within))
    expect(found).toEqual([
      { change: 'removed', sub: 'a', username: 'ann', fields: [] },
      { change: 'changed', sub: 'b', username: 'ann', fields: ['email'] },
      { change: 'added', sub: 'd', username: 'ann', fields: [] },
    ])
    expect(JSON.stringify(found)).not.toContain('@x')
  })

  it('joins people by key, which across pools is their login', async () => {
    const left = [person({ sub: '1', key: 'login:ann' })]
    const right = [person({ sub: '2', key: 'login:ann', groups: ['g'] })]
    expect(await collect(diffUsers(stream(left), stream(right), across))).toEqual([
      { change: 'changed', sub: '2', username: 'ann', fields: ['groups'] },
    ])
  })
})
