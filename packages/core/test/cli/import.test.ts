import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  CBR_FILE,
  CBR_NAME,
  groupRow,
  memberRow,
  runRow,
  userRow,
  writeExport,
} from '../support/foreign-files.js'
import { serveTable, type TableServer } from '../support/table-server.js'
import { type CliLab, openCliLab } from './cli-lab.js'

const POOL = 'eu-west-1_Table1234'
const ROWS = [
  userRow('sub-1', 'ann'),
  groupRow('staff'),
  memberRow('staff', 'sub-1', 'ann'),
  userRow('sub-2', 'bob', { lastConfirmedInUserPool: 1 }),
  runRow(),
]
let lab: CliLab
let table: TableServer

beforeAll(async () => {
  lab = await openCliLab()
  table = await serveTable('BackupTable', ROWS)
  await lab.run(['init', '--no-encryption'])
})

afterAll(async () => {
  await table.close()
  await lab.close()
})

const importing = (...argv: string[]): ReturnType<CliLab['run']> =>
  lab.run(['import', ...argv], { env: { AWS_ENDPOINT_URL_DYNAMODB: table.url } })

describe('import', () => {
  it('takes a file of cognito-backup-restore, whose name says the pool', async () => {
    const path = join(lab.folder, CBR_NAME)
    await writeFile(path, CBR_FILE)
    const { code, stdout } = await importing('--from', path)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Snapshot \S+ of eu-west-1_eRzVdmJD6: imported\n/)
    const id = /^Snapshot (\S+) /.exec(stdout)![1]!
    expect(stdout).toContain(`cognito-vault restore ${id} --to-pool eu-west-1_eRzVdmJD6`)
    expect((await lab.run(['snapshots'])).stdout).toMatch(new RegExp(`${id} +\\S+ \\S+ +3 +0 +imported`))
    expect((await lab.run(['show', id])).stdout).toContain(`from    ${CBR_NAME}, imported`)
    // What it lacks is one thing, and not a line for each kind.
    const shown = (await lab.run(['show', id])).stdout.replaceAll(/\s+/g, ' ')
    expect(shown).toMatch(/Missing pools, mfaSettings, [\w, ]+, groups: the source does not hold it/)
    expect((await lab.run(['show', 'latest'])).code).toBe(10)
    const refused = await lab.run(['restore', id, '--to-new-pool', 'again', '--yes'])
    expect([refused.code, refused.stderr]).toEqual([
      10,
      expect.stringContaining('no pool can be made from it'),
    ])
  })

  it('reads a live table to its end, empty pages or not, and tries again where it is throttled', async () => {
    table.failures.push('ProvisionedThroughputExceededException')
    const { code, json } = await importing(
      '--from',
      'dynamodb-table:BackupTable',
      '--pool-id',
      POOL,
      '--json',
    )
    expect([code, json]).toEqual([
      0,
      expect.objectContaining({
        poolId: POOL,
        name: 'BackupTable',
        counts: { users: 1, groups: 1, memberships: 1 },
        stale: { users: 1, groups: 0, memberships: 0 },
      }),
    ])
    expect(table.asked).toHaveLength(5)
  })

  it('reads an export of the table in a folder, the stale too where it is told to', async () => {
    await writeExport(join(lab.folder, 'export'), [ROWS])
    const argv = ['--from', join(lab.folder, 'export'), '--pool-id', POOL]
    const { code, stdout } = await importing(...argv)
    expect(code).toBe(0)
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      '1 user not found by the last export: left out; --include-stale brings them.',
    )
    expect((await importing(...argv, '--include-stale', '--json')).json).toMatchObject({
      counts: { users: 2 },
    })
  })

  it('says what is wrong: no pool, no such table, no permission, no such file, a file that is cut short', async () => {
    const path = join(lab.folder, 'eu-west-1_Short1.json')
    await writeFile(path, CBR_FILE.slice(0, 700))
    const from = 'dynamodb-table:BackupTable'
    for (const [argv, code, message] of [
      [['--from', from], 2, 'no AWS Region was named'],
      [['--from', from, '--region', 'eu-west-1'], 2, 'of which pool BackupTable is'],
      [['--from', 'dynamodb-table:Other', '--pool-id', POOL], 10, 'there is no table Other'],
      [['--from', 'nothing.json'], 10, 'there is no backup at nothing.json'],
      [['--from', path], 1, 'is cut short: it ends at byte'],
      [['--from', path], 1, 'the last that is whole is record '],
      [[], 2, '--from'],
    ] as const) {
      const ran = await importing(...argv)
      expect([argv, ran.code, ran.stderr]).toEqual([argv, code, expect.stringContaining(message)])
    }
    table.failures.push('AccessDeniedException')
    const denied = await importing('--from', from, '--pool-id', POOL)
    expect([denied.code, denied.stderr]).toEqual([13, expect.stringContaining('dynamodb:Scan')])
    // Nobody is named.
    expect(lab.output.join('\n')).not.toContain('@example.com')
  })
})
