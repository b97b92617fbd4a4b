import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CognitoContext } from '../../src/actions/context.js'
import { planRestoreRun } from '../../src/actions/plan-restore.js'
import type { RestoreRequest } from '../../src/actions/restore-request.js'
import { approveRun, restore, type RestoreResult, resume, resumeUntil } from '../../src/actions/restore.js'
import { verify } from '../../src/actions/verify.js'
import { classifyFailure, withBudget } from '../../src/cognito/budgeted-api.js'
import type { CognitoApi } from '../../src/cognito/cognito-api.js'
import { createFilePutter } from '../../src/cognito/put-file.js'
import { createSdkApi } from '../../src/cognito/sdk-api.js'
import { createSdkClient } from '../../src/cognito/sdk-client.js'
import { createBudget } from '../../src/limiter/budget.js'
import { ProcessDied } from '../support/dying-process.js'
import { approvedRun, diesWhileRestoring, yes } from '../support/run-to-end.js'
import { createVirtualTime, type VirtualTime } from '../support/virtual-time.js'
import { importable, type ImportLab, jobsOf, openImportLab, ROLE } from './import-lab.js'

/** At 31 a second, as AWS publishes it, a job of 20 s. */
const USERS = 620

let time: VirtualTime
let lab: ImportLab

beforeEach(async () => {
  time = createVirtualTime(Date.parse('2026-11-23T00:00:00Z'))
  const options = { clock: time.clock, importSpeed: 31, pages: 'full' } as const
  lab = await openImportLab(({ simulator: { seed } }, pool) => {
    seed.users(
      pool,
      Array.from({ length: USERS }, (_, at) => importable(`user${at}`)),
    )
  }, options)
})
afterEach(() => lab.close())

function inTime(wrap: (api: CognitoApi) => CognitoApi = (api) => api): CognitoContext {
  const { region, url } = lab.simulator
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' }
  const client = createSdkClient({ region, endpoint: url, credentials })
  const { clock } = time
  const budget = createBudget({ clock, random: Math.random, classify: classifyFailure, share: 1 })
  const api = withBudget(wrap(time.watch(createSdkApi(client, region, clock))), budget)
  return lab.again({ clock, budget, api, putFile: createFilePutter(clock) })
}

const people = (): number => lab.simulator.inspect.userCount(newPool())
const newPool = (): string => lab.simulator.inspect.poolIds().find((id) => id !== lab.pool)!
const progress = (): Extract<(typeof lab.events)[number], { code: 'import.progress' | 'import.ended' }>[] =>
  lab.events.flatMap((event) =>
    event.code === 'import.progress' || event.code === 'import.ended' ? [event] : [],
  )

it('a job is watched, and what is left is reckoned from the speed that it shows', async () => {
  const result = (await time.during(restore(inTime(), lab.request, yes)))!
  expect(result).toMatchObject({ imported: USERS, mau: 0, failed: [] })
  const [last, ...before] = progress().reverse()
  expect(last).toMatchObject({ code: 'import.ended', status: 'Succeeded', rows: USERS, imported: USERS })
  expect(before.length).toBeGreaterThanOrEqual(2)
  for (const { imported, secondsLeft } of before) {
    if (imported === 0) continue
    const due = (USERS - imported) / 31
    expect(Math.abs(secondsLeft! - due)).toBeLessThanOrEqual(3)
  }
})

it('a run that dies while its job runs finds it again, waits for it, and starts no other', async () => {
  let described = 0
  const mortal = inTime((api) => ({
    ...api,
    call: (operation, input, options) => {
      if (operation === 'DescribeUserImportJob') described++
      if (described >= 2) throw new ProcessDied()
      return api.call(operation, input, options)
    },
  }))
  expect(await time.during(diesWhileRestoring(mortal, lab.request))).toBe(true)
  const imported = people()
  expect(imported).toBeGreaterThan(0)
  expect(imported).toBeLessThan(USERS)
  lab.passTime(120_000)
  const result = await time.during(resume(inTime(), (await approvedRun(lab.store))!))
  expect(result).toMatchObject({ imported: USERS, mau: 0, failed: [] })
  expect(jobsOf(lab, newPool())).toHaveLength(1)
  expect(lab.simulator.ledger.requests.all()['StartUserImportJob']).toBe(1)
})

it('a job that an administrator stops is followed by one with the rest', async () => {
  let described = 0
  lab.simulator.faults.after({ operation: 'DescribeUserImportJob' }, ({ body }) => {
    if (++described !== 2) return
    const { UserPoolId, JobId } = body as { UserPoolId: string; JobId: string }
    lab.simulator.seed.call('StopUserImportJob', { UserPoolId, JobId })
  })
  const result = (await time.during(restore(inTime(), lab.request, yes)))!
  expect(jobsOf(lab, newPool()).map(({ status }) => status)).toEqual(['Stopped', 'Succeeded'])
  const [stopped, rest] = jobsOf(lab, newPool())
  expect(stopped!.log.length).toBeGreaterThan(0)
  expect(stopped!.log.length + rest!.log.length).toBe(USERS)
  expect(result).toMatchObject({ imported: USERS, mau: 0, failed: [] })
})

/** Restores in slices of so long, each in a process of its own, and says after each how many there were. */
async function inSlices(
  ms: number,
  request: RestoreRequest,
  change: Partial<CognitoContext>,
  count: () => void,
): Promise<RestoreResult> {
  const { header } = await time.during(planRestoreRun(inTime(), request))
  await approveRun(lab.context, header.runId)
  for (let slices = 1; slices < 50; slices++) {
    count()
    const options = { until: time.clock.now() + ms }
    const slice = await time.during(resumeUntil({ ...inTime(), ...change }, header.runId, options))
    if (slice.done) return slice.result
  }
  throw new Error('it does not come to its end')
}

it('a job that takes longer than a slice is waited for in the next', async () => {
  let slices = 0
  const result = await inSlices(8000, lab.request, {}, () => slices++)
  expect(slices).toBeGreaterThan(2)
  expect(result).toMatchObject({ imported: USERS, mau: 0, failed: [] })
  // One that was made when the time was over is left to expire.
  expect(jobsOf(lab, newPool()).filter(({ status }) => status !== 'Created')).toHaveLength(1)
  expect(lab.simulator.ledger.requests.all()['StartUserImportJob']).toBe(1)
})

it('slices together wait for another job of the account as long as one process would, and no longer', async () => {
  lab.simulator.faults.add({
    operation: 'StartUserImportJob',
    kind: 'error',
    code: 'PreconditionNotMetException',
  })
  const importLimits = { rows: 1000, bytes: 1e8, waitForOthersMs: 60_000 }
  const request = { ...lab.request, engine: { kind: 'import', roleArn: ROLE } } as const
  let slices = 0
  await expect(inSlices(25_000, request, { importLimits }, () => slices++)).rejects.toMatchObject({
    code: 'COGNITO_FAILED',
    message: expect.stringContaining('no import job') as string,
  })
  expect(slices).toBeGreaterThan(2)
  expect(slices).toBeLessThan(6)
  expect(await verify(lab.context)).toMatchObject({ ok: true, damage: [] })
})
