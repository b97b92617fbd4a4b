import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliLab, onlySnapshot, openCliLab, secretsTold, seedPool } from './cli-lab.js'

let lab: CliLab
let snapshot: string

beforeAll(async () => {
  lab = await openCliLab()
  const pool = seedPool(lab.simulator)
  await lab.run(['init', '--no-encryption'])
  snapshot = onlySnapshot((await lab.run(['backup', '--pool', pool, '--json'])).json)
})

afterAll(() => lab.close())

describe('export', () => {
  it('writes NDJSON to stdout and nothing else, and no secret', async () => {
    const { code, stdout, stderr } = await lab.run(['export', 'latest', '--format', 'ndjson'])
    expect(code).toBe(0)
    const lines = stdout.trimEnd().split('\n')
    expect(JSON.parse(lines[0]!)).toMatchObject({ stream: 'snapshot', key: snapshot })
    for (const line of lines) expect(Object.keys(JSON.parse(line) as object)).toContain('stream')
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(`6 users, 1 membership of ${snapshot} written to stdout`)
    expect((await lab.run(['export', 'latest', '--format', 'ndjson', '--output', '-'])).stdout).toBe(stdout)
    expect(secretsTold(lab)).toEqual([])
  })

  it('writes a file for nobody else to read, over another only with --force', async () => {
    const output = join(lab.folder, 'users.ndjson')
    const { code, json } = await lab.run([
      'export',
      'latest',
      '--format',
      'ndjson',
      '--json',
      '--output',
      output,
    ])
    expect([code, json]).toEqual([0, expect.objectContaining({ snapshot, output, notExported: [] })])
    expect((await stat(output)).mode & 0o777).toBe(0o600)
    const whole = await readFile(output, 'utf8')
    await writeFile(output, 'mine')
    const refused = await lab.run(['export', 'latest', '--format', 'ndjson', '--output', output])
    expect([refused.code, await readFile(output, 'utf8')]).toEqual([2, 'mine'])
    expect(
      (await lab.run(['export', 'latest', '--format', 'ndjson', '--output', output, '--force'])).code,
    ).toBe(0)
    expect(await readFile(output, 'utf8')).toBe(whole)
  })

  it('says of CSV whom it does not carry and why, and exits with 3', async () => {
    const output = join(lab.folder, 'users.csv')
    const { code, stdout, stderr } = await lab.run([
      'export',
      'latest',
      '--format',
      'csv',
      '--output',
      output,
    ])
    expect(code).toBe(3)
    expect(stderr.match(/^not exported: user [0-9a-f-]{36}: the pool verifies neither/gm)).toHaveLength(6)
    expect(stderr).toContain('CSV cannot carry 6 users')
    expect(stdout).toContain('6 users not exported')
    expect(await readFile(output, 'utf8')).toMatch(/^name,.*,cognito:username\n$/)
  })

  it('keeps the document and the export apart, and has no format of its own choice', async () => {
    expect((await lab.run(['export', 'latest', '--format', 'ndjson', '--json'])).code).toBe(2)
    expect((await lab.run(['export', 'latest'])).code).toBe(2)
    expect((await lab.run(['export', '2019', '--format', 'csv'])).code).toBe(10)
  })
})
