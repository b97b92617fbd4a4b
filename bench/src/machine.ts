import { execFile } from 'node:child_process'
import { cpus, release, totalmem, type } from 'node:os'
import { promisify } from 'node:util'

/** Where figures come from. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  readonly os: string
}

export function thisMachine(): Machine {
  const cores = cpus()
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryBytes: totalmem(),
    os: `${type()} ${release()} ${process.arch}`,
  }
}

/**
 * The commit of a checkout, and whether anything in it is not of that commit, but for files under `except`.
 * `unknown` where there is no git, or no checkout.
 */
export async function commitOf(folder: string, except: string): Promise<string> {
  const git = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)('git', ['-C', folder, ...args])).stdout.trim()
  try {
    const commit = await git('rev-parse', 'HEAD')
    const changed = await git('status', '--porcelain', '--', '.', `:(exclude)${except}`)
    return changed === '' ? commit : `${commit} with changes`
  } catch {
    return 'unknown'
  }
}
