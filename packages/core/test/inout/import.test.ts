import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { diffLive } from '../../src/actions/diff.js'
import { exportSnapshot } from '../../src/actions/export.js'
import { importBackup, type ImportRequest, type ImportResult } from '../../src/actions/import.js'
import { restore } from '../../src/actions/restore.js'
import { snapshots } from '../../src/actions/snapshots.js'
import { verify } from '../../src/actions/verify.js'
import { readBackupTable } from '../../src/foreign/backup-table.js'
import type { ForeignBackup } from '../../src/foreign/foreign-backup.js'
import { readUserList } from '../../src/foreign/user-list.js'
import { text } from '../../src/cognito/canonical-body.js'
import type { JsonObject } from '../../src/model/canonical.js'
import { findSnapshot } from '../../src/vault/find-snapshot.js'
import { acquireLease } from '../../src/vault/leases.js'
import { openVault } from '../../src/vault/vault.js'
import { streamOf } from '../../src/testing/user-views.js'
import { backUp, recordsOf, visibleSnapshots } from '../support/backed-up.js'
import { groupRow, inPieces, LAST_RUN, memberRow, runRow, userRow } from '../support/foreign-files.js'
import { type Lab, openLab } from '../support/lab.js'
import { yes } from '../support/run-to-end.js'
import { comparable, seedSmallPool } from '../support/small-pool.js'

const POOL = 'eu-west-1_Table1234'
let lab: Lab

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
})
afterEach(() => lab.close())

function userList(content: string, poolId: string): ForeignBackup {
  const name = `${poolId}.json`
  return {
    source: 'user-list',
    name,
    poolId,
    exportedAt: LAST_RUN,
    facts: () => readUserList(inPieces(content, 1000), name),
  }
}

function tableOf(items: readonly JsonObject[]): ForeignBackup {
  return {
    source: 'backup-table',
    name: 'BackupTable',
    facts: () => readBackupTable(streamOf(...items), 'BackupTable'),
  }
}

function importTable(items: readonly JsonObject[], more: Partial<ImportRequest> = {}): Promise<ImportResult> {
  return importBackup(lab.context, { backup: tableOf(items), poolId: POOL, ...more })
}

/** What ListUsers gives, as the tools write it. */
async function listed(poolId: string, withGroups: boolean): Promise<JsonObject[]> {
  const { Users } = await lab.context.api.call('ListUsers', { UserPoolId: poolId })
  const groups = new Map(
    lab.simulator.inspect.pool(poolId).users.map((user) => [user.username, [...user.groups]]),
  )
  return (Users as JsonObject[]).map((user) => ({
    ...user,
    UserCreateDate: new Date(Number(user['UserCreateDate']) * 1000).toISOString(),
    UserLastModifiedDate: new Date(Number(user['UserLastModifiedDate']) * 1000).toISOString(),
    ...(withGroups ? { Groups: groups.get(text(user, 'Username')) ?? [] } : {}),
  }))
}

describe('a file of users', () => {
  it('has the users and memberships that a backup of the moment has, and says what it lacks', async () => {
    const pool = seedSmallPool(lab.simulator)
    const own = await backUp(lab.context, pool)
    const imported = await importBackup(lab.context, {
      backup: userList(JSON.stringify(await listed(pool, true)), pool),
    })
    for (const stream of ['users', 'memberships'] as const)
      expect(await recordsOf(lab.context, imported.snapshot, stream)).toEqual(
        await recordsOf(lab.context, own.id, stream),
      )
    expect(imported).toMatchObject({
      counts: { users: 4, groups: 2, memberships: 4 },
      exportedAt: new Date(LAST_RUN).toISOString(),
      complete: false,
    })
    const missing = imported.missing.map(({ resource }) => resource)
    expect(missing).toEqual(expect.arrayContaining(['pools', 'clients', 'settings of groups']))
    expect(missing).not.toContain('groups')
    // The latest is the one that was captured, and its id is older.
    const vault = await openVault(lab.store)
    expect((await findSnapshot(vault, `latest:${pool}`)).manifest.snapshot).toBe(own.id)
    expect(imported.snapshot > own.id).toBe(true)
    expect(await verify(lab.context)).toMatchObject({ ok: true, snapshots: 2 })
    const listing = await snapshots(lab.context)
    expect(listing.snapshots.map(({ imported: from }) => from?.name)).toEqual([undefined, `${pool}.json`])
  })

  it('lacks the groups where the tool did not ask for them', async () => {
    const pool = seedSmallPool(lab.simulator)
    const users = await listed(pool, false)
    const without = await importBackup(lab.context, { backup: userList(JSON.stringify(users), pool) })
    expect(without.missing).toContainEqual(expect.objectContaining({ resource: 'groups' }))
    const some = users.map((user, at) => (at === 0 ? { ...user, Groups: [] } : user))
    const mixed = await importBackup(lab.context, { backup: userList(JSON.stringify(some), pool) })
    expect(mixed.missing).toContainEqual({
      resource: 'groups',
      operation: 'import',
      reason: 'the source says the groups of 1 of 4 users only',
    })
  })

  it('brings the deleted back into the pool that lives, and touches nothing that it knows nothing of', async () => {
    const { seed } = lab.simulator
    const pool = seedSmallPool(lab.simulator)
    const before = comparable(lab.simulator, pool)
    const { snapshot } = await importBackup(lab.context, {
      backup: userList(JSON.stringify(await listed(pool, true)), pool),
    })
    seed.deleteUser(pool, 'ann')
    seed.attributes(pool, 'zoë', { 'custom:plan': 'none' })
    for (const mode of ['existing-pool', 'in-place'] as const) {
      const target = mode === 'in-place' ? { mode } : { mode, poolId: pool }
      const done = await restore(lab.context, { snapshot, target }, yes)
      expect(done!.failed).toEqual([])
      expect(Object.keys(done!.plan).filter((name) => !name.includes('User'))).toEqual([])
    }
    expect(comparable(lab.simulator, pool)).toEqual(before)
    const live = await diffLive(lab.context, snapshot)
    expect(live.userCounts).toEqual({ added: 0, removed: 0, changed: 0 })
    expect(live.resources).toEqual([])
    expect(live.unknown.map(({ resource }) => resource)).toContain('clients')
  })

  it('makes no pool, and says what to do', async () => {
    const pool = seedSmallPool(lab.simulator)
    const { snapshot } = await importBackup(lab.context, {
      backup: userList(JSON.stringify(await listed(pool, true)), pool),
    })
    const target = { mode: 'new-pool', poolName: 'again' } as const
    await expect(restore(lab.context, { snapshot, target }, yes)).rejects.toMatchObject({
      code: 'NOT_IN_SNAPSHOT',
      hint: expect.stringContaining(`restore ${snapshot} --to-pool ID`) as string,
    })
    await expect(exportSnapshot(lab.context, { snapshot, format: 'csv' })).rejects.toMatchObject({
      code: 'NOT_IN_SNAPSHOT',
    })
  })

  it('that is cut short, empty or of an unknown pool imports nothing', async () => {
    const content = JSON.stringify([
      { Username: 'ann', Attributes: [{ Name: 'sub', Value: 's' }], Enabled: true, UserStatus: 'CONFIRMED' },
    ])
    for (const broken of [content.slice(0, -1), '[]', ''])
      await expect(importBackup(lab.context, { backup: userList(broken, POOL) })).rejects.toMatchObject({
        code: 'SOURCE_UNREADABLE',
      })
    const nameless = { ...userList(content, POOL), poolId: undefined }
    await expect(importBackup(lab.context, { backup: nameless })).rejects.toMatchObject({ code: 'USAGE' })
    await expect(importBackup(lab.context, { backup: nameless, poolId: '../x' })).rejects.toMatchObject({
      code: 'USAGE',
    })
    expect(await visibleSnapshots(lab.context)).toEqual([])
  })

  it('waits for nobody: a pool that is being backed up is locked', async () => {
    const { clock, random, holder } = lab.context
    let ids = 0
    const lease = {
      scope: `backup/${POOL}`,
      purpose: 'backup',
      holder,
      clock,
      random,
      newId: () => `id-${ids++}`,
    }
    await acquireLease(lab.store, lease)
    await expect(importTable([userRow('sub-1', 'ann')])).rejects.toMatchObject({ code: 'LOCKED' })
  })
})

describe('the BackupTable', () => {
  const items = [
    memberRow('staff', 'sub-2', 'bob'),
    userRow('sub-2', 'bob'),
    runRow(),
    groupRow('staff', { groupPrecedence: 2 }),
    userRow('sub-1', 'ann'),
  ]

  it('is a snapshot of the moment of its last export', async () => {
    const imported = await importTable(items)
    expect(imported).toMatchObject({
      poolId: POOL,
      counts: { users: 2, groups: 1, memberships: 1 },
      exportedAt: new Date(LAST_RUN).toISOString(),
      stale: { users: 0, groups: 0, memberships: 0 },
    })
    const { manifest } = await findSnapshot(await openVault(lab.store), imported.snapshot)
    expect(manifest).toMatchObject({
      complete: false,
      takenFor: 'backup',
      pool: { id: POOL, region: 'eu-west-1' },
      window: { from: new Date(LAST_RUN).toISOString(), to: new Date(LAST_RUN).toISOString() },
      imported: { source: 'backup-table', name: 'BackupTable' },
    })
    expect([...(await recordsOf(lab.context, imported.snapshot, 'memberships')).keys()]).toEqual([
      'sub-2/staff',
    ])
  })

  it('leaves out what its last export had not found any more, unless that is asked for', async () => {
    const old = { lastConfirmedInUserPool: LAST_RUN - 86_400_000 }
    const withStale = [
      userRow('sub-3', 'gone', old),
      memberRow('staff', 'sub-3', 'gone', old),
      groupRow('past', old),
      ...items,
      userRow('sub-4', 'new', { lastConfirmedInUserPool: LAST_RUN + 86_400_000 }),
    ]
    const stale = { users: 1, groups: 1, memberships: 1 }
    const without = await importTable(withStale)
    expect(without).toMatchObject({
      stale,
      staleIncluded: false,
      newer: { users: 1 },
      counts: { users: 3, groups: 1 },
    })
    const all = await importTable(withStale, { includeStale: true })
    expect(all).toMatchObject({ stale, staleIncluded: true, counts: { users: 4, groups: 2, memberships: 2 } })
  })

  it('takes the newest where it has somebody twice, whichever comes first', async () => {
    const older = userRow('sub-1', 'ann-before', {
      type: 'USER-another',
      lastConfirmedInUserPool: LAST_RUN - 5,
    })
    for (const order of [
      [older, ...items],
      [...items, older],
    ]) {
      const { snapshot, duplicates, stale } = await importTable(order)
      expect([duplicates.users, stale.users]).toEqual([1, 0])
      expect((await recordsOf(lab.context, snapshot, 'users')).get('sub-1')).toMatchObject({
        Username: 'ann',
      })
    }
  })

  it('leaves the role of a group as the pool has it, in place too', async () => {
    const pool = seedSmallPool(lab.simulator)
    const before = comparable(lab.simulator, pool)
    const users = lab.simulator.inspect.pool(pool).users
    const rows = users.flatMap(({ username, status, enabled, attributes, groups }) => {
      const sub = attributes['sub'] ?? ''
      const userAttributes = Object.entries(attributes).map(([Name, Value]) => ({
        Name,
        Value,
      }))
      const row = userRow(sub, username, { userAttributes, userEnabled: enabled, userStatus: status })
      return [row, ...groups.map((group) => memberRow(group, sub, username))]
    })
    const groups = [
      groupRow('admins', { groupPrecedence: 1, groupDescription: '' }),
      groupRow('buyers', { groupDescription: 'those who buy' }),
    ]
    const { snapshot } = await importTable([...rows, ...groups, runRow()], { poolId: pool })
    lab.simulator.seed.call('UpdateGroup', { UserPoolId: pool, GroupName: 'buyers', Description: 'nobody' })
    lab.simulator.seed.deleteUser(pool, 'ann')
    const done = await restore(lab.context, { snapshot, target: { mode: 'in-place' } }, yes)
    expect(done!.failed).toEqual([])
    expect(comparable(lab.simulator, pool)).toEqual(before)
  })
})
