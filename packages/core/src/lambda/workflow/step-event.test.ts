import { expect, it } from 'vitest'
import { z } from 'zod'
import { parseStepEvent, sliceAfter, stateOf, stepState } from './step-event.js'

const schema = stepState.extend({ runId: z.string() })
const state = { next: 'slice', ok: true, slices: 7, runId: 'run-1' }

it('takes what the state machine sends, and goes on from its last answer', () => {
  const event = parseStepEvent({
    step: 'slice',
    execution: 'arn',
    input: {},
    state: { ...state, failure: {} },
  })
  expect(stateOf(event, schema)).toEqual(state)
})

it('begins where there is no answer yet, and goes on from what an execution before handed over', () => {
  expect(stateOf(parseStepEvent({ step: 'prepare', state: {}, input: {} }), schema)).toBeUndefined()
  const again = parseStepEvent({ step: 'prepare', state: {}, input: { resume: state } })
  expect(stateOf(again, schema)).toEqual(state)
})

it('refuses what is no event, and a state of something else', () => {
  expect(() => parseStepEvent({ step: 'go' })).toThrow(expect.objectContaining({ code: 'USAGE' }))
  const other = parseStepEvent({ step: 'slice', state: { next: 'slice' } })
  expect(() => stateOf(other, schema)).toThrow(expect.objectContaining({ code: 'USAGE' }))
})

it.each([{ ...state, next: 'onward' }, { next: 'slice' }, 'no state', null])(
  'knows no state when it has to tell that the answer was %o, so that people are told',
  (answer) => {
    const event = parseStepEvent({ step: 'fail', state: answer, error: { Error: 'UnknownAnswer' } })
    expect(stateOf(event, schema)).toBeUndefined()
  },
)

it('goes on in another execution before the history of one is full', () => {
  const limits = { slicesAnExecution: 3 }
  expect(sliceAfter({ slices: 1 }, limits)).toEqual({ next: 'slice', slices: 2 })
  expect(sliceAfter({ slices: 2 }, limits)).toEqual({ next: 'again', slices: 3 })
})
