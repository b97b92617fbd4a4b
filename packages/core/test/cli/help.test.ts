import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliLab, openCliLab } from './cli-lab.js'

let lab: CliLab

beforeAll(async () => {
  lab = await openCliLab()
})

afterAll(() => lab.close())

const longest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length))

describe('help and version', () => {
  it('prints help and the version on stdout', async () => {
    const help = await lab.run(['--help'])
    expect(help.code).toBe(0)
    expect(help.stdout).toContain('backup')
    expect(longest(help.stdout)).toBeLessThanOrEqual(80)
    const restore = await lab.run(['restore', '--help'])
    expect(restore.code).toBe(0)
    expect(restore.stdout).toContain('--no-widening')
    expect(restore.stdout).toContain('--quota-share')
    expect(restore.stdout).not.toContain('[]')
    expect(longest(restore.stdout)).toBeLessThanOrEqual(80)
    const deploy = await lab.run(['deploy', '--help'])
    expect(deploy.stdout).toContain('--secondary-region')
    expect(longest(deploy.stdout)).toBeLessThanOrEqual(80)
    const version = await lab.run(['--version'])
    expect([version.code, version.stdout]).toEqual([0, 'cognito-vault 0.1.0\n'])
  })

  it('prints help on stderr where no command is given', async () => {
    const { code, stdout, stderr } = await lab.run([])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('Usage: cognito-vault')
    expect((await lab.run(['--json'])).json.error.code).toBe('USAGE')
  })
})
