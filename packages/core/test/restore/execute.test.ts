import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CognitoApi } from '../../src/cognito/cognito-api.js'
import type { PlannedOperation } from '../../src/cognito/operation.js'
import type { JsonObject } from '../../src/model/canonical.js'
import { executeRun } from '../../src/restore/execute.js'
import { INTENT_VALID_MS } from '../../src/restore/own-user.js'
import type { ExecuteOptions } from '../../src/restore/run-context.js'
import { openJournal, type ChunkJournal, type StepResult } from '../../src/restore/journal.js'
import type { PlanChunk, RunHeader } from '../../src/restore/run-header.js'
import { openRun, type RunStore } from '../../src/restore/run-store.js'
import { PHASES, type Phase, type Step } from '../../src/restore/step.js'
import type { ObjectStore } from '../../src/storage/object-store.js'
import { createMemoryStore } from '../../src/storage/memory/memory-store.js'
import { runHeader } from '../../src/testing/run-headers.js'
import { hastyClock, type Lab, openLab } from '../support/lab.js'

let lab: Lab
let pool: string
let store: ObjectStore
let run: RunStore
let chunks: PlanChunk[]

beforeAll(async () => {
  lab = await openLab({ pages: 'full' })
})
afterAll(() => lab.close())

beforeEach(() => {
  lab.simulator.faults.clear()
  pool = lab.simulator.seed.pool({ PoolName: 'shop' })
  lab.simulator.ledger.clear()
  store = createMemoryStore(hastyClock)
  run = openRun(store, 'run-1')
  chunks = []
})

const call = (
  operation: string,
  input: JsonObject,
  more: Partial<PlannedOperation> = {},
): PlannedOperation => ({
  operation,
  input: { UserPoolId: { $ref: 'pool' }, ...input },
  ...more,
})
const createGroup = (GroupName: string): PlannedOperation => call('CreateGroup', { GroupName })
const describeGroup = (GroupName: string): PlannedOperation =>
  call('UpdateGroup', { GroupName }, { patch: { Description: 'given' } })
const deleteGroup = (GroupName: string): PlannedOperation =>
  call('DeleteGroup', { GroupName }, { expects: { GroupName } })
const joining = (GroupName: string): PlannedOperation =>
  call('AdminAddUserToGroup', { GroupName, Username: 'ann' })
const createAnn = call('AdminCreateUser', { Username: 'ann', UserAttributes: [] }, { binds: 'user/old' })
const disableAnn = call('AdminDisableUser', { Username: { $ref: 'user/old' } })

/** Adds a chunk of steps to the plan, each with the operations that are given. */
async function plan(
  phase: Phase,
  ...steps: [id: string, ...operations: PlannedOperation[]][]
): Promise<void> {
  const id = `${String(PHASES.indexOf(phase)).padStart(2, '0')}-000000`
  const made = steps.map(([name, ...operations]): Step => ({
    phase,
    subject: { kind: phase, id: name },
    operations,
    notes: [],
  }))
  chunks.push(await run.putChunk(id, phase, made))
}

const journalOf = (phase: Phase): Promise<ChunkJournal> => {
  const chunk = chunks.find((candidate) => candidate.phase === phase)!
  return openJournal(store, `${run.prefix}journal/${chunk.id}/`, hastyClock)
}

const header = (): RunHeader => runHeader('run-1', { chunks, target: { poolId: pool } })
const intoNewPool = (): RunHeader =>
  runHeader('run-1', { chunks, target: { mode: 'new-pool', poolId: undefined } })

async function execute(planned = header(), change: Partial<ExecuteOptions> = {}): Promise<string> {
  return executeRun(run, planned, {
    api: lab.context.api,
    fetchImage: lab.context.fetchImage,
    putFile: lab.context.putFile,
    tempDirectory: lab.context.tempDirectory,
    concurrency: 8,
    store,
    clock: hastyClock,
    random: () => 0,
    sink: () => undefined,
    newPassword: () => 'A-password-of-the-run-1',
    signal: new AbortController().signal,
    checkLease: () => Promise.resolve(),
    ...change,
  })
}

const result = (step: number, ...outcomes: StepResult['outcomes']): StepResult => ({
  step,
  outcomes,
  reasons: [],
  bound: {},
  notes: [],
})
const outcomesOf = async (phase: Phase): Promise<unknown> =>
  (await journalOf(phase)).history.done?.map(({ outcomes }) => outcomes)
const groups = (): unknown[] => lab.simulator.inspect.pool(pool).groups.map(({ GroupName }) => GroupName)

describe('a run', () => {
  it('works through its phases, and answers the pool', async () => {
    await plan('delete', ['a', deleteGroup('a')])
    await plan('group', ['a', createGroup('a')], ['b', createGroup('b')])
    expect(await execute()).toBe(pool)
    expect(groups()).toEqual(['b'])
    expect(await outcomesOf('group')).toEqual([['done'], ['done']])
  })

  it('proves before each chunk that nobody else executes it, and calls nothing where somebody does', async () => {
    await plan('group', ['a', createGroup('a')])
    await plan('delete', ['a', deleteGroup('a')])
    let checks = 0
    const checkLease = (): Promise<void> =>
      ++checks < 2 ? Promise.resolve() : Promise.reject(new Error('lost'))
    const lost = execute(header(), { checkLease })
    await expect(lost).rejects.toThrow('lost')
    expect(groups()).toEqual(['a'])
    expect(await outcomesOf('delete')).toBeUndefined()
  })

  it('does not delete where something could not be put back', async () => {
    lab.simulator.seed.groups(pool, ['b'])
    await plan('group', ['a', createGroup('a')], ['b', createGroup('b')])
    await plan('delete', ['a', deleteGroup('a')], ['said', ...[]])
    await execute()
    expect(await outcomesOf('group')).toEqual([['done'], ['conflict']])
    expect((await journalOf('delete')).history.done).toEqual([
      {
        ...result(0, 'not-tried'),
        reasons: ['nothing is deleted in a run in which something could not be put back'],
      },
      result(1),
    ])
    expect(groups()).toEqual(['a', 'b'])
  })

  it('deletes where what was to be put back was there already', async () => {
    lab.simulator.seed.groups(pool, ['b'])
    lab.simulator.seed.call('CreateGroup', { UserPoolId: pool, GroupName: 'a', Description: 'given' })
    await plan('group', ['a', describeGroup('a')])
    await plan('delete', ['b', deleteGroup('b')])
    await execute()
    expect(await outcomesOf('group')).toEqual([['already']])
    expect(groups()).toEqual(['a'])
  })
})

describe('a step', () => {
  it('ends where what it is about could not be made', async () => {
    lab.simulator.seed.groups(pool, ['a'])
    await plan(
      'group',
      ['a', createGroup('a'), describeGroup('a')],
      ['b', createGroup('b'), describeGroup('b')],
    )
    await execute()
    expect(await outcomesOf('group')).toEqual([
      ['conflict', 'not-tried'],
      ['done', 'done'],
    ])
  })

  it('goes on after any other failure', async () => {
    lab.simulator.seed.groups(pool, ['b'])
    lab.simulator.seed.users(pool, [{ username: 'ann' }])
    await plan('survivors', ['ann', joining('missing'), joining('b')])
    await execute()
    expect(await outcomesOf('survivors')).toEqual([['failed', 'done']])
  })

  it('that makes the pool ends the run where it fails', async () => {
    lab.simulator.faults.add({ operation: 'CreateUserPool', kind: 'error', code: 'LimitExceededException' })
    await plan('pool', ['', { operation: 'CreateUserPool', input: { PoolName: 'x' }, binds: 'pool' }])
    await plan('group', ['a', createGroup('a')])
    const failing = execute(intoNewPool())
    await expect(failing).rejects.toMatchObject({ code: 'COGNITO_FAILED' })
    expect(Object.keys(lab.simulator.ledger.requests.all())).toEqual(['CreateUserPool'])
  })
})

describe('the journal', () => {
  it('has an intent before a call is sent, and what was made before anything is done to it', async () => {
    await plan('users', ['ann', createAnn, disableAnn])
    const seen: unknown[] = []
    for (const operation of ['AdminCreateUser', 'AdminDisableUser']) {
      lab.simulator.faults.before({ operation }, async () => {
        const { intents, bound } = (await journalOf('users')).history
        seen.push([intents.length, bound.get(0)?.['user/old']])
      })
    }
    await execute()
    expect(seen).toEqual([
      [1, undefined],
      [1, 'ann'],
    ])
  })

  it('has an intent before a call waits for the budget, and another when that runs out meanwhile', async () => {
    await plan('group', ['a', createGroup('a')])
    let passed = 0
    const intents = async (): Promise<number> => (await journalOf('group')).history.intents.length
    const seen: number[] = []
    const slow: CognitoApi = {
      ...lab.context.api,
      call: async (operation, input, options) => {
        if (operation === 'CreateGroup') {
          seen.push(await intents())
          passed = INTENT_VALID_MS
        }
        return lab.context.api.call(operation, input, options)
      },
    }
    lab.simulator.faults.before({ operation: 'CreateGroup' }, async () => void seen.push(await intents()))
    await execute(header(), { api: slow, clock: { ...hastyClock, now: () => hastyClock.now() + passed } })
    expect(seen).toEqual([1, 2])
  })

  it('has the result of a step when it ends, though another of its chunk goes on', async () => {
    await plan('group', ['a', createGroup('a')], ['b', createGroup('b')])
    const stop = lab.simulator.faults.add({
      operation: 'CreateGroup',
      kind: 'error',
      code: 'AccessDeniedException',
      matching: ({ GroupName }) => GroupName === 'b',
    })
    await expect(execute()).rejects.toMatchObject({ exception: 'AccessDeniedException' })
    stop()
    const { results, done } = (await journalOf('group')).history
    expect([done, [...results.values()].map(({ outcomes }) => outcomes)]).toEqual([undefined, [['done']]])
  })
})

describe('a run that goes on', () => {
  const append = async (phase: Phase, ...entries: Parameters<ChunkJournal['append']>[0][]): Promise<void> => {
    const journal = await journalOf(phase)
    await Promise.all(entries.map((entry) => journal.append(entry)))
  }

  it('does not do again what the journal has a result of', async () => {
    await plan('group', ['a', createGroup('a')], ['b', createGroup('b')])
    await append('group', { intent: 1 }, { result: result(0, 'failed') })
    await execute()
    expect(groups()).toEqual(['b'])
    expect(await outcomesOf('group')).toEqual([['failed'], ['done']])
  })

  it('does not make again what the journal has, and does the rest to it', async () => {
    const [newSub] = lab.simulator.seed.users(pool, [{ username: 'ann', status: 'CONFIRMED' }])
    await plan('users', ['ann', createAnn, disableAnn])
    await append(
      'users',
      { intent: 1 },
      { bound: { step: 0, values: { 'user/old': 'ann', newSub: newSub! } } },
    )
    await execute()
    expect(await outcomesOf('users')).toEqual([['done', 'done']])
    expect(lab.simulator.inspect.user(pool, 'ann').enabled).toBe(false)
  })

  it('looks first for what may have been made, in a chunk with an intent only', async () => {
    lab.simulator.seed.groups(pool, ['a'])
    await plan('group', ['a', createGroup('a')])
    await append('group', { intent: 1 })
    await execute()
    expect(await outcomesOf('group')).toEqual([['done']])
  })

  it('remembers of the chunks that are done what failed, so that nothing is deleted', async () => {
    lab.simulator.seed.groups(pool, ['a'])
    await plan('group', ['b', createGroup('b')])
    await plan('delete', ['a', deleteGroup('a')])
    await (await journalOf('group')).finish([result(0, 'failed')])
    await execute()
    expect(await outcomesOf('delete')).toEqual([['not-tried']])
  })

  it('remembers which groups are not its own, so that nobody is put into them', async () => {
    lab.simulator.seed.groups(pool, ['a', 'b'])
    lab.simulator.seed.users(pool, [{ username: 'ann' }])
    await plan('group', ['a', createGroup('a')], ['b', createGroup('b')])
    await plan('survivors', ['ann', joining('a'), joining('b')])
    await (await journalOf('group')).finish([result(0, 'conflict'), result(1, 'done')])
    await execute()
    expect(await outcomesOf('survivors')).toEqual([['conflict', 'done']])
    expect(lab.simulator.inspect.user(pool, 'ann').groups).toEqual(['b'])
  })

  it('knows the pool that it has made', async () => {
    await plan('pool', ['', { operation: 'CreateUserPool', input: { PoolName: 'x' }, binds: 'pool' }])
    await plan('group', ['a', createGroup('a')])
    await (await journalOf('pool')).finish([{ ...result(0, 'done'), bound: { pool } }])
    expect(await execute(intoNewPool())).toBe(pool)
    expect(groups()).toEqual(['a'])
  })
})
