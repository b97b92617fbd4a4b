import { describe, expect, it } from 'vitest'
import { inChunks } from './gzip.js'
import { runProgram } from './program.js'
import { jsonArray, whyNotVersion } from './restic.js'

const { signal } = new AbortController()
const { env } = process

describe('a program', () => {
  it('is given its input and has its output counted', async () => {
    const input = ['one', ' and ', 'two']
    const script = 'process.stdin.pipe(process.stdout)'
    expect(await runProgram(process.execPath, ['-e', script], { input, env, signal })).toEqual({
      text: 'one and two',
      bytes: 11,
    })
  })

  it('that is not there is no error, and one that fails is, with what it said', async () => {
    expect(await runProgram('no-such-program-anywhere', [], { input: ['much'], env, signal })).toBeUndefined()
    const script = 'console.error("it broke"); process.exit(3)'
    await expect(runProgram(process.execPath, ['-e', script], { env, signal })).rejects.toThrow('it broke')
  })
})

describe('what peers are given', () => {
  const lines = Array.from({ length: 30_000 }, (_, i) => JSON.stringify({ i }))

  it('is all lines, as NDJSON', () => {
    const text = [...inChunks(lines)].join('')
    expect(text).toBe(`${lines.join('\n')}\n`)
  })

  it('is all records, as one JSON document', () => {
    expect(JSON.parse([...jsonArray(lines)].join(''))).toEqual(
      lines.map((line) => JSON.parse(line) as unknown),
    )
    expect(JSON.parse([...jsonArray([])].join(''))).toEqual([])
  })

  it('goes to a restic that compresses only', () => {
    expect(['0.14.0', '0.16.4', '1.0.0'].map(whyNotVersion)).toEqual([undefined, undefined, undefined])
    expect(whyNotVersion('0.11.0')).toBe('restic 0.11.0 does not compress: it takes 0.14 or later')
    expect(whyNotVersion('')).toContain('does not compress')
  })
})
