import { afterEach, expect, it } from 'vitest'
import type { RestoreRequest } from '../../src/actions/restore-request.js'
import { resume } from '../../src/actions/restore.js'
import { undo } from '../../src/actions/undo.js'
import { dyingAtOperation } from '../support/dying-process.js'
import { approvedRun, diesWhileRestoring, yes } from '../support/run-to-end.js'
import { importable, type ImportLab, openImportLab, peopleOf, small } from './import-lab.js'

let lab: ImportLab
afterEach(() => lab.close())

it.each(['CreateUserImportJob', 'StartUserImportJob'] as const)(
  'a run that was killed at %s is taken back when it has been resumed, and not before',
  async (operation) => {
    lab = await openImportLab(({ simulator: { seed } }, pool) =>
      seed.users(
        pool,
        ['ann', 'bob', 'eve'].map((name) => importable(name)),
      ),
    )
    const { simulator, pool, store } = lab
    for (const name of ['ann', 'bob']) simulator.seed.deleteUser(pool, name)
    const before = peopleOf(lab, pool)
    const request: RestoreRequest = { ...lab.request, target: { mode: 'in-place' } }
    const process = dyingAtOperation(operation, 'before its answer')
    const mortal = small(lab, { store: process.wrapStore(store), wrap: process.wrapApi })
    expect(await diesWhileRestoring(mortal, request)).toBe(true)
    lab.passTime(120_000)
    const runId = (await approvedRun(store))!
    let isPlanned = false
    const early = undo(small(lab), runId, {}, () => {
      isPlanned = true
      return yes()
    })
    await expect(early).rejects.toMatchObject({
      code: 'RUN_NOT_UNDOABLE',
      hint: expect.stringContaining(`cognito-vault resume ${runId}`) as string,
    })
    expect(isPlanned).toBe(false)
    expect(await resume(small(lab), runId)).toMatchObject({ imported: 2, failed: [] })
    const result = await undo(small(lab), runId, {}, yes)
    expect(result).toMatchObject({ done: { AdminDeleteUser: 2 }, failed: [] })
    expect(peopleOf(lab, pool)).toEqual(before)
  },
)
