import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import { diffLive } from '../../src/actions/diff.js'
import type { RestoreRequest } from '../../src/actions/restore-request.js'
import { restore, type RestoreResult } from '../../src/actions/restore.js'
import { DEATHS, dyingAtCall, type DyingProcess } from '../support/dying-process.js'
import { points } from '../support/sweep.js'
import { type Lab, openLab } from '../support/lab.js'
import { restoreToTheEnd, yes } from '../support/run-to-end.js'
import { comparable, person, seedSmallPool } from '../support/small-pool.js'

let lab: Lab
let pool: string
let snapshot: string

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
  pool = seedSmallPool(lab.simulator)
  lab.simulator.seed.users(pool, [person('eve'), person('fay', { groups: ['buyers'] })])
  snapshot = (await backup(lab.context, [pool])).snapshots[0]!.id
  lab.simulator.ledger.clear()
})

afterEach(() => lab.close())

async function repair(more: Partial<RestoreRequest> = {}): Promise<RestoreResult> {
  const result = await restore(lab.context, { snapshot, target: { mode: 'in-place' }, ...more }, yes)
  return result!
}

function clientNamed(name: string): string {
  const client = lab.simulator.inspect
    .pool(pool)
    .clients.find((candidate) => candidate['ClientName'] === name)
  return client?.['ClientId'] as string
}

/** A script's hour: users deleted, attributes overwritten, groups emptied, settings changed. */
function disaster(): void {
  const { seed } = lab.simulator
  seed.deleteUser(pool, 'ann')
  seed.attributes(pool, 'eve', { 'custom:plan': 'none', email: 'thief@example.com', email_verified: 'false' })
  seed.call('AdminRemoveUserFromGroup', { UserPoolId: pool, Username: 'dee', GroupName: 'buyers' })
  seed.change(pool, 'fay', { enabled: false })
  seed.change(pool, 'bob', { enabled: true })
  seed.call('DeleteGroup', { UserPoolId: pool, GroupName: 'admins' })
  seed.call('UpdateGroup', { UserPoolId: pool, GroupName: 'buyers', Description: 'changed' })
  seed.call('UpdateUserPoolClient', {
    UserPoolId: pool,
    ClientId: clientNamed('mobile'),
    ClientName: 'mobile',
  })
}

describe('a repair in place', () => {
  it('recreates the deleted, puts back the changed, and keeps the subs of those who survived', async () => {
    const before = comparable(lab.simulator, pool)
    const subs = new Map(lab.simulator.inspect.pool(pool).users.map((user) => [user.username, user.sub]))
    disaster()
    const result = await repair()
    expect(result.failed).toEqual([])
    expect(comparable(lab.simulator, pool)).toEqual(before)
    for (const user of lab.simulator.inspect.pool(pool).users) {
      expect(user.sub === subs.get(user.username), user.username).toBe(user.username !== 'ann')
    }
    expect((await diffLive(lab.context, snapshot)).same).toBe(true)
  })

  it('writes to nobody, and fires no trigger but the one that the plan announced', async () => {
    disaster()
    const planned: unknown[] = []
    await restore(lab.context, { snapshot, target: { mode: 'in-place' } }, (plan) => {
      planned.push(plan.header.summary.triggers)
      return yes()
    })
    expect(lab.simulator.ledger.messages.all()).toEqual([])
    expect(planned).toEqual([{ PreSignUp: 1 }])
    expect(lab.simulator.ledger.triggers.all().map((trigger) => trigger.source)).toEqual([
      'PreSignUp_AdminCreateUser',
    ])
  })

  it('never detaches the triggers of the live pool, and never brings back old ones', async () => {
    const LambdaConfig = { PostConfirmation: 'arn:aws:lambda:eu-west-1:123456789012:function:new' }
    lab.simulator.seed.call('UpdateUserPool', {
      UserPoolId: pool,
      LambdaConfig,
      DeletionProtection: 'ACTIVE',
    })
    const result = await repair()
    expect(result.done).toEqual({ UpdateUserPool: 1 })
    expect(result.notes).toEqual({ 'setting-left': 1 })
    const { pool: now } = lab.simulator.inspect.pool(pool)
    expect(now['LambdaConfig']).toEqual(LambdaConfig)
    // Nor does it take away the protection of a pool that has it now.
    expect(now['DeletionProtection']).toBe('ACTIVE')
  })

  it('does nothing, and says so, where nothing has changed', async () => {
    const result = await repair()
    expect(result.plan).toEqual({})
    expect(result.fidelity.transformed + result.fidelity.lost).toBe(0)
    expect(lab.simulator.ledger.mau.count()).toBe(0)
  })

  it('counts as monthly active exactly those whom the plan announced', async () => {
    disaster()
    const result = await repair()
    expect(lab.simulator.ledger.mau.count(pool)).toBe(result.mau)
  })

  it('lists apart what widens access, and leaves it out when told to', async () => {
    disaster()
    const seen: unknown[] = []
    await restore(lab.context, { snapshot, target: { mode: 'in-place' } }, (plan) => {
      seen.push(plan.header.summary.widening)
      return Promise.resolve('dry-run')
    })
    expect(seen).toEqual([
      {
        'enable-user': 1,
        'group-role': 1,
        'membership-with-role': 1,
        'recreate-user': 1,
        'client-secret': 0,
        'client-access': 1,
        'identity-provider': 0,
        'sign-up': 0,
        'weaker-passwords': 0,
        'looser-mfa': 0,
        'identity-pool-access': 0,
        'identity-pool-role': 0,
        'linked-identity': 0,
      },
    ])
    await repair({ noWidening: true })
    const { users } = lab.simulator.inspect.pool(pool)
    expect(users.map((user) => user.username)).not.toContain('ann')
    expect(users.find((user) => user.username === 'fay')?.enabled).toBe(false)
    expect(users.find((user) => user.username === 'bob')?.enabled).toBe(false)
  })

  it('puts back an unverified address without writing to it', async () => {
    lab.simulator.seed.attributes(pool, 'eve', { email_verified: 'false' })
    const unverified = (await backup(lab.context, [pool])).snapshots[0]!.id
    lab.simulator.seed.attributes(pool, 'eve', { email: 'thief@example.com', email_verified: 'true' })
    await restore(lab.context, { snapshot: unverified, target: { mode: 'in-place' } }, yes)
    const eve = lab.simulator.inspect.user(pool, 'eve')
    expect(eve.attributes).toMatchObject({ email: 'eve@example.com', email_verified: 'false' })
    expect(eve.pending).toEqual({})
    expect(lab.simulator.ledger.messages.all()).toEqual([])
  })

  describe('with people and things that the snapshot does not have', () => {
    beforeEach(() => {
      const old = new Date('2020-01-01T00:00:00Z')
      lab.simulator.seed.users(pool, [person('ghost', { createDate: old }), person('newcomer')])
      lab.simulator.seed.call('AdminAddUserToGroup', {
        UserPoolId: pool,
        Username: 'eve',
        GroupName: 'admins',
      })
    })

    const names = (): string[] => lab.simulator.inspect.pool(pool).users.map((user) => user.username)

    it('deletes nothing unless it is told to', async () => {
      await repair()
      expect(names()).toEqual(expect.arrayContaining(['ghost', 'newcomer']))
      expect(lab.simulator.inspect.user(pool, 'eve').groups).toEqual(['admins'])
    })

    it('deletes what is extra by one flag, and who came after the snapshot by a second', async () => {
      await repair({ deleteExtra: true })
      expect(names()).toContain('newcomer')
      expect(names()).not.toContain('ghost')
      expect(lab.simulator.inspect.user(pool, 'eve').groups).toEqual([])
      await repair({ deleteExtra: true, deleteNewer: true })
      expect(names()).not.toContain('newcomer')
    })

    it('deletes nothing on the word of an incomplete snapshot', async () => {
      lab.simulator.faults.add({
        operation: 'ListResourceServers',
        kind: 'error',
        code: 'AccessDeniedException',
      })
      const incomplete = (await backup(lab.context, [pool])).snapshots[0]!
      lab.simulator.faults.clear()
      expect(incomplete.complete).toBe(false)
      lab.simulator.seed.users(pool, [person('late', { createDate: new Date('2020-01-01T00:00:00Z') })])
      const everything = { deleteExtra: true, deleteNewer: true }
      await restore(
        lab.context,
        { snapshot: incomplete.id, target: { mode: 'in-place' }, ...everything },
        yes,
      )
      expect(names()).toContain('late')
    })

    it('leaves alone who was changed between the plan and the deletion', async () => {
      lab.simulator.faults.before(
        { operation: 'ListUsers', matching: ({ Filter }) => Filter === 'username = "ghost"' },
        () => lab.simulator.seed.change(pool, 'ghost', { modifiedDate: new Date() }),
      )
      const result = await repair({ deleteExtra: true })
      expect(names()).toContain('ghost')
      expect(result.failed).toMatchObject([{ operation: 'AdminDeleteUser', outcome: 'drifted' }])
    })
  })

  it('reports as drifted, and does not overwrite, what somebody changes while it runs', async () => {
    disaster()
    lab.simulator.faults.before(
      { operation: 'ListUsers', matching: ({ Filter }) => Filter === 'username = "eve"' },
      () => lab.simulator.seed.attributes(pool, 'eve', { 'custom:plan': 'honest' }),
    )
    const result = await repair()
    expect(lab.simulator.inspect.user(pool, 'eve').attributes['custom:plan']).toBe('honest')
    expect(result.failed).toMatchObject([{ operation: 'AdminUpdateUserAttributes', outcome: 'drifted' }])
  })

  it('finds again whom an earlier repair has made anew', async () => {
    lab.simulator.seed.deleteUser(pool, 'ann')
    await repair()
    lab.simulator.seed.attributes(pool, 'ann', { 'custom:plan': 'spoilt' })
    const result = await repair()
    expect(result.failed).toEqual([])
    expect(result.plan).toEqual({ AdminUpdateUserAttributes: 1 })
    lab.simulator.seed.deleteUser(pool, 'ann')
    await repair()
    expect((await diffLive(lab.context, snapshot)).same).toBe(true)
  })
})

describe('a repair in place that is killed and resumed', () => {
  /** Repairs a damaged pool in a process that may die; what comes of it. */
  async function attempt(process: DyingProcess): Promise<unknown> {
    const own = await openLab({ pages: 'full' })
    const [labBefore, poolBefore] = [lab, pool]
    try {
      lab = own
      pool = seedSmallPool(own.simulator)
      own.simulator.seed.users(pool, [person('eve'), person('fay', { groups: ['buyers'] })])
      const { snapshots } = await backup(own.context, [pool])
      disaster()
      own.simulator.ledger.clear()
      const request = { snapshot: snapshots[0]!.id, target: { mode: 'in-place' } } as const
      const resumed = await restoreToTheEnd(own, own.store, process, request)
      expect(resumed?.failed ?? []).toEqual([])
      expect(own.simulator.ledger.messages.all()).toEqual([])
      return comparable(own.simulator, pool)
    } finally {
      await own.close()
      ;[lab, pool] = [labBefore, poolBefore]
    }
  }

  it.each(DEATHS)(
    'ends in the same pool when it dies at any call, %s',
    { timeout: 120_000 },
    async (death) => {
      const immortal = dyingAtCall(0, death)
      const undisturbed = await attempt(immortal)
      const first = immortal.calls.findIndex((operation) => /^(Admin|Create|Update)/.test(operation))
      const swept = { from: Math.max(1, first - 1), to: immortal.calls.length }
      for (const n of points(DEATHS.indexOf(death), swept)) {
        const end = await attempt(dyingAtCall(n, death))
        expect(end, `died at call ${n}, ${immortal.calls[n - 1] ?? ''}`).toEqual(undisturbed)
      }
    },
  )
})
