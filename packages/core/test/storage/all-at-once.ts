import { expect } from 'vitest'
import { systemClock } from '../../src/model/system-clock.js'
import { openCliLab, onlySnapshot, type Ran, seedPool } from '../cli/cli-lab.js'

/** Locks are waited for, in less of a hurry than elsewhere. */
export const AT_ONCE_TIMEOUT_MS = 90_000

/** How often a backup is taken beside, at most, until a prune found the pool free. */
const MOST_ROUNDS = 12
const PAUSE_MS = 400

/** Of a pruned pool what its document says. */
interface Pruned {
  readonly pools?: readonly { readonly deleted: number; readonly forgottenRemoved: number }[]
}

/**
 * Two backups, a restore and a prune at once, the last of which has a forgotten snapshot and its segments to delete, while a reader looks
 * again and again: each snapshot that it sees is whole. In the end what was to be kept is, and the old is gone.
 *
 * @param env names the vault and how it is reached
 * @param grow makes everything in the vault more than a day older, by its store's clock
 */
export async function allAtOnce(
  env: (folder: string) => Readonly<Record<string, string>>,
  grow: (folder: string) => Promise<void>,
): Promise<void> {
  const lab = await openCliLab({ speed: 10 })
  const run = (...argv: string[]): Promise<Ran> => lab.run(argv, { env: env(lab.folder) })
  async function succeeding(...argv: string[]): Promise<Ran> {
    const ran = await run(...argv)
    expect([argv, ran.code, ran.stderr.includes('cognito-vault:')], ran.stderr).toEqual([argv, 0, false])
    return ran
  }
  const idsNow = async (): Promise<string[]> =>
    (await succeeding('snapshots', '--json')).json.snapshots.map(({ id }) => id)

  /** Looks until it is told to stop, at each snapshot as soon as it is seen. @returns how many it has seen */
  async function look(isOver: () => boolean): Promise<number> {
    const seen = new Set<string>()
    for (let isLast = false; !isLast;) {
      isLast = isOver()
      for (const id of await idsNow()) {
        if (!seen.has(id)) await succeeding('verify', id)
        seen.add(id)
      }
      await systemClock.sleep(150)
    }
    return seen.size
  }

  try {
    // Of one user each second change is a new base, so that what a snapshot in between stored is its alone.
    const [shop, club] = [seedPool(lab.simulator, 'shop', 0), seedPool(lab.simulator, 'club', 3)]
    const rename = (name: string): void => lab.simulator.seed.attributes(shop, 'alice', { name })
    const backup = async (): Promise<string> =>
      onlySnapshot((await succeeding('backup', '--pool', shop, '--json')).json)
    await succeeding('init', '--no-encryption')
    await backup()
    rename('Alice the second')
    const forgotten = await backup()
    rename('Alice the third')
    const kept = await backup()
    await succeeding('forget', forgotten, '--yes')
    await grow(lab.folder)
    // The next backups store what the forgotten one did, and rely on what the prune wants to delete.
    rename('Alice the second')
    let [isPruned, over] = [false, false]
    const pools: NonNullable<Pruned['pools']>[number][] = []
    /** Waits for nobody: a pool that is being backed up it leaves for the next time. */
    async function pruneUntilDone(): Promise<void> {
      while (!isPruned && !over) {
        const pruned = await run('prune', '--json')
        expect([0, 11], pruned.stderr).toContain(pruned.code)
        pools.push(...((pruned.json as Ran['json'] & Pruned).pools ?? []))
        isPruned = pools.some(({ deleted }) => deleted > 0)
      }
    }
    /** Backups one after the other, until one has been beside a prune that deleted. */
    async function backUpBeside(pool: string): Promise<Ran> {
      for (let round = 1; ; round++) {
        const ran = await succeeding('backup', '--pool', pool, '--json')
        if (isPruned || round === MOST_ROUNDS) return ran
        // In which a prune may find the pool free.
        await systemClock.sleep(PAUSE_MS)
      }
    }
    const looking = look(() => over)
    const pruning = pruneUntilDone()
    const working = Promise.all([
      backUpBeside(shop),
      backUpBeside(club),
      succeeding('restore', kept, '--to-new-pool', 'again', '--yes', '--json'),
    ]).finally(() => (over = true))
    const [first, second] = await working
    await pruning
    // What the restore found in its target is a snapshot as well.
    expect(await looking).toBeGreaterThanOrEqual(3)
    expect(pools.reduce((sum, { deleted }) => sum + deleted, 0)).toBeGreaterThan(0)
    expect(pools.reduce((sum, { forgottenRemoved }) => sum + forgottenRemoved, 0)).toBe(1)

    const left = await idsNow()
    expect(left).toEqual(expect.arrayContaining([kept, onlySnapshot(first.json), onlySnapshot(second.json)]))
    expect(left).not.toContain(forgotten)
    expect((await succeeding('verify')).stdout).toMatch(/^Whole: /)
    expect((await succeeding('diff', onlySnapshot(first.json), 'live', '--json')).json).toMatchObject({
      same: true,
    })
  } finally {
    await lab.close()
  }
}
