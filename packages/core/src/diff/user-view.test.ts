import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeRecord, membershipKey, NOT_READ, type StreamRecord } from '../model/records.js'
import { createSorter, type Sorter } from '../sorting/external-sort.js'
import { collect } from '../testing/collect.js'
import { attributesOf, rekeyed, userOf, type UserView, userViews, withMfa } from './user-view.js'

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is in memory
async function* stream<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

const user = (sub: string): StreamRecord => makeRecord(sub, { Username: `name of ${sub}` })
const member = (sub: string, group: string): StreamRecord => makeRecord(membershipKey(sub, group), {})

async function viewed(
  users: readonly StreamRecord[],
  members: readonly StreamRecord[],
): Promise<[string, readonly string[]][]> {
  const views = await collect(userViews(stream(users), stream(members)))
  return views.map((view) => [view.sub, view.groups])
}

describe('the users of a snapshot', () => {
  it('come with their groups, and those without any as well', async () => {
    const members = [member('a', 'x'), member('a', 'y'), member('c', 'x')]
    expect(await viewed([user('a'), user('b'), user('c')], members)).toEqual([
      ['a', ['x', 'y']],
      ['b', []],
      ['c', ['x']],
    ])
  })

  it('have the factors that were read; who could not be asked is not taken for somebody without any', async () => {
    const factors = [makeRecord('a', { UserMFASettingList: ['SMS_MFA'] }), makeRecord('b', NOT_READ)]
    const views = userViews(stream(['a', 'b', 'c'].map(user)), stream<StreamRecord>([]))
    const found = await collect(withMfa(views, stream(factors), true))
    expect(found.map(({ mfa }) => mfa)).toEqual([{ UserMFASettingList: ['SMS_MFA'] }, undefined, {}])
  })

  it('are not joined by memberships of people who are gone', async () => {
    const members = [member('a', 'x'), member('b', 'x'), member('b', 'y'), member('d', 'x')]
    expect(await viewed([user('a'), user('c')], members)).toEqual([
      ['a', ['x']],
      ['c', []],
    ])
    expect(await viewed([], members)).toEqual([])
  })

  it('are in groups whose names hold a slash', async () => {
    expect(await viewed([user('a')], [member('a', 'team/x')])).toEqual([['a', ['team/x']]])
  })

  it('never lose a group because their subs sort otherwise than their memberships', async () => {
    // '-' comes before '/': the memberships of `a-b` come before those of `a`.
    const members = [member('a-b', 'x'), member('a', 'x')]
    await expect(viewed([user('a'), user('a-b')], members)).rejects.toMatchObject({ code: 'INTERNAL' })
  })

  it('have attributes by name', () => {
    const attributes = [{ Name: 'email', Value: 'a@example.com' }, { Name: 'nickname' }, 'nonsense']
    expect([...attributesOf({ Attributes: attributes })]).toEqual([
      ['email', 'a@example.com'],
      ['nickname', ''],
    ])
    expect([...attributesOf({})]).toEqual([])
  })
})

describe('users under other keys', () => {
  let tempDirectory: string
  let sorter: Sorter
  const views = (): UserView[] =>
    ['1', '2', '3'].map((sub) => ({ key: sub, sub, record: user(sub), groups: [`group of ${sub}`] }))
  const reversed = (view: UserView): string => String(9 - Number(view.sub))

  beforeEach(async () => {
    tempDirectory = await mkdtemp(join(tmpdir(), 'user-view-'))
    sorter = createSorter({ tempDirectory, charactersInMemory: 50, duplicates: 'keep' })
  })
  afterEach(() => rm(tempDirectory, { recursive: true, force: true }))

  it('are sorted by them, and are otherwise what they were', async () => {
    const found = await collect(rekeyed(stream(views()), reversed, sorter))
    expect(found).toEqual(
      views()
        .reverse()
        .map((view) => ({ ...view, key: reversed(view) })),
    )
    expect(userOf(found[0]!)).toEqual({ Username: 'name of 3' })
  })

  it('leave no temporary file, however their reading ends', async () => {
    async function* broken(): AsyncGenerator<UserView> {
      yield* stream(views())
      throw new Error('broken')
    }
    await expect(collect(rekeyed(broken(), reversed, sorter))).rejects.toThrow('broken')
    expect(await readdir(tempDirectory)).toEqual([])
    const reading = rekeyed(stream(views()), reversed, sorter)
    await reading.next()
    await reading.return(undefined)
    expect(await readdir(tempDirectory)).toEqual([])
  })
})
