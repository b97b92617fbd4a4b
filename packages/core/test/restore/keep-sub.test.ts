import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import { diff, diffLive } from '../../src/actions/diff.js'
import { planRestoreRun } from '../../src/actions/plan-restore.js'
import { restore, type RestoreResult } from '../../src/actions/restore.js'
import { DEATHS, dyingAtOperation } from '../support/dying-process.js'
import { type Lab, openLab } from '../support/lab.js'
import { linesUnder } from '../support/report-lines.js'
import { restoreToTheEnd, yes } from '../support/run-to-end.js'
import { seedSmallPool } from '../support/small-pool.js'

const NAME = 'custom:original_sub'

let lab: Lab
let pool: string

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
  pool = seedSmallPool(lab.simulator)
  await backup(lab.context, [pool])
})

afterEach(() => lab.close())

const subsIn = (poolId: string): Map<string, string> =>
  new Map(lab.simulator.inspect.pool(poolId).users.map(({ username, sub }) => [username, sub]))

const keptIn = (poolId: string): Map<string, string | undefined> =>
  new Map(
    lab.simulator.inspect.pool(poolId).users.map(({ username, attributes }) => [username, attributes[NAME]]),
  )

async function intoNewPool(snapshot: string, poolName: string): Promise<RestoreResult> {
  const target = { mode: 'new-pool', poolName } as const
  const result = await restore(lab.context, { snapshot, target, keepSub: 'original_sub' }, yes)
  expect(result!.failed).toEqual([])
  return result!
}

describe('a restore that keeps subs', () => {
  it('gives everyone the first sub, however often pools are made again, and diff finds what the report says', async () => {
    const first = await intoNewPool('latest', 'second')
    expect(keptIn(first.poolId)).toEqual(subsIn(pool))
    expect(first.notes).toMatchObject({ 'sub-kept': 4, 'attribute-added': 1 })

    await backup(lab.context, [first.poolId])
    const compared = await diff(lab.context, `latest:${pool}`, `latest:${first.poolId}`)
    const users = (await linesUnder(lab.store, first.fidelityReport)).filter(({ kind }) => kind === 'user')
    expect(compared.users.changed.filter(({ fields }) => fields.includes(NAME))).toHaveLength(users.length)
    for (const { notes } of users)
      expect(notes).toContainEqual(expect.objectContaining({ code: 'sub-kept', detail: NAME }))

    const second = await intoNewPool(`latest:${first.poolId}`, 'third')
    expect(keptIn(second.poolId)).toEqual(subsIn(pool))
    expect(second.notes).toMatchObject({ 'older-sub-kept': 4 })
    expect(second.notes['attribute-added']).toBeUndefined()
  })

  it('adds the attribute to a live pool for those who are made again, leaves survivors, and is not undone by a repair', async () => {
    const before = subsIn(pool)
    lab.simulator.seed.deleteUser(pool, 'ann')
    const request = { snapshot: 'latest', target: { mode: 'in-place' }, keepSub: NAME } as const
    const result = await restore(lab.context, request, yes)
    expect(result!.failed).toEqual([])
    expect(result!.plan).toMatchObject({ AddCustomAttributes: 1, AdminCreateUser: 1 })
    expect(keptIn(pool).get('ann')).toBe(before.get('ann'))
    expect(keptIn(pool).get('bob')).toBeUndefined()

    const again = await restore(lab.context, { ...request, deleteExtra: true }, yes)
    expect(again!.plan).toEqual({})
    expect(keptIn(pool).get('ann')).toBe(before.get('ann'))
    const { users } = await diffLive(lab.context, `latest:${pool}`)
    expect(users.changed.map(({ username }) => username)).toEqual(['ann'])
  })

  it.each(DEATHS)('comes to the same end when it is killed at a creation %s', async (death) => {
    const subs = subsIn(pool)
    lab.simulator.seed.deleteUser(pool, 'ann')
    const request = { snapshot: 'latest', target: { mode: 'in-place' }, keepSub: NAME } as const
    for (const operation of ['AddCustomAttributes', 'AdminCreateUser']) {
      const store = await lab.copyOfStore()
      const ended = await restoreToTheEnd(lab, store, dyingAtOperation(operation, death), request)
      expect(ended!.failed).toEqual([])
      expect(keptIn(pool).get('ann')).toBe(subs.get('ann'))
      lab.simulator.seed.deleteUser(pool, 'ann')
    }
  })

  it('refuses an attribute that cannot take subs before anything is written', async () => {
    lab.simulator.seed.call('AddCustomAttributes', {
      UserPoolId: pool,
      CustomAttributes: [{ Name: 'original_sub', AttributeDataType: 'Number', Mutable: true }],
    })
    const request = { snapshot: 'latest', target: { mode: 'in-place' }, keepSub: NAME } as const
    await expect(planRestoreRun(lab.context, request)).rejects.toMatchObject({ code: 'USAGE', value: NAME })
  })
})
