import { expect, it } from 'vitest'
import { type Advance, advanced, isImportUnderWay, type SliceEnd } from './loop-guard.js'

const begun: Advance = { operationsDone: 0, chunksDone: 0, idleSlices: 0 }

function after(...slices: Partial<SliceEnd>[]): Advance {
  const idle = { operationsDone: 0, chunksDone: 0, sawImport: false }
  return slices.reduce<Advance>((state, came) => advanced(state, { ...idle, ...came }, 'run-1'), begun)
}

it('stops a restore of which three slices in a row come to nothing, and names the command that goes on', () => {
  expect(after({}, {})).toMatchObject({ idleSlices: 2 })
  expect(() => after({}, {}, {})).toThrow(
    expect.objectContaining({
      code: 'RESTORE_STALLED',
      hint: expect.stringContaining('cognito-vault resume run-1') as string,
    }),
  )
})

it.each([
  ['an operation', { operationsDone: 6 }],
  ['a part of the plan without counted operations', { chunksDone: 3 }],
  ['an import job that goes on', { sawImport: true }],
])('begins to count anew after %s', (_, came) => {
  const soFar = { operationsDone: 5, chunksDone: 2 }
  expect(after(soFar, soFar, soFar, { ...soFar, ...came }, soFar, soFar).idleSlices).toBe(2)
})

it('is not misled by a slice that had no time to look at all that is done', () => {
  const soFar = { operationsDone: 5, chunksDone: 2 }
  const { idleSlices, ...reached } = after(soFar, { operationsDone: 1 }, soFar)
  expect([idleSlices, reached]).toEqual([2, soFar])
})

it('takes no job that is only made for one that goes on', () => {
  const job = { ordinal: 1, jobId: 'import-1', rows: 1 }
  expect(isImportUnderWay({ code: 'import.job', ...job })).toBe(false)
  expect(isImportUnderWay({ code: 'import.waiting', ordinal: 1 })).toBe(true)
  const numbers = { status: 'InProgress', imported: 0, skipped: 0, failed: 0 }
  expect(isImportUnderWay({ code: 'import.progress', ...job, ...numbers })).toBe(true)
})
