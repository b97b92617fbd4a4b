import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { allOf } from './run-machine.js'
import { openStackLab, snapshotsIn, type StackLab, TOPIC } from './stack-lab.js'

/** By hand and in CI as many users as matter, and all of the tests; in `npm test` as many as take several slices. */
const THOROUGH = process.env['COGNITO_VAULT_STACK_USERS']
const USERS = Number(THOROUGH ?? 300)
const ELSE = THOROUGH === undefined ? ' (skipped: COGNITO_VAULT_STACK_USERS says no number)' : ''
const MOST_MS = THOROUGH === undefined ? 120_000 : 1_200_000

let lab: StackLab
let shop: string
let staff: string

beforeAll(async () => {
  lab = await openStackLab()
  const { seed } = lab.simulator
  shop = seed.pool({ PoolName: 'shop' })
  seed.groups(shop, ['buyers'])
  seed.users(shop, USERS)
  seed.users(shop, [{ username: 'ann', groups: ['buyers'], attributes: { email: 'ann@example.com' } }])
  staff = seed.pool({ PoolName: 'staff' })
  seed.groups(staff, ['crew'])
  const crew = Array.from({ length: 24 }, (_, i) => ({ username: `crew-${i}`, groups: ['crew'] }))
  seed.users(staff, crew)
}, MOST_MS)

afterAll(() => lab.close())

beforeEach(() => {
  lab.services.messages.length = 0
})

/** The subjects of what was told since the last look. */
function told(): string[] {
  return lab.services.messages.splice(0).map(({ subject }) => subject.replace('Cognito Vault: ', ''))
}

const many = (n: number): string => n.toLocaleString('en-US')

/** Kills a function right after one of its calls of an operation, so many times. */
function killAfter(own: StackLab, id: string, operation: string, times: number): () => number {
  let kills = 0
  const undo = lab.simulator.faults.after({ operation }, () => {
    if (kills >= times || own.host.calls.at(-1)?.step !== 'slice') return
    kills++
    own.host.kill(own.functionArn(id))
  })
  return () => {
    undo()
    return kills
  }
}

describe('the backup machine of the template, with the functions of the bundle', () => {
  it(
    'takes snapshots of several pools in turn over several slices and executions, goes on where it stopped when its function is killed twice, and refuses to overlap',
    async () => {
      const own = lab.with(
        { PrimaryUserPoolId: `${shop},${staff}` },
        { SLICES_AN_EXECUTION: '3', SLICE_SECONDS: '5' },
      )
      const kills = killAfter(own, 'BackupFunction', 'ListUsers', 2)
      const running = own.run('BackupMachine')
      await expect
        // The first begins.
        .poll(() => own.host.calls.filter(({ step }) => step === 'slice').length, { timeout: 30_000 })
        .toBeGreaterThan(1)
      const second = await lab.with({ PrimaryUserPoolId: shop }).run('BackupMachine')
      const first = await running
      const all = allOf(first)
      expect(kills()).toBe(2)
      expect(second).toMatchObject({ status: 'FAILED', error: { name: 'NotComplete' } })
      expect(all.map(({ status, error }) => error ?? status)).toEqual(all.map(() => 'SUCCEEDED'))
      expect(all.length).toBeGreaterThan(1)
      expect(all.find(({ output }) => output?.['next'] === 'done')?.output).toMatchObject({
        ok: true,
        clearedUp: { ok: true, isPruned: true },
      })
      expect([shop, staff].map((pool) => snapshotsIn(lab, pool).length)).toEqual([1, 1])
      expect(Math.max(...all.map(({ largestState }) => largestState))).toBeLessThan(4_000)
      expect(told().sort()).toEqual(
        [
          `backup of ${shop} done, ${many(USERS + 1)} users`,
          `backup of ${shop} refused, another is under way`,
          `backup of ${staff} done, 24 users`,
        ].sort(),
      )
      expect(lab.kms.asked.map(({ operation }) => operation)).toContain('Encrypt')
      const logged = own.host.lines.map((line) => JSON.parse(line) as Record<string, unknown>)
      expect(logged).toContainEqual(
        expect.objectContaining({ PoolId: shop, BackupCompleted: 1, Users: USERS + 1 }),
      )
      expect(own.host.lines.join('\n')).not.toContain('ann')
      expect(lab.simulator.ledger.mau.count(shop)).toBe(0)
    },
    MOST_MS,
  )

  it(
    'fails and tells of a pool that cannot be backed up',
    async () => {
      const ended = await lab.with({ PrimaryUserPoolId: 'eu-west-1_Nowhere12' }).run('BackupMachine')
      expect(ended).toMatchObject({ status: 'FAILED', error: { name: 'NotComplete' } })
      const [message] = lab.services.messages
      expect(message).toMatchObject({
        topic: TOPIC,
        subject: 'Cognito Vault: backup of eu-west-1_Nowhere12 failed',
      })
      expect(message?.text).toContain('POOL_NOT_FOUND')
      expect(told()).toHaveLength(1)
    },
    MOST_MS,
  )

  it.runIf(THOROUGH)(
    `tells of a function that is killed whatever is done, and then only of errors, as was asked${ELSE}`,
    async () => {
      const own = lab.with({ PrimaryUserPoolId: staff, SnsPreference: 'ERRORS_ONLY' })
      const kills = killAfter(own, 'BackupFunction', 'ListUsers', Infinity)
      const ended = await own.run('BackupMachine')
      expect(kills()).toBeGreaterThan(6)
      expect(ended).toMatchObject({ status: 'FAILED', error: { name: 'Sandbox.Timedout' } })
      expect(told()).toEqual([`backup of ${staff} failed`])
      expect((await own.run('BackupMachine')).status).toBe('SUCCEEDED')
      expect(told()).toEqual([])
    },
    MOST_MS,
  )
})

describe('the restore machine', () => {
  it.runIf(THOROUGH)(
    `puts back what was deleted, in slices${ELSE}`,
    async () => {
      lab.simulator.seed.call('DeleteGroup', { UserPoolId: staff, GroupName: 'crew' })
      const own = lab.with({ PrimaryUserPoolId: staff }, { SLICE_SECONDS: '5' })
      const ended = await own.run('RestoreMachine', { to: { inPlace: true } })
      expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { ok: true, next: 'done' } })
      expect(own.host.calls.filter(({ step }) => step === 'slice').length).toBeGreaterThan(1)
      expect(lab.simulator.inspect.pool(staff).memberships['crew']).toHaveLength(24)
      expect(told()).toEqual([`restore into ${staff} done`])
    },
    MOST_MS,
  )

  it.runIf(THOROUGH)(
    `restores into a pool that it is named as users know it, and goes on through the journal when its function is killed${ELSE}`,
    async () => {
      const target = lab.simulator.seed.pool({ PoolName: 'again' })
      const own = lab.with({ PrimaryUserPoolId: staff }, { SLICE_SECONDS: '30' })
      const kills = killAfter(own, 'RestoreFunction', 'AdminCreateUser', 1)
      const ended = await own.run('RestoreMachine', { NewUserPoolId: target })
      expect(kills()).toBe(1)
      expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { ok: true } })
      expect(lab.simulator.inspect.pool(target).users).toHaveLength(24)
      expect(told()).toEqual([`restore into ${target} done`])
    },
    MOST_MS,
  )

  it.runIf(THOROUGH)(
    `plans only, with a role of another account, when it is asked to${ELSE}`,
    async () => {
      const target = lab.simulator.seed.pool({ PoolName: 'planned' })
      const roleArn = 'arn:aws:iam::111122223333:role/cognito-vault-restore'
      const input = { to: { pool: target }, snapshot: `latest:${staff}`, dryRun: true, roleArn }
      const ended = await lab.with({ PrimaryUserPoolId: staff }).run('RestoreMachine', input)
      expect(ended).toMatchObject({ status: 'SUCCEEDED' })
      expect(lab.simulator.inspect.pool(target).users).toEqual([])
      // Anew in each slice, as credentials of a role last an hour.
      expect(lab.services.assumed.length).toBeGreaterThan(1)
      expect(new Set(lab.services.assumed)).toEqual(new Set([roleArn]))
      expect(told()).toEqual([`plan of a restore into ${target}`])
    },
    MOST_MS,
  )

  it(
    'refuses an input that it does not know, and says what is wrong with it',
    async () => {
      const own = lab.with({ PrimaryUserPoolId: staff })
      const ended = await own.run('RestoreMachine', { to: { pool: staff }, user: ['ann'] })
      expect(ended).toMatchObject({ status: 'FAILED', error: { name: 'USAGE' } })
      expect(lab.services.messages[0]?.text).toContain('"user"')
      expect(told()).toEqual(['restore into a pool failed'])
    },
    MOST_MS,
  )
})

describe('the drill machine and the check', () => {
  it(
    'tries the latest snapshot, and leaves no pool',
    async () => {
      const before = lab.simulator.inspect.poolIds()
      const own = lab.with({ PrimaryUserPoolId: staff, RestoreTestSample: '3' }, { SLICE_SECONDS: '600' })
      const ended = await own.run('DrillMachine')
      expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { ok: true } })
      expect(lab.simulator.inspect.poolIds()).toEqual(before)
      expect(told()).toEqual([`drill of ${staff} went well`])
    },
    MOST_MS,
  )

  it(
    'says how old the latest snapshots are, and tells when one is too old',
    async () => {
      const own = lab.with({ PrimaryUserPoolId: staff }, { MAX_SNAPSHOT_AGE_HOURS: '0.0001' })
      const { ages } = (await own.check()) as { ages: { poolId: string; ageSeconds: number }[] }
      expect(ages).toEqual([{ poolId: staff, ageSeconds: expect.any(Number) as number }])
      expect(own.host.lines.map((line) => JSON.parse(line) as object)).toContainEqual(
        expect.objectContaining({ PoolId: staff, LatestSnapshotAge: ages[0]?.ageSeconds }),
      )
      expect(told()).toEqual([expect.stringMatching(`^no backup of ${staff} for `)])
    },
    MOST_MS,
  )

  it(
    'tells of a key of the stack that does not open the vault, after each backup',
    async () => {
      const own = lab.stack.functions.get('CareFunction')?.env['KMS_KEY_ARNS'] ?? ''
      const late = own.replace('eu-west-1', 'eu-central-1')
      const care = lab.with({ PrimaryUserPoolId: staff }, { KMS_KEY_ARNS: `${own},${late}` })
      const clearUp = { step: 'clear-up', execution: 'arn:aws:states:eu-west-1:1:execution:b:x' }
      const answer = await care.host.invoke(care.functionArn('CareFunction'), clearUp)
      expect(answer).toMatchObject({ ok: true, keysMissing: [late] })
      expect(lab.services.messages[0]?.text).toContain(`key add --vault s3://bucket --kms-key ${late}`)
      expect(told()).toEqual(['a key of the stack does not open the vault'])
    },
    MOST_MS,
  )
})
