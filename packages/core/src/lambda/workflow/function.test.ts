import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { explainingFailures } from '../../actions/cognito-failure.js'
import { CognitoError } from '../../cognito/cognito-api.js'
import { CodedError } from '../../model/errors.js'
import { failureOf, failureText } from '../messages/failure-text.js'
import { createHandler } from './function.js'

const written: string[] = []

beforeEach(() => {
  written.length = 0
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0)
  vi.stubEnv('COGNITO_VAULT', 'file:///nowhere')
  vi.stubEnv('AWS_REGION', 'eu-west-1')
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

function lines(): Record<string, unknown>[] {
  return written
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

it('counts what was refused for its rate of a step that fails, too', async () => {
  const handler = createHandler('backup', ({ vaults }) => {
    const { sink } = vaults.context
    for (const operation of ['ListUsers', 'ListGroups'])
      sink({ code: 'throttled', operation, category: 'UserList', ratePerSecond: 1 })
    throw new CodedError('LOCKED', 'in use', { hint: 'wait' })
  })
  await expect(handler({ step: 'slice', execution: 'arn' })).rejects.toMatchObject({ name: 'LOCKED' })
  expect(lines()).toContainEqual(expect.objectContaining({ Throttled: 2 }))
})

it.each([
  ['7', true],
  ['', false],
])('opens the vault so that %s days of Object Lock are kept', async (days, isLocked) => {
  vi.stubEnv('COGNITO_VAULT', 's3://bucket')
  vi.stubEnv('OBJECT_LOCK_DAYS', days)
  const handler = createHandler('backup', ({ vaults }) =>
    Promise.resolve({ isLocked: vaults.context.store.retention !== undefined }),
  )
  expect(await handler({ step: 'slice' })).toEqual({ isLocked })
})

it('measures nothing where nothing was refused for its rate', async () => {
  await createHandler('backup', () => Promise.resolve({ ok: true }))({ step: 'slice' })
  expect(lines().filter((line) => Object.hasOwn(line, 'Throttled'))).toEqual([])
})

it.each([
  [
    'Cognito',
    'COGNITO_FAILED',
    new CognitoError('AdminGetUser', 'InvalidParameterException', 'bad: ann@example.com', 'refused'),
  ],
  ['a library', 'INTERNAL', new TypeError('ann@example.com is not iterable')],
])(
  'what %s says of a user gets into no line of the log, and nothing that is thrown and told',
  async (_, code, error) => {
    const handler = createHandler('restore', () =>
      explainingFailures({ region: 'eu-west-1', poolId: 'eu-west-1_Ab12Cd34E' }, () => Promise.reject(error)),
    )
    const thrown = await handler({ step: 'slice' }).catch((failure: unknown) => failure as Error)
    const { name, message } = thrown as Error
    const told = failureText(failureOf({ Error: name, Cause: JSON.stringify({ errorMessage: message }) }))
    expect(told).toContain(code)
    expect(lines()).toContainEqual(expect.objectContaining({ code: 'function.failed', error: code }))
    expect([told, message, ...written].join('\n')).not.toContain('ann@')
  },
)
