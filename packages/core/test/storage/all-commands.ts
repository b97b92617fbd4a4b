import { expect } from 'vitest'
import { openCliLab, onlySnapshot, seedPool } from '../cli/cli-lab.js'

/**
 * From the command line, over a vault of AWS: init, two backups, snapshots, verify, and a restore into a new pool, planned and done.
 *
 * @param env names the vault and how it is reached
 * @param onInit sees what init says
 */
export async function throughAllCommands(
  env: Readonly<Record<string, string>>,
  onInit: (text: string) => void = () => undefined,
): Promise<void> {
  const lab = await openCliLab()
  try {
    const poolId = seedPool(lab.simulator)
    const run = async (...argv: string[]): ReturnType<typeof lab.run> => {
      const ran = await lab.run(argv, { env })
      expect([ran.code, ran.stderr.includes('cognito-vault:')], `${argv.join(' ')}\n${ran.stderr}`).toEqual([
        0,
        false,
      ])
      return ran
    }
    onInit((await run('init', '--no-encryption')).stdout)
    const snapshot = onlySnapshot((await run('backup', '--pool', poolId, '--json')).json)
    await run('backup', '--pool', poolId)
    const { snapshots } = (await run('snapshots', '--json')).json
    expect(snapshots.map(({ id }) => id)).toContain(snapshot)
    expect(snapshots).toHaveLength(2)
    await run('verify')
    await run('restore', snapshot, '--to-new-pool', 'again', '--dry-run')
    const restored = await lab.run(['restore', snapshot, '--to-new-pool', 'again', '--yes', '--json'], {
      env,
    })
    expect([restored.code, restored.stderr], restored.stderr).toEqual([0, expect.any(String)])
    expect(lab.simulator.inspect.poolIds()).toContain(restored.json.poolId)
    expect((await run('verify')).stdout).toMatch(/^Whole: 2 snapshots/)
  } finally {
    await lab.close()
  }
}
