import { afterEach, expect, it } from 'vitest'
import { restore, resume } from '../../src/actions/restore.js'
import type { Clock } from '../../src/model/clock.js'
import { hastyClock } from '../support/lab.js'
import { approvedRun, yes } from '../support/run-to-end.js'
import { importable, type ImportLab, jobsOf, openImportLab, peopleOf, small } from './import-lab.js'

const NAMES = ['ann', 'bob', 'cid', 'dan']

let lab: ImportLab
afterEach(() => lab.close())

async function open(importSpeed = Infinity): Promise<void> {
  const seed: Parameters<typeof openImportLab>[0] = ({ simulator }, pool) =>
    void simulator.seed.users(
      pool,
      NAMES.map((name) => importable(name)),
    )
  lab = await openImportLab(seed, { importSpeed })
}

it('three jobs in a row that bring nobody are enough: the rest are made by calls', async () => {
  await open(0.001)
  const { faults, seed, ledger } = lab.simulator
  // Somebody stops each before its first row.
  faults.after({ operation: 'StartUserImportJob' }, ({ body }) => {
    const { UserPoolId, JobId } = body as { UserPoolId: string; JobId: string }
    seed.call('StopUserImportJob', { UserPoolId, JobId })
  })
  const result = (await restore(small(lab), lab.request, yes))!
  expect(jobsOf(lab, result.poolId).map(({ status }) => status)).toEqual(['Stopped', 'Stopped', 'Stopped'])
  expect(result).toMatchObject({ imported: 0, failed: [], notes: { 'import-not-had': 4 } })
  expect(ledger.mau.count(result.poolId)).toBe(4)
})

it('nobody is made by calls while it cannot be seen whom jobs have made', async () => {
  await open()
  const { faults, ledger } = lab.simulator
  let isLost = false
  faults.after({ operation: 'DescribeUserImportJob' }, () => {
    if (isLost) return
    isLost = true
    faults.add({ operation: 'ListUserImportJobs', kind: 'error', code: 'InvalidParameterException' })
  })
  await expect(restore(small(lab), lab.request, yes)).rejects.toMatchObject({ code: 'COGNITO_FAILED' })
  expect(ledger.requests.all()).not.toHaveProperty('AdminCreateUser')
  expect(lab.events.map(({ code }) => code)).not.toContain('import.fallback')
  faults.clear()
  const result = await resume(small(lab), (await approvedRun(lab.store))!)
  expect(result).toMatchObject({ imported: 4, mau: 0, failed: [] })
})

it('a listing that does not have whom a job has made yet is looked at again', async () => {
  await open()
  let lags = false
  let waits = 0
  const clock: Clock = {
    ...hastyClock,
    sleep: (ms, signal) => {
      if (lags && ms === 10_000) {
        lags = false
        waits++
      }
      return hastyClock.sleep(ms, signal)
    },
  }
  const context = small(lab, {
    clock,
    wrap: (api) => ({
      ...api,
      call: async (operation, input, options) => {
        const answer = await api.call(operation, input, options)
        if (operation === 'DescribeUserImportJob')
          lags = JSON.stringify(answer).includes('"Status":"Succeeded"')
        return operation === 'ListUsers' && lags ? { ...answer, Users: [] } : answer
      },
    }),
  })
  const result = (await restore(context, lab.request, yes))!
  // Once for each of the two jobs.
  expect(waits).toBe(2)
  expect(result).toMatchObject({ imported: 4, mau: 0, failed: [] })
  expect(Object.keys(peopleOf(lab, result.poolId)).sort()).toEqual(NAMES)
})
