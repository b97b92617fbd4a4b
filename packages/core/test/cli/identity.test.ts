import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliLab, onlySnapshot, openCliLab, seedPool } from './cli-lab.js'

let lab: CliLab
let pool: string
let snapshot: string

beforeAll(async () => {
  lab = await openCliLab()
  pool = seedPool(lab.simulator)
  await lab.run(['init', '--no-encryption'])
  snapshot = onlySnapshot((await lab.run(['backup', '--pool', pool, '--json'])).json)
})

afterAll(() => lab.close())

describe('restore --keep-sub', () => {
  it('is in the plan that is shown, with what can never be taken back', async () => {
    const { code, stdout } = await lab.run([
      ...['restore', snapshot, '--to-new-pool', 'shop', '--keep-sub', 'original_sub', '--dry-run'],
    ])
    expect(code).toBe(0)
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'The old sub of everyone who is made is kept in custom:original_sub; it is added to the schema, from which no attribute can ever be removed',
    )
  })

  it('is in the command that is to be given again', async () => {
    const { code, stderr } = await lab.run([
      ...['restore', snapshot, '--to-new-pool', 'shop', '--keep-sub', 'original_sub'],
    ])
    expect(code).toBe(2)
    expect(stderr).toContain('--to-new-pool shop --keep-sub custom:original_sub --yes')
  })

  it('refuses what is no name of an attribute', async () => {
    const { code, stderr } = await lab.run([
      ...['restore', snapshot, '--to-new-pool', 'shop', '--keep-sub', 'dev:x', '--yes'],
    ])
    expect([code, stderr]).toEqual([2, expect.stringContaining('--keep-sub takes the name')])
  })
})

describe('identity-map', () => {
  let runId: string
  let report: string

  beforeAll(async () => {
    const restored = await lab.run(['restore', snapshot, '--to-new-pool', 'again', '--yes'])
    report = restored.stdout
    runId = /by (run-\S+)/.exec(report)![1]!
  })

  it('is the command that the report ends with, and writes the map as CSV', async () => {
    const output = join(lab.folder, 'map.csv')
    expect(report).toContain(`cognito-vault identity-map ${runId} --format csv --output ${runId}.csv`)
    const { code, stdout } = await lab.run(['identity-map', runId, '--format', 'csv', '--output', output])
    expect([code, stdout]).toEqual([0, `8 ids written to ${output}\n`])
    const lines = (await readFile(output, 'utf8')).split('\r\n')
    expect(lines[0]).toBe('kind,old,new,oldUsername,newUsername')
    expect(lines.slice(1, -1)).toHaveLength(8)
    expect(lines).toContainEqual(expect.stringMatching(/^user,[0-9a-f-]{36},[0-9a-f-]{36},alice,alice$/))
    const again = await lab.run(['identity-map', runId, '--format', 'csv', '--output', output])
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('is there already')])
  })

  it('writes NDJSON to stdout, and nothing else', async () => {
    const { stdout } = await lab.run(['identity-map', runId])
    const kinds = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { kind: string }).kind)
    expect(kinds.filter((kind) => kind === 'user')).toHaveLength(6)
    expect(kinds).toHaveLength(8)
  })

  it('keeps the document and the map apart', async () => {
    expect((await lab.run(['identity-map', runId, '--json'])).code).toBe(2)
    const output = join(lab.folder, 'map.ndjson')
    const { json } = await lab.run(['identity-map', runId, '--json', '--output', output])
    expect(json).toEqual({ runId, finished: true, format: 'ndjson', ids: 8, output })
  })

  it('knows a run that is not there', async () => {
    expect((await lab.run(['identity-map', 'run-none'])).code).toBe(10)
  })
})

describe('restore --passwords', () => {
  const into = ['--to-new-pool', 'moved', '--passwords']
  const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:migrate'

  it('migrate-from says in the plan who is not made, and until when', async () => {
    const { code, stdout, stderr } = await lab.run([
      ...['restore', snapshot, ...into, 'migrate-from', pool, '--migration-function', FUNCTION, '--dry-run'],
    ])
    expect([code, stderr.includes('error')]).toEqual([0, false])
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      `6 users are not made: they come from ${pool} with their passwords`,
    )
    expect(stdout).not.toContain('AdminCreateUser')
  })

  it('migrate-from is in the command that is to be given again', async () => {
    const { code, stderr } = await lab.run([
      ...['restore', snapshot, ...into, 'migrate-from', pool, '--migration-function', FUNCTION],
    ])
    expect(code).toBe(2)
    expect(stderr).toContain(`--passwords migrate-from ${pool} --migration-function ${FUNCTION} --yes`)
  })

  it.each([
    ['nothing', []],
    ['another word', ['guess']],
    ['a pool too few', ['migrate-from']],
    ['a pool too many', ['migrate-from', 'eu-west-1_A', 'eu-west-1_B']],
    ['no pool', ['migrate-from', 'shop']],
    ['reset of something', ['reset', 'all']],
  ])('does not take %s', async (_, what) => {
    const { code, stderr } = await lab.run(['restore', snapshot, ...into, ...what, '--dry-run'])
    expect([code, stderr]).toEqual([2, expect.stringMatching(/--passwords|not the id of a user pool/)])
  })

  it('reset makes everybody, as without it', async () => {
    const { stdout } = await lab.run(['restore', snapshot, ...into, 'reset', '--dry-run'])
    expect(stdout).toMatch(/AdminCreateUser +6/)
  })
})
