import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FidelityLine } from '../../src/restore/fidelity-line.js'
import { type CliLab, openCliLab, type Ran } from './cli-lab.js'

let lab: CliLab
let dryRun: Ran
let runId: string

const lines = (text: string): FidelityLine[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as FidelityLine)
const names = (found: readonly FidelityLine[]): string[] => found.map(({ username }) => username ?? '').sort()

/** A pool that recovers accounts by email, and people of whom two will have no way in, and one is unconfirmed. */
beforeAll(async () => {
  lab = await openCliLab({ pages: 'full' })
  const pool = lab.simulator.seed.pool({
    PoolName: 'shop',
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
  })
  const email = { email: 'ann@example.com', email_verified: 'true' }
  lab.simulator.seed.users(pool, [
    { username: 'ann', attributes: email },
    { username: 'bea', attributes: { phone_number: '+15550100', phone_number_verified: 'true' } },
    { username: 'cem', attributes: {} },
    { username: 'dan', attributes: {}, status: 'UNCONFIRMED' },
  ])
  await lab.run(['init', '--no-encryption'])
  await lab.run(['backup', '--pool', pool])
  dryRun = await lab.run(['restore', 'latest', '--to-new-pool', 'shop', '--dry-run'])
  runId = /Plan (run-\S+)/.exec(dryRun.stdout)![1]!
})

afterAll(() => lab.close())

describe('who will be locked out', () => {
  it('is counted in the plan, which says how to see who it is', () => {
    expect(dryRun.stdout).toContain('LOCKED OUT: 2 users')
    expect(dryRun.stdout.replaceAll(/\s+/g, ' ')).toContain(`cognito-vault report ${runId} --only locked-out`)
  })

  it('is listed by name before anything is written', async () => {
    const { code, stdout } = await lab.run(['report', runId, '--only', 'locked-out', '--format', 'ndjson'])
    expect(code).toBe(0)
    expect(names(lines(stdout))).toEqual(['bea', 'cem'])
    const { stdout: text } = await lab.run(['report', runId, '--only', 'locked-out'])
    expect(text).toContain('What the plan foresees')
    expect(text).toMatch(/user bea .*: transformed/)
    expect(text.replaceAll(/\s+/g, ' ')).toContain('set a password as an administrator')
    expect(text).not.toContain('user ann')
    expect(text).not.toContain('+15550100')
  })
})

describe('the report of a restore that has ended', () => {
  let restored: Ran
  let ended: string

  beforeAll(async () => {
    restored = await lab.run(['restore', 'latest', '--to-new-pool', 'shop', '--yes', '--json'])
    ended = restored.json.runId
  })

  const json = async (...argv: readonly string[]): Promise<Record<string, unknown>> =>
    (await lab.run(['report', ended, '--json', ...argv])).json as unknown as Record<string, unknown>

  it('is what the document of the restore counts', async () => {
    const { fidelity, lockedOut, unchanged } = restored.json as unknown as {
      fidelity: Record<string, number>
      lockedOut: number
      unchanged: number
    }
    expect(lockedOut).toBe(2)
    expect(await json('--only', 'locked-out')).toMatchObject({ runId: ended, foreseen: false, lineCount: 2 })
    expect(await json('--only', 'lost')).toMatchObject({ lineCount: fidelity['lost'] })
    expect(await json('--only', 'transformed')).toMatchObject({ lineCount: fidelity['transformed'] })
    expect(unchanged).toBe(0)
    const all = await json()
    expect(all).toMatchObject({ linesCut: false })
    expect(names(all['lines'] as FidelityLine[])).toEqual(
      expect.arrayContaining(['ann', 'bea', 'cem', 'dan']),
    )
  })

  it('says of each what was lost and what to do', async () => {
    const { stdout } = await lab.run(['report', ended, '--only', 'lost'])
    expect(stdout).toContain('Fidelity report')
    expect(stdout).toMatch(/user dan .*: lost/)
    expect(stdout).toContain('to do: the user signs up again')
  })
})

it('tells what it does not know', async () => {
  expect((await lab.run(['report', 'run-none'])).code).toBe(10)
  expect((await lab.run(['report', runId, '--only', 'mostly'])).stderr).toContain('locked-out')
  expect((await lab.run(['report', runId, '--format', 'xml'])).code).toBe(2)
})
