import { lstat, readdir } from 'node:fs/promises'
import type { Dirent, Stats } from 'node:fs'
import { join } from 'node:path'
import { compareKeys } from '../../model/canonical.js'
import { isKeyPart, TEMPORARY_PART } from '../object-key.js'
import type { ObjectInfo } from '../object-store.js'
import { isMissing } from './fs-errors.js'

export function objectInfo(key: string, stats: Stats): ObjectInfo {
  return { key, size: stats.size, lastModified: Math.floor(stats.mtimeMs) }
}

/**
 * The objects below a folder, ascending by key, one folder in memory at a time. Symbolic links are not followed, and
 * what vanishes meanwhile is passed over.
 *
 * @param base the part of the key that has led to `folder`: empty, or ending in a slash
 * @param rest what remains of the prefix
 */
export async function* listFolder(
  folder: string,
  base: string,
  rest: string,
  after: string,
): AsyncGenerator<ObjectInfo> {
  for (const { name, isFolder } of await entries(folder, rest)) {
    const path = join(folder, name)
    const key = base + name
    if (isFolder) {
      const below = `${key}/`
      if (key === TEMPORARY_PART || isBefore(below, after)) continue
      yield* listFolder(path, below, rest.slice(name.length + 1), after)
    } else if (key > after) {
      const stats = await statOrNothing(path)
      if (stats?.isFile() === true) yield objectInfo(key, stats)
    }
  }
}

/** Whether every key that starts with `below` comes before `after` or is it. */
function isBefore(below: string, after: string): boolean {
  return below < after && !after.startsWith(below)
}

interface Entry {
  name: string
  isFolder: boolean
}

/** A folder's entries that can hold keys with the prefix, in the order of those keys. */
async function entries(folder: string, rest: string): Promise<Entry[]> {
  const slash = rest.indexOf('/')
  if (slash >= 0) {
    const name = rest.slice(0, slash)
    const stats = await statOrNothing(join(folder, name))
    return stats?.isDirectory() === true ? [{ name, isFolder: true }] : []
  }
  const found = await readFolder(folder)
  return (
    found
      .filter((entry) => entry.name.startsWith(rest) && isKeyPart(entry.name))
      .filter((entry) => entry.isFile() || entry.isDirectory())
      .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
      // All keys below the folder `a` start with `a/`, so that `a-b` comes before them and `a0` after.
      .sort((one, other) => compareKeys(orderOf(one), orderOf(other)))
  )
}

function orderOf(entry: Entry): string {
  return entry.isFolder ? `${entry.name}/` : entry.name
}

async function readFolder(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true })
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** What is at a path, links not followed, or `undefined` where there is nothing. */
export async function statOrNothing(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
