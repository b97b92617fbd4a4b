import { afterEach, expect, it } from 'vitest'
import { erase } from '../../src/actions/erase.js'
import type { RestoreRequest } from '../../src/actions/restore-request.js'
import { restore, resume } from '../../src/actions/restore.js'
import { dyingAtOperation } from '../support/dying-process.js'
import { hastyClock } from '../support/lab.js'
import { linesUnder } from '../support/report-lines.js'
import { approvedRun, diesWhileRestoring } from '../support/run-to-end.js'
import { importable, type ImportLab, jobsOf, openImportLab, peopleOf, small } from './import-lab.js'

let lab: ImportLab
let request: RestoreRequest

async function opened(): Promise<void> {
  lab = await openImportLab(({ simulator: { seed } }, pool) =>
    seed.users(
      pool,
      ['ann', 'bob', 'eve'].map((name) => importable(name)),
    ),
  )
  for (const name of ['ann', 'bob']) lab.simulator.seed.deleteUser(lab.pool, name)
  request = { ...lab.request, target: { mode: 'in-place' } }
}
afterEach(() => lab.close())

async function erased(name: string): Promise<void> {
  const clock = { ...hastyClock, now: () => hastyClock.now() - 5_000 }
  await erase(lab.again({ clock }), { name }, () => Promise.resolve(true))
}

it('who is erased after the plan is in no job', async () => {
  await opened()
  await restore(small(lab), request, async () => {
    await erased('ann')
    return 'execute'
  })
  expect(Object.keys(peopleOf(lab, lab.pool)).sort()).toEqual(['bob', 'eve'])
  expect(jobsOf(lab, lab.pool)).toHaveLength(1)
})

it('who is erased while a job makes the user is told of, so that the user can be deleted', async () => {
  await opened()
  const process = dyingAtOperation('StartUserImportJob', 'before its answer')
  const mortal = small(lab, { store: process.wrapStore(lab.store), wrap: process.wrapApi })
  expect(await diesWhileRestoring(mortal, request)).toBe(true)
  await erased('ann')
  lab.passTime(120_000)
  const runId = (await approvedRun(lab.store))!
  const result = await resume(small(lab), runId)
  expect(Object.keys(peopleOf(lab, lab.pool)).sort()).toEqual(['ann', 'bob', 'eve'])
  const told = (await linesUnder(lab.store, result.fidelityReport)).filter(
    ({ username }) => username === 'ann',
  )
  expect(JSON.stringify(told)).toContain('delete it in the pool')
})
