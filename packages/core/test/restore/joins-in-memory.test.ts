import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { isThorough, unlessThorough } from '../support/sweep.js'

/** Of what is built; `npm test` builds it first. */
const SCRIPT = fileURLToPath(new URL('../../scripts/join-pools.js', import.meta.url))
/** So large that they fill each sorter's memory, so that what comes beyond is on disk. */
const [USERS, CHARACTERS] = [15_000, 2_000]
const LIMIT_MB = 72

async function join(...more: string[]): Promise<{ stdout: string }> {
  const args = [`--max-old-space-size=${LIMIT_MB}`, SCRIPT, String(USERS), String(CHARACTERS), ...more]
  return promisify(execFile)(process.execPath, args)
}

describe.runIf(isThorough)(
  `users of two pools, of whom every sub and every username differs${unlessThorough}`,
  () => {
    it('are joined and planned in less memory than they take', async () => {
      const { stdout } = await join()
      expect(JSON.parse(stdout)).toMatchObject({
        // One in fifty is in one pool only; the numbers of all others have gone round, and are released first.
        phases: { users: 300, survivors: 14_700, release: 14_400 },
      })
    }, 60_000)

    it('do not fit into that when they are held', async () => {
      await expect(join('hold')).rejects.toMatchObject({
        stderr: expect.stringContaining('heap out of memory') as string,
      })
    }, 60_000)
  },
)
