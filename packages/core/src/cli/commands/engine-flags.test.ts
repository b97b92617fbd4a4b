import { describe, expect, it } from 'vitest'
import { type EngineFlags, engineOf, engineParts } from './engine-flags.js'

const importRole = 'arn:aws:iam::123456789012:role/import-logs'

describe('the options by which an engine is chosen', () => {
  it.each<[EngineFlags, object, string]>([
    [{}, { kind: 'auto' }, ''],
    [{ importRole }, { kind: 'auto', roleArn: importRole }, `--import-role ${importRole}`],
    [{ engine: 'api' }, { kind: 'api' }, '--engine api'],
    [
      { engine: 'import', importRole },
      { kind: 'import', roleArn: importRole },
      `--engine import --import-role ${importRole}`,
    ],
  ])('%j', (flags, engine, command) => {
    expect(engineOf(flags)).toEqual(engine)
    expect(engineParts(engineOf(flags)).join(' ')).toBe(command)
  })

  it.each<[EngineFlags, RegExp]>([
    [{ engine: 'csv' }, /no such engine/],
    [{ engine: 'import' }, /needs --import-role/],
    [{ importRole: 'import-logs' }, /takes the ARN of a role/],
    [{ engine: 'api', importRole }, /contradict/],
  ])('refuses %j', (flags, message) => {
    expect(() => engineOf(flags)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message) as string }),
    )
  })
})
