import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { ColdStart } from '../cold-start/cold-process.js'
import { functionsOf } from '../cold-start/functions-of.js'
import type { Service } from '../cold-start/stand-in-aws.js'
import { judge } from '../figure.js'
import { coldStartFigures, STEPS } from './functions.js'

const start = (residentMb: number, ...arrivals: [Service, number][]): ColdStart => ({
  arrivals: new Map(arrivals),
  residentBytes: residentMb * 1_000_000,
  cpuMs: 500,
})

describe('the figures of cold starts', () => {
  it('are the median of the first requests, whichever service they went to, beside the slowest', () => {
    const starts = [
      start(100, ['S3', 400], ['Cognito', 700]),
      start(140, ['S3', 2_000], ['Cognito', 2_400]),
      start(120, ['S3', 500], ['Cognito', 1_001]),
    ]
    const figures = coldStartFigures('backup', starts, { memoryMb: 1_769, load: 0.25 }).map(judge)
    expect(figures.map(({ name, value, unit, holds }) => [name, value, unit, holds])).toEqual([
      ['backup: cold start to first request (S3)', 0.5, 's', true],
      ['backup: cold start to first request of Cognito', 1.001, 's', false],
      ['backup: processor time until that request', 0.5, 's', null],
      ['backup: memory at that request', 120, 'MB', null],
    ])
    expect(figures.map(({ note }) => note)).toEqual([
      'the median of 3; the slowest 2.000 s; load before 0.3',
      'the median of 3; the slowest 2.400 s; load before 0.3',
      'of all threads; the most 0.500 s',
      'the most 140 MB; the function has 1,769 MiB',
    ])
  })

  it('have none of Cognito where it was not asked, and lie between the middle two of an even number', () => {
    const starts = [start(1, ['S3', 100]), start(2, ['KMS', 200])]
    const [first, cpu] = coldStartFigures('care', starts, { memoryMb: 1_024, load: 0 })
    expect(first).toMatchObject({ name: 'care: cold start to first request (S3, KMS)', value: 0.15 })
    expect(cpu?.name).toBe('care: processor time until that request')
  })

  it('are of every function that the template has', async () => {
    const url = new URL('../../../template/cognito-vault.template.json', import.meta.url)
    const functions = functionsOf(await readFile(url, 'utf8'))
    expect(functions.map(({ handler }) => handler).sort()).toEqual(Object.keys(STEPS).sort())
    for (const { memoryMb } of functions) expect(memoryMb).toBeGreaterThanOrEqual(128)
  })
})
