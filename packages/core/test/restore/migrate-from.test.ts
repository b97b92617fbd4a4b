import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import { planRestoreRun } from '../../src/actions/plan-restore.js'
import type { RestoreRequest } from '../../src/actions/restore-request.js'
import { restore } from '../../src/actions/restore.js'
import type { MigratedUser } from '../../src/lambda/migrated-user.js'
import { createUserMigration } from '../../src/lambda/user-migration.js'
import { type Lab, openLab } from '../support/lab.js'
import { linesUnder } from '../support/report-lines.js'
import { yes } from '../support/run-to-end.js'
import { person, seedSmallPool } from '../support/small-pool.js'

const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:migrate'
const PASSWORD = 'G00d!pass'

let lab: Lab
let pool: string

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
  pool = seedSmallPool(lab.simulator)
  lab.simulator.seed.users(pool, [
    person('eve', { groups: ['buyers'], password: PASSWORD }),
    person('tom', { groups: ['buyers'] }),
  ])
  await backup(lab.context, [pool])
})

afterEach(() => lab.close())

const requestTo = (target: RestoreRequest['target'], more: Partial<RestoreRequest> = {}): RestoreRequest => ({
  snapshot: `latest:${pool}`,
  target,
  passwords: { kind: 'migrate-from', poolId: pool },
  ...more,
})
const intoNewPool = (more: Partial<RestoreRequest> = {}): RestoreRequest =>
  requestTo({ mode: 'new-pool', poolName: 'other' }, { migrationFunction: FUNCTION, ...more })

const namesIn = (poolId: string): string[] =>
  lab.simulator.inspect
    .pool(poolId)
    .users.map(({ username }) => username)
    .sort()

/** What Cognito does with a user of whom the trigger says that they come. */
async function come(poolId: string, userName: string): Promise<void> {
  const { ClientId } = (
    lab.simulator.seed.call('CreateUserPoolClient', {
      UserPoolId: pool,
      ClientName: 'migration',
      ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'],
    }) as { UserPoolClient: { ClientId: string } }
  ).UserPoolClient
  const trigger = createUserMigration({
    userPoolId: pool,
    clientId: ClientId,
    endpoint: lab.simulator.url,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    keepSub: 'custom:original_sub',
  })
  const { response } = await trigger({
    triggerSource: 'UserMigration_Authentication',
    userName,
    request: { password: PASSWORD },
  })
  const { userAttributes } = response as MigratedUser
  lab.simulator.seed.users(poolId, [{ username: userName, password: PASSWORD, attributes: userAttributes }])
}

describe('a restore from which people come by themselves', () => {
  it('makes only who cannot, attaches the function, and puts who has come into their groups when it is run again', async () => {
    lab.simulator.seed.deleteUser(pool, 'tom')
    const result = (await restore(lab.context, intoNewPool({ keepSub: 'original_sub' }), yes))!
    expect(result.failed).toEqual([])
    // bob is disabled, zoë has a temporary password, tom is not there any more.
    expect(namesIn(result.poolId)).toEqual(['bob', 'tom', 'zoë'])
    expect(result.notes).toMatchObject({
      'comes-by-migration': 3,
      'groups-after-migration': 3,
      'migration-function-set': 1,
    })
    const { LambdaConfig } = lab.simulator.inspect.pool(result.poolId).pool
    expect(LambdaConfig).toMatchObject({ UserMigration: FUNCTION })
    expect(lab.simulator.ledger.messages.all()).toEqual([])
    const report = await linesUnder(lab.store, result.fidelityReport)
    expect(report.find(({ username }) => username === 'eve')).toMatchObject({
      outcome: 'lost',
      notes: [{ code: 'comes-by-migration' }, { code: 'groups-after-migration', detail: 'buyers' }],
    })

    await come(result.poolId, 'eve')
    const target = { mode: 'existing-pool', poolId: result.poolId } as const
    const again = (await restore(lab.context, requestTo(target), yes))!
    expect(again.plan).toEqual({ AdminAddUserToGroup: 1 })
    expect(again.notes).toMatchObject({ 'comes-by-migration': 2 })
    const eve = lab.simulator.inspect.pool(result.poolId).users.find(({ username }) => username === 'eve')
    expect(eve?.groups).toEqual(['buyers'])
    expect(eve?.attributes['custom:original_sub']).toBe(
      lab.simulator.inspect.pool(pool).users.find(({ username }) => username === 'eve')?.sub,
    )
  })

  it('reads the old pool where it is, and says that it needs a function where none was named', async () => {
    const asked: string[] = []
    const { api, budget } = lab.context
    const elsewhere = (region: string): { api: typeof api; budget: typeof budget } => {
      asked.push(region)
      return { api, budget }
    }
    const far = lab.again({ elsewhere, wrap: (inner) => ({ ...inner, region: 'eu-central-1' }) })
    const drop = ['arn:aws:lambda:eu-west-1:123456789012:function:claims']
    const request = { ...intoNewPool(), drop }
    const { migrationFunction, ...without } = request
    const { header } = await planRestoreRun(far, without)
    expect(asked).toEqual(['eu-west-1'])
    expect(header.summary.notes).toMatchObject({ 'comes-by-migration': 4, 'migration-function-missing': 1 })
    await expect(planRestoreRun(far, { ...without, migrationFunction: migrationFunction! })).rejects.toThrow(
      'the ARN of a Lambda function in eu-central-1',
    )
  })
})

describe('a migration is refused', () => {
  it.each<[string, (pool: string) => Partial<RestoreRequest>, RegExp]>([
    ['in place', () => ({ target: { mode: 'in-place' } }), /nobody can come from the pool/],
    [
      'into the same pool',
      (poolId) => ({ target: { mode: 'existing-pool', poolId } }),
      /nobody can come from the pool/,
    ],
    [
      'from another pool than the snapshot’s',
      () => ({ passwords: { kind: 'migrate-from', poolId: 'eu-west-1_Other' } }),
      /the snapshot is not of eu-west-1_Other/,
    ],
    [
      'with a function for a pool that lives',
      () => ({ target: { mode: 'existing-pool', poolId: 'eu-west-1_Lives' } }),
      /triggers of a pool that lives are never written/,
    ],
    ['with a function and no pool', () => ({ passwords: { kind: 'reset' } }), /goes with --passwords/],
    ['with what is no function', () => ({ migrationFunction: 'migrate' }), /takes the ARN of a Lambda/],
  ])('%s', async (_, change, why) => {
    const planned = planRestoreRun(lab.context, { ...intoNewPool(), ...change(pool) })
    await expect(planned).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(why) as string,
    })
  })

  it('from a pool that is gone', async () => {
    lab.simulator.seed.call('DeleteUserPoolDomain', { UserPoolId: pool, Domain: 'shop-login' })
    lab.simulator.seed.call('DeleteUserPool', { UserPoolId: pool })
    await expect(planRestoreRun(lab.context, intoNewPool())).rejects.toMatchObject({ code: 'POOL_NOT_FOUND' })
  })
})
