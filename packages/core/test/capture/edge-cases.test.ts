import { createManualClock } from 'cognito-vault-simulator'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import { snapshots } from '../../src/actions/snapshots.js'
import { verify } from '../../src/actions/verify.js'
import { viewsOf } from '../../src/actions/joined-users.js'
import { findSnapshot } from '../../src/vault/find-snapshot.js'
import { openVault } from '../../src/vault/vault.js'
import {
  DEATHS,
  dyingAtCall,
  dyingAtWrite,
  type DyingProcess,
  ProcessDied,
} from '../support/dying-process.js'
import { type Lab, openLab } from '../support/lab.js'
import { person, seedSmallPool } from '../support/small-pool.js'

let lab: Lab
let pool: string

async function open(options: Parameters<typeof openLab>[0] = {}): Promise<void> {
  lab = await openLab(options)
  pool = seedSmallPool(lab.simulator)
}

afterEach(() => lab.close())

function addUsers(count: number): void {
  const users = Array.from({ length: count }, (_, i) =>
    person(`user-${i}`, { groups: i % 2 === 0 ? ['buyers'] : [] }),
  )
  lab.simulator.seed.users(pool, users)
}

/** The users of the newest snapshot with their groups, by username; compared with what the simulator holds. */
async function expectNobodyMissing(): Promise<void> {
  const vault = await openVault(lab.store)
  const snapshot = await findSnapshot(vault, `latest:${pool}`)
  const found: [string, readonly string[]][] = []
  for await (const view of viewsOf(snapshot)) found.push([view.sub, view.groups])
  const { users } = lab.simulator.inspect.pool(pool)
  expect(new Map(found)).toEqual(new Map(users.map((user) => [user.sub, [...user.groups].sort()])))
}

describe('a capture loses nothing', () => {
  it('over short and empty pages that carry a token', async () => {
    await open({ pages: { short: 0.5, empty: 0.3 } })
    addUsers(300)
    await backup(lab.context, [pool])
    await expectNobodyMissing()
  })

  it('over a user without an email', async () => {
    await open()
    lab.simulator.seed.users(pool, [{ username: 'plain', attributes: {} }])
    await backup(lab.context, [pool])
    await expectNobodyMissing()
  })

  it('over a second page of groups and of clients', async () => {
    await open({ pages: 'full' })
    const names = Array.from({ length: 130 }, (_, i) => `group-${i}`)
    lab.simulator.seed.groups(pool, names)
    lab.simulator.seed.users(pool, [person('member', { groups: names.slice(0, 100) })])
    for (let i = 0; i < 70; i++) {
      lab.simulator.seed.call('CreateUserPoolClient', { UserPoolId: pool, ClientName: `client-${i}` })
    }
    const { snapshots: taken } = await backup(lab.context, [pool])
    expect(taken[0]!.counts).toMatchObject({ groups: 132, clients: 72 })
    await expectNobodyMissing()
  })

  it.each(['throttle', 'drop-before', 'drop-after'] as const)('over calls that meet %s', async (kind) => {
    await open()
    addUsers(200)
    lab.simulator.faults.add({ kind, every: 4 })
    const { snapshots: taken } = await backup(lab.context, [pool])
    expect(taken[0]!.complete).toBe(true)
    await expectNobodyMissing()
  })

  it.each(['ListUsers', 'ListUsersInGroup', 'ListGroups'])(
    'over a token of %s that expires midway',
    async (operation) => {
      const clock = createManualClock(Date.parse('2026-11-23T00:00:00Z'))
      await open({ clock, pages: 'full' })
      addUsers(1100)
      lab.simulator.seed.groups(
        pool,
        Array.from({ length: 70 }, (_, i) => `group-${i}`),
      )
      let expired = false
      lab.simulator.faults.before(
        { operation, matching: (body) => 'NextToken' in body || 'PaginationToken' in body },
        () => {
          if (!expired) clock.advance(61 * 60_000)
          expired = true
        },
      )
      const { snapshots: taken } = await backup(lab.context, [pool])
      expect(expired).toBe(true)
      expect(taken[0]!.complete).toBe(true)
      expect(taken[0]!.counts).toMatchObject({ groups: 72, users: 1104 })
      await expectNobodyMissing()
    },
  )

  it.each(['supported', 'ignored', 'nobody', 'refused'] as const)(
    'where the filter on sub is %s',
    async (subPrefixFilter) => {
      await open({ subPrefixFilter, subShape: 'mixed' })
      addUsers(300)
      const { snapshots: taken } = await backup(lab.context, [pool])
      expect(taken[0]!.complete).toBe(true)
      await expectNobodyMissing()
      const fallbacks = lab.events.filter((event) => event.code === 'capture.fallback')
      expect(fallbacks).toHaveLength(subPrefixFilter === 'supported' ? 0 : 1)
    },
  )

  it('while others sign up and are deleted', async () => {
    await open({ pages: 'full' })
    addUsers(300)
    lab.simulator.faults.before({ operation: 'ListUsers', every: 3 }, ({ number }) => {
      lab.simulator.seed.users(pool, [person(`late-${number}`)])
      lab.simulator.seed.deleteUser(pool, `user-${number}`)
    })
    await backup(lab.context, [pool])
    const vault = await openVault(lab.store)
    const snapshot = await findSnapshot(vault, 'latest')
    const found = new Set<string>()
    for await (const view of viewsOf(snapshot)) found.add(view.sub)
    const stayed = lab.simulator.inspect.pool(pool).users.filter((user) => !user.username.startsWith('late-'))
    expect(stayed.filter((user) => !found.has(user.sub))).toEqual([])
  })
})

describe('a capture', () => {
  beforeEach(() => open())

  it('makes nobody monthly active, writes to nobody, and changes nothing', async () => {
    addUsers(100)
    const before = JSON.stringify(lab.simulator.inspect.pool(pool))
    lab.simulator.ledger.clear()
    await backup(lab.context, [pool])
    expect(lab.simulator.ledger.mau.count()).toBe(0)
    expect(lab.simulator.ledger.messages.all()).toEqual([])
    expect(lab.simulator.ledger.triggers.all()).toEqual([])
    expect(JSON.stringify(lab.simulator.inspect.pool(pool))).toBe(before)
    for (const operation of Object.keys(lab.simulator.ledger.requests.all())) {
      expect(operation).toMatch(/^(List|Describe|Get)/)
    }
  })

  it('stores nothing but a manifest when nothing has changed', async () => {
    await backup(lab.context, [pool])
    const { snapshots: taken } = await backup(lab.context, [pool])
    expect(taken[0]!.bytesStored).toBe(0)
  })

  it('is incomplete, and names the permission, where a kind is denied', async () => {
    lab.simulator.faults.add({
      operation: 'ListResourceServers',
      kind: 'error',
      code: 'AccessDeniedException',
    })
    const { snapshots: taken } = await backup(lab.context, [pool])
    expect(taken[0]).toMatchObject({
      complete: false,
      missing: [
        {
          resource: 'resourceServers',
          operation: 'ListResourceServers',
          reason: 'access denied: the caller needs cognito-idp:ListResourceServers',
        },
      ],
    })
    await expect(findSnapshot(await openVault(lab.store), 'latest')).rejects.toMatchObject({
      code: 'SNAPSHOT_NOT_FOUND',
    })
  })

  it('is complete where the tier lacks a feature', async () => {
    const code = 'FeatureUnavailableInTierException'
    lab.simulator.faults.add({ operation: 'GetUserPoolMfaConfig', kind: 'error', code })
    const { snapshots: taken } = await backup(lab.context, [pool])
    expect(taken[0]).toMatchObject({ complete: true, missing: [] })
  })

  it.each([
    ['ListUsers', 'AccessDeniedException', 'ACCESS_DENIED'],
    ['ListGroups', 'ExpiredTokenException', 'CREDENTIALS_REJECTED'],
    ['DescribeUserPool', 'AccessDeniedException', 'ACCESS_DENIED'],
  ])('ends when %s meets %s, and nothing is visible', async (operation, code, expected) => {
    lab.simulator.faults.add({ operation, kind: 'error', code })
    const { failures } = await backup(lab.context, [pool])
    expect(failures).toMatchObject([{ poolId: pool, error: { code: expected } }])
    expect((await snapshots(lab.context)).snapshots).toEqual([])
  })

  it('runs once at a time for a pool', async () => {
    addUsers(200)
    const both = await Promise.all([backup(lab.context, [pool]), backup(lab.again({}), [pool])])
    expect(both.flatMap((one) => one.snapshots)).toHaveLength(1)
    expect(both.flatMap((one) => one.failures)).toMatchObject([{ error: { code: 'LOCKED' } }])
  })
})

describe('a capture whose process dies', () => {
  /** Backs up in a process that dies; whether it did. The vault is whole, shows nothing, and takes the next backup. */
  async function survives(process: DyingProcess): Promise<boolean> {
    const store = await lab.copyOfStore()
    const mortal = lab.again({ wrap: process.wrapApi, store: process.wrapStore(store) })
    const died = await backup(mortal, [pool]).then(
      () => false,
      (error: unknown) => {
        if (error instanceof ProcessDied) return true
        throw error
      },
    )
    const after = lab.again({ store })
    expect((await snapshots(after)).snapshots).toHaveLength(died ? 0 : 1)
    expect(await verify(after)).toMatchObject({ ok: true })
    lab.passTime(120_000)
    const next = await backup(after, [pool])
    expect(next).toMatchObject({
      failures: [],
      snapshots: [{ complete: true, counts: { users: 4, memberships: 4 } }],
    })
    expect(await verify(after)).toMatchObject({ ok: true })
    return died
  }

  beforeEach(() => open({ pages: 'full' }))

  it.each(DEATHS)(
    'leaves no visible snapshot and a whole vault at any call, %s',
    { timeout: 60_000 },
    async (death) => {
      for (let n = 1; await survives(dyingAtCall(n, death)); n++) expect(n).toBeLessThan(200)
    },
  )

  it('leaves no visible snapshot and a whole vault at any write', { timeout: 60_000 }, async () => {
    let n = 1
    for (; await survives(dyingAtWrite(n)); n++) expect(n).toBeLessThan(200)
    expect(n).toBeGreaterThan(5)
  })
})
