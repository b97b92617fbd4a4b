import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliLab, openCliLab, seedPool } from './cli-lab.js'

let lab: CliLab
let poolId: string

beforeAll(async () => {
  lab = await openCliLab()
  poolId = seedPool(
    lab.simulator,
    'a pool with a name that is as long as names of pools may well be in practice',
    130,
  )
  await lab.run(['init', '--no-encryption'])
})

afterAll(() => lab.close())

function longest(text: string): string {
  return text.split('\n').reduce((longer, line) => (line.length > longer.length ? line : longer), '')
}

describe('on a terminal of 80 columns', () => {
  it('no line of a report, a list, a plan or a comparison is longer', async () => {
    for (const [argv, code] of [
      [['backup', '--pool', poolId], 0],
      [['snapshots'], 0],
      [['verify'], 0],
      [['diff', 'latest', 'live'], 0],
      [['restore', 'latest', '--to-new-pool', 'copy', '--dry-run'], 0],
      [['restore', 'latest', '--to-new-pool', 'copy', '--yes'], 0],
    ] as const) {
      for (const options of [{ columns: 80 }, { env: { COLUMNS: '80' } }]) {
        const ran = await lab.run(argv, options)
        expect([argv, ran.code]).toEqual([argv, code])
        // A command stays whole, so that it can be copied.
        const text = ran.stdout.replaceAll(/^cognito-vault .*$/gm, '')
        expect(longest(text).length, longest(text)).toBeLessThanOrEqual(80)
      }
    }
  })

  it('a bar is drawn that fits, and is taken away at the end', async () => {
    const { code, stderr } = await lab.run(['backup', '--pool', poolId], { typed: '', columns: 60 })
    expect(code).toBe(0)
    expect(stderr).toMatch(/\[=+-*\] *\d+%/)
    const drawn = stderr.split(/\u001b\[[0-9]*[A-Z]|\u001b[78]|\n/)
    expect(longest(drawn.filter((line) => line.includes('%')).join('\n')).length).toBeLessThan(60)
    // The last that is said of it takes it away.
    expect(stderr.lastIndexOf('\u001b[2K')).toBeGreaterThan(stderr.lastIndexOf('%'))
  })
})

describe('elsewhere', () => {
  it('progress is lines on stderr, and nothing with --quiet', async () => {
    const told = await lab.run(['backup', '--pool', poolId])
    expect(told.stderr).toContain(`${poolId} users: 131 of 131 users`)
    expect(told.stderr).not.toContain('\u001b')
    const quiet = await lab.run(['backup', '--pool', poolId, '--quiet'])
    expect(quiet.stderr).toBe('')
  })

  it('one document, and nothing else, is on stdout with --json', async () => {
    for (const argv of [
      ['backup', '--pool', poolId],
      ['snapshots'],
      ['show', 'latest'],
      ['verify'],
      ['diff', 'latest', 'live'],
      ['restore', 'latest', '--to-new-pool', 'copy', '--dry-run'],
    ]) {
      const { stdout, json } = await lab.run([...argv, '--json'])
      expect(stdout).toBe(`${JSON.stringify(json, null, 2)}\n`)
    }
  })
})

describe('names from the pool', () => {
  it('cannot move the cursor', async () => {
    lab.simulator.seed.attributes(poolId, 'alice', { given_name: 'A\u001b[2Jlice\nmore \u202efo' })
    await lab.run(['backup', '--pool', poolId])
    const { stdout } = await lab.run(['show', 'latest', '--user', 'alice'])
    expect(stdout).toContain('\\u202efo')
    expect(stdout).not.toMatch(/[\u001b\u202e]/)
  })
})
