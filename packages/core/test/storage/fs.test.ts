import { lutimes, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { it } from 'vitest'
import { allAtOnce, AT_ONCE_TIMEOUT_MS } from './all-at-once.js'
import { throughAllCommands } from './all-commands.js'

it('a folder holds a vault from the command line: made, backed up to, pruned, verified and restored from at once', () =>
  throughAllCommands({}))

it(
  'a folder shows nothing half-way, and loses nothing, while two backups, a restore and a prune are under way',
  { timeout: AT_ONCE_TIMEOUT_MS },
  () =>
    allAtOnce(
      () => ({}),
      async (folder) => {
        const vault = join(folder, 'vault')
        for (const entry of await readdir(vault, { recursive: true, withFileTypes: true })) {
          const path = join(entry.parentPath, entry.name)
          const then = new Date((await stat(path)).mtimeMs - 25 * 3_600_000)
          if (entry.isFile()) await lutimes(path, then, then)
        }
      },
    ),
)
