import { chmod, mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CodedError } from '../../model/errors.js'
import { isMissing, systemCode } from './fs-errors.js'

const FOLDER_MODE = 0o700

/** The folders of one vault, made when needed so that they survive the loss of power. */
export interface Folders {
  /** Makes the folder, which is the root or below it, and its parents, and does not return before they are durable. */
  ensure(path: string): Promise<void>
  /** Trusts nothing that was ensured before: somebody removed folders. */
  forget(): void
}

export function createFolders(root: string): Folders {
  const durable = new Set<string>()

  async function ensure(path: string): Promise<void> {
    if (durable.has(path)) return
    if (path === root) {
      await make(root)
    } else {
      await ensure(dirname(path))
      // Found rather than made means little: who made it may have died before making it durable.
      if (!(await make(path))) await syncFolder(dirname(path))
    }
    durable.add(path)
  }

  return { ensure, forget: () => durable.clear() }
}

/** Makes a folder and the parents it lacks; answers whether it was this call that made it. */
async function make(path: string): Promise<boolean> {
  const made = await tryMake(path).catch(async (error: unknown) => {
    if (!isMissing(error)) throw error
    await make(dirname(path))
    return tryMake(path)
  })
  if (made) await syncFolder(dirname(path))
  return made
}

async function tryMake(path: string): Promise<boolean> {
  try {
    await mkdir(path, FOLDER_MODE)
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
  // The mode given to mkdir is what the umask leaves of it.
  await chmod(path, FOLDER_MODE)
  return true
}

/** Makes the names in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } catch (error) {
    // Some network file systems cannot sync a folder: their server keeps names durable without being asked.
    if (!['EINVAL', 'ENOTSUP', 'ENOSYS'].includes(systemCode(error) ?? '')) throw error
  } finally {
    await handle.close()
  }
}

/**
 * Looks whether a vault can lie at `root`: whether it and the nearest of its parents that is there are folders.
 *
 * @throws CodedError `STORAGE_UNSUPPORTED` naming what is not
 */
export async function requirePlace(root: string): Promise<void> {
  const stats = await stat(root).catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  })
  if (stats === undefined) return root === dirname(root) ? undefined : requirePlace(dirname(root))
  if (stats.isDirectory()) return
  throw new CodedError('STORAGE_UNSUPPORTED', `${root} is not a folder, and so no place for a vault`, {
    value: root,
    hint: 'check the path: a vault is a folder, which init makes',
  })
}
