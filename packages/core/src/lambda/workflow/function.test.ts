import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { CodedError } from '../../model/errors.js'
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

it('measures nothing where nothing was refused for its rate', async () => {
  await createHandler('backup', () => Promise.resolve({ ok: true }))({ step: 'slice' })
  expect(lines().filter((line) => Object.hasOwn(line, 'Throttled'))).toEqual([])
})
