import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { link, open, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CodedError } from '../../model/errors.js'
import { checkKey, checkPrefix, TEMPORARY_PART } from '../object-key.js'
import type { ObjectInfo, ObjectStore } from '../object-store.js'
import { fsError, isMissing, linkError, systemCode } from './fs-errors.js'
import { createFolders, requirePlace, syncFolder } from './fs-folders.js'
import { listFolder, objectInfo, statOrNothing } from './fs-list.js'

const FILE_MODE = 0o600

/**
 * A vault in a folder: an object is a file, its key the path. The folder is made by the first put.
 *
 * An object is written under a temporary name, synced, and then linked to its own: `link` is the only call that neither
 * shows half a file nor replaces one that is there. `lastModified` is when its bytes were written, by the clock of the
 * machine (or file server) that keeps them.
 */
export function openFsStore(root: string): ObjectStore {
  const base = resolve(root)
  const temporaries = join(base, TEMPORARY_PART)
  const folders = createFolders(base)

  async function putIfAbsent(key: string, bytes: Uint8Array): Promise<'stored' | 'exists'> {
    checkKey(key)
    const path = join(base, key)
    try {
      await folders.ensure(dirname(path))
      const answer = (await isTaken(path)) ? 'exists' : await write(key, path, bytes)
      // `exists` too: who linked it may have died before this, and a snapshot may be about to rely on it.
      await syncFolder(dirname(path))
      return answer
    } catch (error) {
      folders.forget()
      if (systemCode(error) === 'ENOTDIR') await requirePlace(base)
      throw fsError(error, 'store', key, base)
    }
  }

  async function write(key: string, path: string, bytes: Uint8Array): Promise<'stored' | 'exists'> {
    await folders.ensure(temporaries)
    const temporary = join(temporaries, randomUUID())
    try {
      await writeDurably(temporary, bytes)
      return await linkOnce(temporary, path).catch((error: unknown) => {
        throw linkError(error, key, base)
      })
    } finally {
      // What stays behind is invisible and harmless; failing to remove it changes nothing about the object.
      await unlink(temporary).catch(() => undefined)
    }
  }

  async function get(key: string): Promise<Uint8Array | undefined> {
    checkKey(key)
    try {
      const bytes = await readRegularFile(join(base, key))
      // Nothing is to be found where a path leads through a file; the path is what is wrong.
      if (bytes === undefined) await requirePlace(base)
      return bytes
    } catch (error) {
      throw fsError(error, 'read', key, base)
    }
  }

  async function head(key: string): Promise<ObjectInfo | undefined> {
    checkKey(key)
    try {
      const stats = await statOrNothing(join(base, key))
      return stats?.isFile() === true ? objectInfo(key, stats) : undefined
    } catch (error) {
      throw fsError(error, 'look at', key, base)
    }
  }

  async function* list(prefix: string, after = ''): AsyncGenerator<ObjectInfo> {
    checkPrefix(prefix)
    try {
      yield* listFolder(base, '', prefix, after)
    } catch (error) {
      throw fsError(error, 'list', prefix === '' ? base : prefix, base)
    }
  }

  async function remove(key: string): Promise<boolean> {
    checkKey(key)
    const path = join(base, key)
    try {
      if ((await statOrNothing(path))?.isFile() !== true || !(await unlinked(path))) return false
      await syncFolder(dirname(path))
      return true
    } catch (error) {
      throw fsError(error, 'delete', key, base)
    }
  }

  return { url: pathToFileURL(base).href, putIfAbsent, get, head, list, delete: remove }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx', FILE_MODE)
  try {
    // The mode given to open is what the umask leaves of it.
    await handle.chmod(FILE_MODE)
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function linkOnce(temporary: string, path: string): Promise<'stored' | 'exists'> {
  try {
    await link(temporary, path)
    return 'stored'
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
    // An NFS client that repeats a link whose answer was lost is told EEXIST about its own.
    const links = (await statOrNothing(temporary))?.nlink ?? 0
    if (links > 1) return 'stored'
    await isTaken(path)
    return 'exists'
  }
}

/** Whether it was this call that removed the file. */
async function unlinked(path: string): Promise<boolean> {
  try {
    await unlink(path)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

/** Whether there is an object at the path. A folder or a symbolic link is not one, but is in the way of one. */
async function isTaken(path: string): Promise<boolean> {
  const stats = await statOrNothing(path)
  if (stats === undefined) return false
  if (stats.isFile()) return true
  throw new CodedError('STORAGE_FAILED', `${path} is not a plain file: no object can be stored there`, {
    value: path,
    hint: 'find out what put it there, and move it out of the vault',
  })
}

async function readRegularFile(path: string): Promise<Uint8Array | undefined> {
  // Neither following a link nor waiting for whoever writes to a pipe.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const handle = await open(path, flags).catch((error: unknown) => {
    if (isMissing(error) || systemCode(error) === 'ELOOP') return undefined
    throw error
  })
  if (handle === undefined) return undefined
  try {
    return (await handle.stat()).isFile() ? await handle.readFile() : undefined
  } finally {
    await handle.close()
  }
}
