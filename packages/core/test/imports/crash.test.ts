import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PutFile } from '../../src/cognito/put-file.js'
import type { ObjectStore } from '../../src/storage/object-store.js'
import {
  DEATHS,
  dyingAtCall,
  dyingAtOperation,
  dyingAtWrite,
  type DyingProcess,
  ProcessDied,
} from '../support/dying-process.js'
import { approvedRun, diesWhileRestoring, yes } from '../support/run-to-end.js'
import { restore, type RestoreResult, resume } from '../../src/actions/restore.js'
import { PHASES } from '../../src/restore/step.js'
import { importable, type ImportLab, jobsOf, openImportLab, peopleOf, small } from './import-lab.js'

let lab: ImportLab

beforeAll(async () => {
  lab = await openImportLab(({ simulator: { seed } }, pool) => {
    seed.users(pool, [
      { ...importable('ann'), groups: ['staff'] },
      importable('bob'),
      importable('cid'),
      importable('dan'),
      importable('newline', { 'custom:plan': 'gold\nsince 2020' }),
    ])
  })
  lab.simulator.seed.call('DeleteUserPool', { UserPoolId: lab.pool })
})
afterAll(() => lab.close())

/** A process of which it is known what it wrote to the vault, in order. */
function recording(process: DyingProcess): DyingProcess & { readonly written: string[] } {
  const written: string[] = []
  return {
    ...process,
    written,
    wrapStore: (store) => ({
      ...process.wrapStore(store),
      putIfAbsent: async (key, bytes) => {
        written.push(key)
        return store.putIfAbsent(key, bytes)
      },
    }),
  }
}

interface End {
  readonly people: unknown
  readonly jobs: string[]
  readonly result: RestoreResult | undefined
}

/** Restores in a process that may die, goes on in another, and takes away the pool that comes of it. */
async function attempt(process: DyingProcess, putFile: PutFile = lab.context.putFile): Promise<End> {
  const store: ObjectStore = await lab.copyOfStore()
  const mortal = small(lab, {
    store: process.wrapStore(store),
    putFile,
    wrap: process.wrapApi,
  })
  let result: RestoreResult | undefined
  if (await diesWhileRestoring(mortal, lab.request)) {
    lab.passTime(120_000)
    const runId = await approvedRun(store)
    const again = small(lab, { store })
    result = runId === undefined ? await restore(again, lab.request, yes) : await resume(again, runId)
  }
  const [pool, another] = lab.simulator.inspect.poolIds()
  expect(another).toBeUndefined()
  const end = {
    people: peopleOf(lab, pool!),
    jobs: jobsOf(lab, pool!).map(({ status }) => status),
    result,
  }
  expect(result?.failed ?? []).toEqual([])
  expect(lab.simulator.ledger.messages.all()).toEqual([])
  expect(lab.simulator.ledger.triggers.all()).toEqual([])
  lab.simulator.seed.call('DeleteUserPool', { UserPoolId: pool! })
  return end
}

const OPERATIONS = [
  'ListUserImportJobs',
  'GetCSVHeader',
  'ListUsers',
  'CreateUserImportJob',
  'StartUserImportJob',
  'DescribeUserImportJob',
] as const

const WRITES = ['CreateUserImportJob', 'StartUserImportJob'] as const

describe('a restore by import jobs that is killed and resumed', () => {
  const immortal = recording(dyingAtCall(0, 'before it is sent'))
  let undisturbed: End

  beforeAll(async () => {
    undisturbed = await attempt(immortal)
    expect(undisturbed.jobs).toEqual(['Succeeded', 'Succeeded'])
    expect(immortal.calls).toEqual(expect.arrayContaining([...OPERATIONS]))
  })

  /** The same people, made by jobs alone, none of which ran twice. */
  function expectSame({ people, jobs, result }: End, when: string): void {
    expect(people, when).toEqual(undisturbed.people)
    if (result !== undefined) expect(result, when).toMatchObject({ imported: 4, mau: 2 })
    expect(
      jobs.filter((status) => status === 'Succeeded'),
      when,
    ).toHaveLength(2)
    // One that was made and never started is left to expire.
    expect(jobs.filter((status) => status === 'Created').length, when).toBeLessThanOrEqual(1)
  }

  it.each(DEATHS)('ends with the same people when it dies at any call of an import, %s', async (death) => {
    // Of those that only look, one death is like the other.
    const deadly = death === 'before its answer' ? OPERATIONS : WRITES
    for (const [at, operation] of immortal.calls.entries()) {
      if (!(deadly as readonly string[]).includes(operation)) continue
      // Within a listing, too.
      if (operation === 'ListUsers' && immortal.calls[at - 1] === operation) continue
      expectSame(await attempt(dyingAtCall(at + 1, death)), `died at call ${at + 1}, ${operation}`)
    }
  })

  it.each([
    ['before', 1],
    ['after', 1],
    ['before', 2],
    ['after', 2],
  ] as const)('ends with the same people when it dies %s the upload of file %d', async (when, n) => {
    let uploads = 0
    const process = dyingAtOperation('no operation', 'before it is sent')
    const end = await attempt(process, async (request) => {
      const isLast = ++uploads === n
      if (isLast && when === 'before') throw new ProcessDied()
      await lab.context.putFile(request)
      if (isLast) throw new ProcessDied()
    })
    expect(uploads).toBe(n)
    expectSame(end, `${when} upload ${n}`)
  })

  it('ends with the same people when it dies before any write to the vault that tells of an import', async () => {
    const place = String(PHASES.indexOf('import'))
    const told = new RegExp(`/(import|journal/${place}-\\d+)/`)
    for (const [at, key] of immortal.written.entries()) {
      if (told.test(key)) expectSame(await attempt(dyingAtWrite(at + 1)), `died before writing ${key}`)
    }
    expect(immortal.written.filter((key) => told.test(key)).length).toBeGreaterThan(6)
  })
})
