import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import type { UserView } from '../diff/user-view.js'
import { makeRecord, type StreamRecord } from '../model/records.js'
import { collect } from '../testing/collect.js'
import { streamOf } from '../testing/user-views.js'
import type { Snapshot } from '../vault/snapshots.js'
import { joinUsers, type UserSnapshot } from './joined-users.js'
import type { Renaming } from './living-successors.js'

const byName = { usernameAttributes: [], caseSensitive: false }
const context = { tempDirectory: tmpdir() }

/** A snapshot of a pool with these users, each in the group `g`. */
function snapshotOf(pool: string, ...subs: readonly [sub: string, username?: string][]): UserSnapshot {
  const records: Record<string, StreamRecord[]> = {
    users: subs.map(([sub, username = sub]) => makeRecord(sub, { Username: username })),
    memberships: subs.map(([sub]) => makeRecord(`${sub}/g`, {})),
  }
  const manifest = { pool: { id: pool }, streams: {} } as unknown as Snapshot['manifest']
  return { manifest, read: (stream) => streamOf(...(records[stream] ?? [])) }
}

async function joined(
  left: UserSnapshot,
  right: UserSnapshot,
  renamed: Record<string, string[]> = {},
): Promise<[left: string[][], right: string[][]]> {
  const renamings = Object.entries(renamed).flatMap(([old, all]) => all.map((now) => ({ old, new: now })))
  const hasUsers = renamings.length > 0
  const users = (): AsyncIterable<Renaming> => streamOf(...renamings)
  const again = { hasUsers, users, runs: renamings.length, resources: () => [], unreadable: [] }
  const both = joinUsers(context, left, right, byName, again)
  const shown = async (views: AsyncIterable<UserView>): Promise<string[][]> =>
    (await collect(views)).map(({ key, sub, groups }) => [key, sub, ...groups])
  return [await shown(both.left), await shown(both.right)]
}

it('are known by their subs within a pool, ascending', async () => {
  const found = await joined(snapshotOf('p', ['a', 'z'], ['b', 'y']), snapshotOf('p', ['b', 'x']))
  expect(found).toEqual([
    [
      ['a', 'a', 'g'],
      ['b', 'b', 'g'],
    ],
    [['b', 'b', 'g']],
  ])
})

it('are known in another pool by what they sign in with, ascending by that', async () => {
  const found = await joined(snapshotOf('p', ['a', 'Zoe'], ['b', 'ann']), snapshotOf('q', ['c', 'zoe']))
  expect(found).toEqual([
    [
      ['login:ann', 'b', 'g'],
      ['login:zoe', 'a', 'g'],
    ],
    [['login:zoe', 'c', 'g']],
  ])
})

it('are known, when they were made again, by the sub that lives, however often that was', async () => {
  const renamed = { a: ['f'], f: ['d', 'e'], b: ['gone'] }
  const found = await joined(snapshotOf('p', ['a'], ['b'], ['c']), snapshotOf('p', ['c'], ['d']), renamed)
  expect(found).toEqual([
    [
      ['b', 'b', 'g'],
      ['c', 'c', 'g'],
      ['d', 'a', 'g'],
    ],
    [
      ['c', 'c', 'g'],
      ['d', 'd', 'g'],
    ],
  ])
})

it('are never taken for another where they live themselves', async () => {
  const [left] = await joined(snapshotOf('p', ['a']), snapshotOf('p', ['a'], ['b']), { a: ['b'] })
  expect(left).toEqual([['a', 'a', 'g']])
})
