import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { diffLive } from '../../src/actions/diff.js'
import type { PlannedRestore } from '../../src/actions/restore-request.js'
import { restore, resume } from '../../src/actions/restore.js'
import { planText } from '../../src/cli/render-plan.js'
import type { JsonObject } from '../../src/model/canonical.js'
import { sealJson, unsealJson } from '../../src/vault/sealed-json.js'
import { backUp } from '../support/backed-up.js'
import { type Lab, openLab } from '../support/lab.js'
import { yes } from '../support/run-to-end.js'
import { seedSmallPool } from '../support/small-pool.js'
import { namesOf, replace, spoil, stoppedRun } from '../support/stopped-run.js'

let lab: Lab
let pool: string
let snapshot: string

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
  pool = seedSmallPool(lab.simulator)
  snapshot = (await backUp(lab.context, pool)).id
  lab.simulator.seed.deleteUser(pool, 'ann')
  lab.simulator.seed.deleteUser(pool, 'dee')
})

afterEach(() => lab.close())

const inPlace = (): { snapshot: string; target: { mode: 'in-place' } } => ({
  snapshot,
  target: { mode: 'in-place' },
})

const written = (): string[] =>
  Object.keys(lab.simulator.ledger.requests.all()).filter((name) =>
    /^(Admin(?!Get)|Create|Update)/.test(name),
  )

/** Its leases run out, which in a copy begin anew. */
async function copyOfVault(): Promise<Lab['store']> {
  const copy = await lab.copyOfStore()
  lab.passTime(120_000)
  return copy
}

describe('a run of which an object was altered', () => {
  it('is not resumed: nothing is called, and the object is named', async () => {
    const runId = await stoppedRun(lab, inPlace(), 'AdminSetUserPassword')
    const objects = (await namesOf(lab.store, runId)).filter((name) => name !== 'begun.json')
    expect(objects).toEqual(expect.arrayContaining(['plan.json', 'approved.json']))
    expect(objects.some((name) => name.startsWith('journal/'))).toBe(true)
    lab.simulator.ledger.clear()
    for (const name of objects) {
      const key = `restores/${runId}/${name}`
      const store = await copyOfVault()
      await spoil(store, key)
      await expect(resume(lab.again({ store }), runId), key).rejects.toMatchObject({
        code: 'VAULT_DAMAGED',
        value: key,
      })
    }
    expect(written()).toEqual([])
  })

  it('is not resumed into another pool than it was planned for, however well formed the plan is', async () => {
    const runId = await stoppedRun(lab, inPlace(), 'AdminSetUserPassword')
    const key = `restores/${runId}/plan.json`
    const text = Buffer.from((await lab.store.get(key))!).toString('utf8')
    const other = lab.simulator.seed.pool({ PoolName: 'other' })
    await replace(lab.store, key, text.replaceAll(pool, other))
    lab.simulator.ledger.clear()
    await expect(resume(lab.again({}), runId)).rejects.toMatchObject({ code: 'VAULT_DAMAGED', value: key })
    expect(written()).toEqual([])
  })

  it('is not resumed with what belongs to another run', async () => {
    const first = await stoppedRun(lab, inPlace(), 'AdminSetUserPassword')
    const second = (await restore(lab.again({}), inPlace(), yes))!.runId
    const journalOf = async (runId: string): Promise<string> =>
      (await namesOf(lab.store, runId)).find((name) => /^journal\/.*\/0/.test(name))!
    const pairs = [
      ['plan.json', 'plan.json'],
      ['approved.json', 'approved.json'],
      [await journalOf(first), await journalOf(second)],
    ]
    for (const [of, to] of pairs) {
      const store = await copyOfVault()
      const key = `restores/${second}/${to}`
      await replace(store, key, (await store.get(`restores/${first}/${of}`))!)
      // So that the second is the one to go on with.
      await store.delete(`restores/${first}/approved.json`)
      await store.delete(`restores/${second}/report.json`)
      for (const done of await namesOf(store, second)) {
        if (done.endsWith('done.json')) await store.delete(`restores/${second}/${done}`)
      }
      await expect(resume(lab.again({ store }), second), key).rejects.toMatchObject({
        code: 'VAULT_DAMAGED',
        value: key,
      })
    }
  })

  it('is not taken for damaged when a newer version planned it', async () => {
    const runId = await stoppedRun(lab, inPlace(), 'AdminSetUserPassword')
    const key = `restores/${runId}/plan.json`
    const header = unsealJson(key, (await lab.store.get(key))!) as JsonObject
    await replace(lab.store, key, sealJson(key, { ...header, format: 2, chunks: 'elsewhere' }))
    await expect(resume(lab.again({}), runId)).rejects.toMatchObject({
      code: 'VAULT_TOO_NEW',
      value: key,
      hint: expect.stringContaining('upgrade') as string,
    })
  })
})

describe('a run that cannot be read any more', () => {
  const damage = { code: 'VAULT_DAMAGED', reason: expect.stringContaining('plan.json') as string }

  it('keeps nobody from a diff or a restore, which say that it is there', async () => {
    const { runId } = (await restore(lab.context, inPlace(), yes))!
    await spoil(lab.store, `restores/${runId}/plan.json`)
    lab.simulator.seed.deleteUser(pool, 'bob')
    const found = await diffLive(lab.context, snapshot)
    expect(found.unreadableRuns).toEqual([{ runId, ...damage }])
    expect(found.same).toBe(false)
    expect(lab.events).toContainEqual({ code: 'run.unreadable', runId, reason: damage.reason })
    let planned: PlannedRestore | undefined
    const restored = await restore(lab.context, inPlace(), (plan) => {
      planned = plan
      return yes()
    })
    expect(planned?.unreadableRuns).toEqual([{ runId, ...damage }])
    expect(planText(planned!, 80)).toContain(`restores/${runId}/plan.json is`)
    expect(restored!.done['AdminCreateUser']).toBe(1)
  })

  it('keeps what may be its work from being deleted as extra', async () => {
    const { runId } = (await restore(lab.context, inPlace(), yes))!
    await spoil(lab.store, `restores/${runId}/plan.json`)
    lab.simulator.ledger.clear()
    await expect(restore(lab.context, { ...inPlace(), deleteExtra: true }, yes)).rejects.toMatchObject({
      code: 'VAULT_DAMAGED',
      value: runId,
    })
    expect(written()).toEqual([])
  })

  it('is told from its journal where only its identity map is damaged', async () => {
    const { runId } = (await restore(lab.context, inPlace(), yes))!
    const name = (await namesOf(lab.store, runId)).find((one) => one.startsWith('identity-map/'))!
    await spoil(lab.store, `restores/${runId}/${name}`)
    const { users, unreadableRuns } = await diffLive(lab.context, snapshot)
    expect([users.added, users.removed, unreadableRuns]).toEqual([[], [], []])
  })
})
