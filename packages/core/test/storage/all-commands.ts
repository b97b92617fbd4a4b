import { expect } from 'vitest'
import { openCliLab, onlySnapshot, seedPool } from '../cli/cli-lab.js'

/**
 * From the command line, over a vault of AWS: init, a backup, the plan of a restore into a new pool, then that restore, two backups and a prune at once, snapshots and verify.
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
    await run('restore', snapshot, '--to-new-pool', 'again', '--dry-run')

    const restoring = lab.run(['restore', snapshot, '--to-new-pool', 'again', '--yes', '--json'], { env })
    const pruning = lab.run(['prune', '--json'], { env })
    const backups = await Promise.all(
      [1, 2].map(() => lab.run(['backup', '--pool', poolId, '--json'], { env })),
    )
    const [restored, pruned] = [await restoring, await pruning]
    expect(pruned.code, pruned.stderr).toBe(0)
    expect(restored.code, restored.stderr).toBe(0)
    expect(lab.simulator.inspect.poolIds()).toContain(restored.json.poolId)
    // One at a time: who came second found the pool locked, or the first was done by then.
    const taken = backups.filter(({ code }) => code === 0)
    expect(
      backups.filter(({ code, json }) => code === 11 && json.failed[0]?.error.code === 'LOCKED'),
    ).toHaveLength(2 - taken.length)
    expect(taken.length).toBeGreaterThan(0)

    const { snapshots } = (await run('snapshots', '--json')).json
    const expected = [snapshot, ...taken.map(({ json }) => onlySnapshot(json))]
    expect(snapshots.map(({ id }) => id)).toEqual(expect.arrayContaining(expected))
    expect((await run('verify')).stdout).toMatch(/^Whole: /)
  } finally {
    await lab.close()
  }
}
