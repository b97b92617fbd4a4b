import { expect, it } from 'vitest'
import type { Message } from '../messages/message.js'
import { createTelling } from './telling.js'

const info: Message = { level: 'info', subject: 'done', text: 'all is well\n' }
const error: Message = { level: 'error', subject: 'failed', text: 'act\n' }

function telling(preference: 'INFO_AND_ERRORS' | 'ERRORS_ONLY', fails = false) {
  const sent: string[] = []
  const logged: object[] = []
  const measured: object[] = []
  const { tell, untold } = createTelling({
    publish: ({ subject }) =>
      fails ? Promise.reject(new Error('no')) : Promise.resolve(void sent.push(subject)),
    preference,
    log: (_, facts) => void logged.push(facts),
    metrics: (poolId, values) => void measured.push({ poolId, ...values }),
  })
  return { tell, untold, sent, logged, measured }
}

it.each([
  ['INFO_AND_ERRORS', ['done', 'failed']],
  ['ERRORS_ONLY', ['failed']],
] as const)('with %s sends %o, and logs all', async (preference, subjects) => {
  const { tell, sent, logged } = telling(preference)
  await tell(info)
  await tell(error)
  expect(sent).toEqual(subjects)
  expect(logged).toEqual([info, error].map(({ subject, text }) => ({ code: 'message', subject, text })))
})

it('counts what cannot be sent, and does not throw', async () => {
  const { tell, untold, measured } = telling('ERRORS_ONLY', true)
  await tell(info)
  await tell(error)
  expect(untold()).toBe(1)
  expect(measured).toEqual([{ poolId: undefined, NotificationFailed: 1 }])
})
