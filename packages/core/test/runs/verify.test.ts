import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { restore } from '../../src/actions/restore.js'
import { verify } from '../../src/actions/verify.js'
import { listManifestKeys } from '../../src/vault/snapshots.js'
import { openVault } from '../../src/vault/vault.js'
import { backUp } from '../support/backed-up.js'
import { type Lab, openLab } from '../support/lab.js'
import { yes } from '../support/run-to-end.js'
import { seedSmallPool } from '../support/small-pool.js'
import { namesOf, replace, spoil, stoppedRun } from '../support/stopped-run.js'

let lab: Lab
let pool: string
let stopped: string
let ended: string

/** A vault with a run that stopped, one that ended, and a dry run. */
beforeAll(async () => {
  lab = await openLab({ pages: 'full' })
  pool = seedSmallPool(lab.simulator)
  const snapshot = (await backUp(lab.context, pool)).id
  const request = { snapshot, target: { mode: 'in-place' } } as const
  lab.simulator.seed.deleteUser(pool, 'ann')
  stopped = await stoppedRun(lab, request, 'AdminSetUserPassword')
  ended = (await restore(lab.again({}), request, yes))!.runId
  await restore(lab.again({}), request, () => Promise.resolve('dry-run'))
})

afterAll(() => lab.close())

const damagedKeys = async (store: Lab['store']): Promise<string[]> =>
  (await verify(lab.again({ store }))).damage.map(({ key }) => key)

describe('verify', () => {
  it('reads the runs and the log of locks, and finds nothing where all is whole', async () => {
    const found = await verify(lab.context)
    expect(found).toMatchObject({ ok: true, runs: 3, damage: [] })
    const only = await verify(lab.context, 'latest')
    expect(only).toMatchObject({ ok: true, snapshots: 1, runs: 0 })
    expect(found.bytesRead).toBeGreaterThan(only.bytesRead)
  })

  it('names each object of a run that is altered, and nothing else', async () => {
    for (const runId of [stopped, ended]) {
      const names = await namesOf(lab.store, runId)
      expect(names.length).toBeGreaterThan(5)
      for (const name of names) {
        const store = await lab.copyOfStore()
        await spoil(store, `restores/${runId}/${name}`)
        expect(await damagedKeys(store), name).toEqual([`restores/${runId}/${name}`])
      }
    }
  })

  it('reads a part of what restores have left, and in a week of parts all of it once', async () => {
    const store = await lab.copyOfStore()
    const name = (await namesOf(lab.store, ended)).find((one) => one.endsWith('/done.json'))!
    await spoil(store, `restores/${ended}/${name}`)
    const context = lab.again({ store })
    const found: string[] = []
    for (let day = 1; day <= 7; day++) {
      const { damage, subset } = await verify(context, { readDataSubset: `${day}/7` })
      expect(subset).toMatchObject({ asked: `${day}/7` })
      found.push(...damage.map(({ key }) => key))
    }
    expect(found).toEqual([`restores/${ended}/${name}`])
    await expect(verify(context, { readDataSubset: '8/7' })).rejects.toMatchObject({ code: 'USAGE' })
  })

  it('names what is gone of a run that ended', async () => {
    for (const name of await namesOf(lab.store, ended)) {
      // Whether there was an entry nobody knows once the chunk is done; without a report the run has not ended.
      if (/^(report\.json|journal\/[^/]+\/0\d+\.json)$/.test(name)) continue
      const store = await lab.copyOfStore()
      await store.delete(`restores/${ended}/${name}`)
      expect(await damagedKeys(store), name).toContain(`restores/${ended}/${name}`)
    }
  })

  it('names what belongs to another run, what nothing names, and what nobody knows', async () => {
    const store = await lab.copyOfStore()
    const report = (await store.get(`restores/${ended}/report.json`))!
    await store.putIfAbsent(`restores/${stopped}/report.json`, report)
    const chunk = (await namesOf(store, ended)).find((name) => name.startsWith('plan/'))!
    const bytes = (await store.get(`restores/${ended}/${chunk}`))!
    await store.putIfAbsent(`restores/${ended}/plan/99-000000`, bytes)
    await store.putIfAbsent(`restores/${ended}/notes.txt`, bytes)
    await store.putIfAbsent(`restores/${ended}/.DS_Store`, bytes)
    await store.putIfAbsent('restores/.DS_Store', bytes)
    const found = await damagedKeys(store)
    expect(found).toContain(`restores/${stopped}/report.json`)
    expect(found).toContain(`restores/${ended}/plan/99-000000`)
    expect(found).toContain(`restores/${ended}/notes.txt`)
    expect(found.filter((key) => key.endsWith('.DS_Store'))).toEqual([])
  })

  it('names an entry of the log of locks that cannot be read', async () => {
    const store = await lab.copyOfStore()
    await replace(store, 'leases/000000000001.json', 'not JSON')
    await store.putIfAbsent('leases/lock', Buffer.from(''))
    expect(await damagedKeys(store)).toEqual(['leases/000000000001.json', 'leases/lock'])
  })

  it('does not take it for damage that a parent is gone: a snapshot may be forgotten', async () => {
    const store = await lab.copyOfStore()
    const [first] = await listManifestKeys(await openVault(store), pool)
    await store.delete(first!)
    expect(await damagedKeys(store)).toEqual([])
  })
})
