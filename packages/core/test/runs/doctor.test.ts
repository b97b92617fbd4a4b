import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { doctor } from '../../src/actions/doctor.js'
import { planRestoreRun } from '../../src/actions/plan-restore.js'
import { NOTES } from '../../src/restore/fidelity-notes.js'
import { CAPTURE_READS } from '../../src/cognito/capture-reads.js'
import { createMemoryStore } from '../../src/storage/memory/memory-store.js'
import { erase } from '../../src/actions/erase.js'
import { init } from '../../src/actions/init.js'
import { withLease } from '../../src/actions/with-lease.js'
import { CodedError } from '../../src/model/errors.js'
import { collect } from '../../src/testing/collect.js'
import { createVersionedStore } from '../../src/testing/versioned-store.js'
import { FORGET_PURPOSE, forgetSnapshot, recallSnapshot, RETENTION_SCOPE } from '../../src/vault/forgotten.js'
import { manifestKey } from '../../src/vault/object-keys.js'
import { openVault } from '../../src/vault/vault.js'
import { backUp } from '../support/backed-up.js'
import { hastyClock, type Lab, openLab } from '../support/lab.js'
import { person, PROTECTED, seedSmallPool } from '../support/small-pool.js'
import { stoppedRun } from '../support/stopped-run.js'

let lab: Lab
let pool: string

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
  pool = seedSmallPool(lab.simulator, PROTECTED)
})
afterEach(() => lab.close())

const codes = (list: readonly { readonly code: string }[]): string[] => list.map(({ code }) => code)

describe('what a pool could not get back', () => {
  it('is what the plan of a restore says when the pool is gone', async () => {
    lab.simulator.seed.users(pool, [
      person('una', { status: 'UNCONFIRMED' }),
      person('fay', { attributes: { nickname: 'F' } }),
    ])
    const { id } = await backUp(lab.context, pool)
    lab.simulator.ledger.clear()
    const report = await doctor(lab.again({}), pool)
    expect(report.users).toEqual({
      looked: 6,
      all: true,
      byStatus: { CONFIRMED: 3, FORCE_CHANGE_PASSWORD: 1, RESET_REQUIRED: 1, UNCONFIRMED: 1 },
    })
    lab.simulator.seed.call('UpdateUserPool', { UserPoolId: pool, DeletionProtection: 'INACTIVE' })
    lab.simulator.seed.call('DeleteUserPoolDomain', { UserPoolId: pool, Domain: 'shop-login' })
    lab.simulator.seed.call('DeleteUserPool', { UserPoolId: pool })
    const request = { snapshot: id, target: { mode: 'new-pool' as const, poolName: 'shop' } }
    const { header } = await planRestoreRun(lab.again({}), request)
    expect(Object.fromEntries(report.losses.map(({ code, count }) => [code, count]))).toEqual(
      header.summary.notes,
    )
    expect(codes(report.losses)).toEqual(
      expect.arrayContaining(['unconfirmed-user', 'no-way-in', 'new-pool-id']),
    )
    for (const { code, what, todo } of report.losses) expect(NOTES[code]).toMatchObject({ what, todo })
  })

  it('is found by reading only, a few calls, and without making anybody active', async () => {
    lab.simulator.seed.users(pool, 200)
    const before = lab.simulator.inspect.pool(pool)
    const context = lab.again({})
    const { untried, denied, failed } = await doctor(context, pool)
    const ofNoIdentityPool = ['DescribeIdentityPool', 'GetIdentityPoolRoles', 'GetPrincipalTagAttributeMap']
    expect([denied, failed, untried]).toEqual([
      [],
      [],
      ['cognito-idp:DescribeTerms', ...ofNoIdentityPool.map((name) => `cognito-identity:${name}`)],
    ])
    const asked = [...context.budget.requests]
    expect(asked.map(([operation]) => operation).filter((name) => !CAPTURE_READS.includes(name))).toEqual([])
    expect(asked.reduce((sum, [, n]) => sum + n, 0)).toBeLessThan(50)
    expect(lab.simulator.inspect.pool(pool)).toEqual(before)
  })
})

describe('what a backup lacks', () => {
  it('is named by its action when it is denied, of the pool, a listing, a client or people', async () => {
    for (const operation of [
      'GetSigningCertificate',
      'DescribeIdentityProvider',
      'ListUserPoolClients',
      'ListUserPoolClientSecrets',
      'ListUsers',
      'ListUsersInGroup',
    ]) {
      lab.simulator.faults.add({ operation, kind: 'error', code: 'AccessDeniedException' })
      const { denied, failed } = await doctor(lab.context, pool)
      expect([...new Set(denied.map(({ action }) => action))]).toEqual([`cognito-idp:${operation}`])
      expect(failed).toEqual([])
      lab.simulator.faults.clear()
    }
  })

  it('is told apart from what the pool does not have', async () => {
    const plain = seedSmallPool(lab.simulator, {}, 'plain-login')
    expect(await doctor(lab.context, plain)).toMatchObject({ denied: [], failed: [] })
    lab.simulator.faults.add({
      operation: 'GetSigningCertificate',
      kind: 'error',
      code: 'NotFound',
      status: 400,
    })
    const { denied, failed } = await doctor(lab.context, plain)
    expect([denied, failed.map(({ operation }) => operation)]).toEqual([[], ['GetSigningCertificate']])
  })
})

describe('advice', () => {
  const advice = async (store = lab.store, clock = hastyClock): Promise<string[]> =>
    codes((await doctor(lab.again({ store, clock }), pool)).advice)

  it('is given on the vault', async () => {
    expect(await advice(createMemoryStore(hastyClock))).toEqual([
      'no-vault',
      'deletion-protection',
      'pre-sign-up',
    ])
    expect(await advice()).toContain('no-backup')
    const { id } = await backUp(lab.context, pool)
    expect(await advice()).toEqual(['deletion-protection', 'pre-sign-up'])
    const late = { ...hastyClock, now: () => hastyClock.now() + 3 * 24 * 3_600_000 }
    expect(await advice(lab.store, late)).toContain('old-backup')
    lab.simulator.seed.deleteUser(pool, 'ann')
    await stoppedRun(lab, { snapshot: id, target: { mode: 'in-place' } }, 'AdminCreateUser')
    expect(await advice()).toContain('unfinished-restore')
  })

  it('is given on snapshots and erasures that somebody deleted, as long as the store still has them', async () => {
    const store = createVersionedStore(hastyClock)
    const context = lab.again({ store })
    await init(context, 'none')
    const ids = [await backUp(context, pool), await backUp(context, pool)].map(({ id }) => id)
    await erase(context, { name: 'ann' }, () => Promise.resolve(true))
    const before = await advice(store)
    expect(before).not.toContain('deleted-snapshots')
    await withLease(context, RETENTION_SCOPE, FORGET_PURPOSE, async (lease) =>
      forgetSnapshot(await openVault(store), pool, ids[0]!, () => lease.check()),
    )
    expect(await advice(store)).toEqual(before)

    // What another pool has lost is its own.
    const other = seedSmallPool(lab.simulator, {}, 'other-login')
    const { id } = await backUp(context, other)
    await store.delete(manifestKey(other, id))
    expect(await advice(store)).toEqual(before)

    await withLease(context, RETENTION_SCOPE, FORGET_PURPOSE, async (lease) =>
      recallSnapshot(await openVault(store), pool, ids[0]!, () => lease.check()),
    )
    await store.delete(manifestKey(pool, ids[0]!))
    expect(await advice(store)).toContain('deleted-snapshots')
    await store.delete(manifestKey(pool, ids[1]!))
    for (const { key } of await collect(store.list('erasures/'))) await store.delete(key)
    expect(await advice(store)).toEqual(expect.arrayContaining(['deleted-snapshots', 'deleted-erasures']))

    const denied = new CodedError('ACCESS_DENIED', 'not allowed: ListObjectVersions')
    const versions = {
      ...store.versions!,
      list: () => {
        throw denied
      },
    }
    expect(await advice({ ...store, versions })).toContain('beneath-unseen')

    await store.delete('vault.json')
    expect(await advice(store)).toEqual(expect.arrayContaining(['no-vault', 'deleted-vault']))
  })

  it('is given on the pool', async () => {
    lab.simulator.seed.call('SetUserPoolMfaConfig', {
      UserPoolId: pool,
      MfaConfiguration: 'OPTIONAL',
      SoftwareTokenMfaConfiguration: { Enabled: true },
    })
    expect(await advice()).toContain('totp')
  })
})
