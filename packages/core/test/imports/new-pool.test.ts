import { afterEach, describe, expect, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import { diff } from '../../src/actions/diff.js'
import type { PlannedRestore } from '../../src/actions/restore-request.js'
import { restore, type RestoreResult, resume } from '../../src/actions/restore.js'
import { verify } from '../../src/actions/verify.js'
import { linesUnder } from '../support/report-lines.js'
import { yes } from '../support/run-to-end.js'
import { importable, type ImportLab, jobsOf, openImportLab, peopleOf, small } from './import-lab.js'

let lab: ImportLab
afterEach(() => lab.close())

async function restored(change: Parameters<typeof small>[1] = {}): Promise<RestoreResult> {
  return (await restore(small(lab, change), lab.request, yes))!
}

const user = (username: string, more: object = {}, status = 'RESET_REQUIRED'): object => ({
  status,
  enabled: true,
  groups: [],
  attributes: { ...importable(username).attributes, ...more },
})

describe('a restore by import jobs', () => {
  it('makes job after job, what they cannot carry by calls, and says so before and after', async () => {
    lab = await openImportLab(({ simulator: { seed } }, pool) => {
      seed.users(pool, [
        { ...importable('ann', { address: '1 Road, Town', birthdate: '1985-02-01' }), groups: ['staff'] },
        importable('bob', { updated_at: '1471453471', 'custom:plan': 'gold, or "silver"' }),
        importable('cid'),
        importable('dan'),
        { ...importable('eve'), status: 'RESET_REQUIRED' },
        { ...importable('fay'), status: 'FORCE_CHANGE_PASSWORD' },
        importable('newline', { 'custom:plan': 'gold\nsince 2020' }),
        importable('unverified', { email_verified: 'false' }),
        { ...importable('off'), enabled: false },
      ])
    })
    let plan: PlannedRestore | undefined
    const result = (await restore(small(lab), lab.request, (planned) => {
      plan = planned
      return yes()
    }))!
    const { summary } = plan!.header
    expect(summary.engines).toEqual({
      import: 6,
      api: 3,
      why: { newline: 1, 'not-verified': 1, disabled: 1 },
    })
    expect(summary.operations).toMatchObject({
      AdminCreateUser: 3,
      AdminSetUserPassword: 3,
      AdminAddUserToGroup: 1,
    })
    expect(summary.mau).toBe(4)

    expect(result.failed).toEqual([])
    expect(result).toMatchObject({ imported: 6, mau: 4, done: summary.operations, notes: summary.notes })
    expect(jobsOf(lab, result.poolId).map(({ status, name }) => [status, name])).toEqual([
      ['Succeeded', `${result.runId}-1`],
      ['Succeeded', `${result.runId}-2`],
    ])
    expect(peopleOf(lab, result.poolId)).toEqual({
      ann: { ...user('ann', { address: '1 Road, Town', birthdate: '1985-02-01' }), groups: ['staff'] },
      bob: user('bob', { updated_at: '1471453471', 'custom:plan': 'gold, or "silver"' }),
      cid: user('cid'),
      dan: user('dan'),
      eve: user('eve'),
      fay: user('fay'),
      newline: user('newline', { 'custom:plan': 'gold\nsince 2020' }, 'CONFIRMED'),
      unverified: user('unverified', { email_verified: 'false' }, 'CONFIRMED'),
      off: { ...user('off', {}, 'CONFIRMED'), enabled: false },
    })
    expect(lab.simulator.ledger.messages.all()).toEqual([])
    expect(lab.simulator.ledger.triggers.all()).toEqual([])
    expect(lab.simulator.ledger.mau.count(result.poolId)).toBe(result.mau)
    expect((await verify(lab.context)).damage).toEqual([])
  })

  it('maps the identities of those whom jobs made, and differs by what the report says alone', async () => {
    lab = await openImportLab(({ simulator: { seed } }, pool) => {
      seed.users(
        pool,
        ['ann', 'bob', 'cid', 'dan'].map((name) => importable(name)),
      )
    })
    const result = await restored()
    const map = await linesUnder(lab.store, result.identityMap)
    for (const { username, sub } of lab.simulator.inspect.pool(result.poolId).users) {
      const old = lab.simulator.inspect.user(lab.pool, username).sub
      expect(map).toContainEqual({
        kind: 'user',
        old,
        new: sub,
        oldUsername: username,
        newUsername: username,
      })
    }
    await backup(lab.context, [result.poolId])
    const { users } = await diff(lab.context, lab.request.snapshot, `latest:${result.poolId}`)
    expect([users.added, users.removed]).toEqual([[], []])
    expect(users.changed.map(({ fields }) => fields)).toEqual(Array(4).fill(['UserStatus']))
    expect(result.notes['reset-required-by-import']).toBe(4)
  })

  it('makes no job when there is nobody for it', async () => {
    lab = await openImportLab(({ simulator: { seed } }, pool) => {
      seed.users(pool, [importable('unverified', { email_verified: 'false' })])
    })
    const result = await restored()
    expect(jobsOf(lab, result.poolId)).toEqual([])
    expect(lab.simulator.ledger.requests.all()).not.toHaveProperty('ListUserImportJobs')
    expect(result).toMatchObject({ imported: 0, mau: 1, failed: [] })
  })

  it('takes the whole directory where people sign in by email, whose usernames are new', async () => {
    let mail = ''
    lab = await openImportLab(({ simulator: { seed } }) => {
      mail = seed.pool({ PoolName: 'mail', UsernameAttributes: ['email'], AutoVerifiedAttributes: ['email'] })
      seed.users(mail, [importable('ann'), importable('bob')])
    })
    const { snapshots } = await backup(lab.context, [mail])
    const request = { ...lab.request, snapshot: snapshots[0]!.id }
    const result = (await restore(small(lab), request, yes))!
    expect(result).toMatchObject({ imported: 2, mau: 0, failed: [] })
    expect(result.notes['new-username']).toBe(2)
    const people = Object.values(peopleOf(lab, result.poolId))
    expect(people).toEqual(expect.arrayContaining([user('ann'), user('bob')]))
  })
})

describe('rows that a job does not bring', () => {
  const names = Array.from({ length: 12 }, (_, at) => `user${at}`)

  /** Strangers come between the look at the pool and the first job. */
  function strangersTake(
    taken: readonly string[],
    email = (name: string) => `${name}@strangers.example.com`,
  ): void {
    let isDone = false
    lab.simulator.faults.before({ operation: 'StartUserImportJob' }, ({ body }) => {
      if (isDone) return
      isDone = true
      const strangers = taken.map((name) => importable(name, { email: email(name) }))
      lab.simulator.seed.users(String(body['UserPoolId']), strangers)
    })
  }

  it('are conflicts where somebody else has the name meanwhile, and a job that failed is followed by one with the rest', async () => {
    lab = await openImportLab(
      ({ simulator: { seed } }, pool) =>
        void seed.users(
          pool,
          names.map((name) => importable(name)),
        ),
      { importFailureShare: 0 },
    )
    const taken = names.slice(0, 7)
    strangersTake(taken)
    const limits = { rows: 100, bytes: 100_000_000, waitForOthersMs: 50 }
    const result = await restored({ importLimits: limits })
    const [first, ...others] = jobsOf(lab, result.poolId).map(({ status }) => status)
    expect(first).toBe('Failed')
    expect(others).toEqual(['Succeeded'])
    // The two of the seven whom the failed job had not come to were seen before the next.
    expect(result.failed.filter(({ outcome }) => outcome === 'conflict')).toHaveLength(7)
    expect(result).toMatchObject({ imported: 5, mau: 0 })
    const people = peopleOf(lab, result.poolId)
    for (const name of taken) {
      const attributes = { email: `${name}@strangers.example.com`, email_verified: 'true' }
      expect(people[name]).toMatchObject({ status: 'CONFIRMED', groups: [], attributes })
    }
    for (const name of names.slice(7)) expect(people[name]).toEqual(user(name))
  })

  it('are made by calls where that can work, and are said to be', async () => {
    lab = await openImportLab(() => undefined)
    const pool = lab.simulator.seed.pool({ AliasAttributes: ['email'], AutoVerifiedAttributes: ['email'] })
    lab.simulator.seed.users(
      pool,
      ['ann', 'bob', 'cid'].map((name) => importable(name)),
    )
    const { snapshots } = await backup(lab.context, [pool])
    // Somebody else holds the address while the job runs, and no longer.
    strangersTake(['stranger'], () => 'bob@example.com')
    lab.simulator.faults.after({ operation: 'StartUserImportJob' }, ({ body }) => {
      const UserPoolId = String(body['UserPoolId'])
      lab.simulator.seed.call('DescribeUserImportJob', { UserPoolId, JobId: String(body['JobId']) })
      lab.simulator.seed.call('AdminDeleteUser', { UserPoolId, Username: 'stranger' })
    })
    const result = (await restore(small(lab), { ...lab.request, snapshot: snapshots[0]!.id }, yes))!
    expect(result).toMatchObject({
      imported: 2,
      mau: 1,
      failed: [],
      done: { AdminCreateUser: 1, AdminSetUserPassword: 1 },
    })
    expect(result.notes).toMatchObject({
      'import-refused': 1,
      'password-unknown': 1,
      'reset-required-by-import': 2,
    })
    const report = await linesUnder(lab.store, result.fidelityReport)
    const bob = report.find(({ username }) => username === 'bob') as { notes: { code: string }[] }
    expect(bob.notes.map(({ code }) => code)).toEqual(['new-account', 'password-unknown', 'import-refused'])
    expect(peopleOf(lab, result.poolId)['bob']).toEqual(user('bob', {}, 'CONFIRMED'))
    expect(lab.simulator.ledger.messages.all()).toEqual([])
  })
})

describe('answers that are lost', () => {
  const operations = ['CreateUserImportJob', 'PUT import file', 'StartUserImportJob', 'DescribeUserImportJob']

  it.each(['drop-before', 'drop-after'] as const)('lose nobody and double nothing: %s', async (kind) => {
    lab = await openImportLab(
      ({ simulator: { seed } }, pool) =>
        void seed.users(
          pool,
          ['ann', 'bob', 'cid', 'dan'].map((name) => importable(name)),
        ),
    )
    for (const operation of operations) lab.simulator.faults.add({ operation, kind, every: 2, times: 2 })
    for (const operation of operations) lab.simulator.faults.add({ operation, kind, nth: 1 })
    const result = await restored({ importLimits: { rows: 3, bytes: 1e8, waitForOthersMs: 60_000 } })
    expect(result).toMatchObject({ imported: 4, mau: 0, failed: [] })
    expect(Object.keys(peopleOf(lab, result.poolId)).sort()).toEqual(['ann', 'bob', 'cid', 'dan'])
    const run = jobsOf(lab, result.poolId).filter(({ status }) => status !== 'Created')
    expect(run.map(({ status, log }) => [status, log.length])).toEqual([
      ['Succeeded', 3],
      ['Succeeded', 1],
    ])
  })
})

describe('jobs that cannot be had', () => {
  const seed = ({ simulator }: Parameters<Parameters<typeof openImportLab>[0]>[0], pool: string): void =>
    void simulator.seed.users(
      pool,
      ['ann', 'bob', 'cid', 'dan'].map((name) => importable(name)),
    )

  it('because another of the account is active are waited for', async () => {
    lab = await openImportLab(seed)
    const starts = lab.simulator.faults.add({
      operation: 'StartUserImportJob',
      kind: 'error',
      code: 'PreconditionNotMetException',
      times: 3,
    })
    const result = await restored({ importLimits: { rows: 9, bytes: 1e8, waitForOthersMs: 60_000 } })
    starts()
    expect(result).toMatchObject({ imported: 4, mau: 0, failed: [] })
    expect(lab.events.filter(({ code }) => code === 'import.waiting')).toHaveLength(1)
  })

  it.each(['StartUserImportJob', 'CreateUserImportJob', 'ListUserImportJobs', 'GetCSVHeader'])(
    'at %s leave the users to calls, with auto',
    async (operation) => {
      lab = await openImportLab(seed)
      lab.simulator.faults.add({ operation, kind: 'error', code: 'PreconditionNotMetException' })
      const result = await restored()
      expect(result).toMatchObject({ imported: 0, mau: 4, failed: [], notes: { 'import-not-had': 4 } })
      expect(lab.events).toContainEqual(expect.objectContaining({ code: 'import.fallback', users: 4 }))
      expect(lab.simulator.ledger.mau.count(result.poolId)).toBe(4)
    },
  )

  it('stop the run with import, which goes on when that is mended, or by calls', async () => {
    lab = await openImportLab(seed)
    const request = { ...lab.request, engine: { ...lab.request.engine!, kind: 'import' } } as const
    const fault = {
      operation: 'CreateUserImportJob',
      kind: 'error',
      code: 'InvalidParameterException',
    } as const
    for (const isMended of [true, false]) {
      lab.simulator.faults.add(fault)
      let runId = ''
      const stopped = restore(small(lab), request, ({ header }) => {
        runId = header.runId
        return yes()
      })
      await expect(stopped).rejects.toMatchObject({
        code: 'COGNITO_FAILED',
        value: expect.stringMatching(/^run-/) as string,
      })
      if (isMended) lab.simulator.faults.clear()
      const result = await resume(small(lab), runId, { noImports: !isMended })
      expect(result).toMatchObject(isMended ? { imported: 4, mau: 0 } : { imported: 0, mau: 4 })
      expect(result.failed).toEqual([])
    }
  })
})
