import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import { diffLive } from '../../src/actions/diff.js'
import { planRestoreRun } from '../../src/actions/plan-restore.js'
import type { PlannedRestore } from '../../src/actions/restore-request.js'
import { restore, type RestoreResult, resume } from '../../src/actions/restore.js'
import { dyingAtOperation } from '../support/dying-process.js'
import { type Lab, openLab } from '../support/lab.js'
import { linesUnder } from '../support/report-lines.js'
import { approvedRun, diesWhileRestoring, yes } from '../support/run-to-end.js'
import { seedSmallPool } from '../support/small-pool.js'

let lab: Lab
let pool: string
let snapshot: string

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
  pool = seedSmallPool(lab.simulator)
  snapshot = (await backup(lab.context, [pool])).snapshots[0]!.id
})

afterEach(() => lab.close())

const repair = async (): Promise<RestoreResult> =>
  (await restore(lab.context, { snapshot, target: { mode: 'in-place' } }, yes))!

function idOf(client: string): string {
  const { clients } = lab.simulator.inspect.pool(pool)
  return clients.find((candidate) => candidate['ClientName'] === client)?.['ClientId'] as string
}

const deleteClient = (client: string): void =>
  void lab.simulator.seed.call('DeleteUserPoolClient', { UserPoolId: pool, ClientId: idOf(client) })

describe('a second repair', () => {
  it('finds the client that the first has made again, and diff finds it too', async () => {
    deleteClient('web')
    expect((await repair()).done['CreateUserPoolClient']).toBe(1)
    expect((await diffLive(lab.context, snapshot)).resources).toEqual([])
    expect((await repair()).plan).toEqual({})
    lab.simulator.seed.call('UpdateUserPoolClient', {
      UserPoolId: pool,
      ClientId: idOf('web'),
      ClientName: 'web',
      CallbackURLs: ['https://evil.example.com'],
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid'],
      SupportedIdentityProviders: ['COGNITO'],
    })
    expect((await repair()).plan).toEqual({ UpdateUserPoolClient: 1 })
    expect(lab.simulator.inspect.pool(pool).clients).toHaveLength(2)
  })

  it('says again of whom and what the first has made that the ids are new', async () => {
    deleteClient('web')
    lab.simulator.seed.deleteUser(pool, 'ann')
    const first = await linesUnder(lab.store, (await repair()).identityMap)
    const second = await repair()
    expect(await linesUnder(lab.store, second.identityMap)).toEqual(first)
    expect(second.fidelity).toMatchObject({ transformed: 2, lost: 0 })
  })

  it('follows a client through all repairs that made it again', async () => {
    for (let times = 0; times < 3; times++) {
      deleteClient('web')
      await repair()
    }
    expect((await repair()).plan).toEqual({})
  })
})

describe('a run that was approved and never finished', () => {
  beforeEach(async () => {
    lab.simulator.seed.deleteUser(pool, 'ann')
    deleteClient('web')
    const process = dyingAtOperation('AdminSetUserPassword', 'before it is sent')
    const mortal = lab.again({ wrap: process.wrapApi, store: process.wrapStore(lab.store) })
    expect(await diesWhileRestoring(mortal, { snapshot, target: { mode: 'in-place' } })).toBe(true)
    lab.passTime(120_000)
  })

  const plan = (): Promise<PlannedRestore> =>
    planRestoreRun(lab.again({}), { snapshot, target: { mode: 'in-place' } })

  it('is named by the next plan, with what it has made taken for what it is', async () => {
    const runId = await approvedRun(lab.store)
    const planned = await plan()
    expect(planned.unfinished).toEqual([runId])
    expect(planned.header.summary.operations['CreateUserPoolClient']).toBeUndefined()
    expect(planned.header.summary.operations['AdminCreateUser']).toBeUndefined()
  })

  it('cannot be resumed once another plan has been executed, whose changes it does not know', async () => {
    const runId = (await approvedRun(lab.store))!
    const result = await restore(lab.again({}), { snapshot, target: { mode: 'in-place' } }, yes)
    expect(result!.failed).toEqual([])
    lab.simulator.ledger.clear()
    await expect(resume(lab.again({}), runId)).rejects.toMatchObject({
      code: 'PLAN_OUTDATED',
      hint: expect.stringContaining(`restore ${snapshot} --in-place`) as string,
    })
    expect(
      Object.keys(lab.simulator.ledger.requests.all()).filter((name) => /^(Admin|Create)/.test(name)),
    ).toEqual([])
  })

  it('can be resumed when the other plan was a dry run', async () => {
    const runId = (await approvedRun(lab.store))!
    await restore(lab.again({}), { snapshot, target: { mode: 'in-place' } }, () => Promise.resolve('dry-run'))
    expect((await resume(lab.again({}), runId)).failed).toEqual([])
  })

  it('keeps a plan that was made before it went on from being executed', async () => {
    const runId = (await approvedRun(lab.store))!
    const late = restore(lab.again({}), { snapshot, target: { mode: 'in-place' } }, async () => {
      await resume(lab.again({}), runId)
      return yes()
    })
    await expect(late).rejects.toMatchObject({ code: 'PLAN_OUTDATED' })
  })
})

it('says that a restore into a new pool was never finished, before it makes another pool', async () => {
  const process = dyingAtOperation('AdminCreateUser', 'before it is sent')
  const mortal = lab.again({ wrap: process.wrapApi, store: process.wrapStore(lab.store) })
  const request = { snapshot, target: { mode: 'new-pool', poolName: 'shop' } } as const
  expect(await diesWhileRestoring(mortal, request)).toBe(true)
  const planned = await planRestoreRun(lab.again({}), request)
  expect(planned.unfinished).toEqual([await approvedRun(lab.store)])
})
