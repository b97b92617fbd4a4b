import type { ObjectInfo } from '../storage/object-store.js'
import { capturesPrefix } from './object-keys.js'
import type { Vault } from './vault.js'

const OBJECT = /^([^/]+)\/(?:begun\.json|ended\.json|parts\/\d{6})$/

/** What a backup in slices that is over has left. */
export interface DeadCapture {
  readonly runId: string
  /** What says that it is over comes last, so that a prune that is stopped is gone on with by the next. */
  readonly objects: readonly ObjectInfo[]
}

/**
 * The backups in slices of a pool with which no process goes on: those that have ended or were given up, and those of which nothing has
 * been heard for so long. Nobody needs anything of them.
 *
 * @param now the store's time, in milliseconds
 */
export async function deadCaptures(
  vault: Vault,
  poolId: string,
  { now, silentMs }: { readonly now: number; readonly silentMs: number },
): Promise<DeadCapture[]> {
  const prefix = capturesPrefix(poolId)
  const dead: DeadCapture[] = []
  let runId: string | undefined
  let objects: ObjectInfo[] = []

  function close(): void {
    const ends = objects.filter(({ key }) => key === `${prefix}${runId ?? ''}/ended.json`)
    const newest = objects.reduce((latest, { lastModified }) => Math.max(latest, lastModified), -Infinity)
    if (runId !== undefined && (ends.length > 0 || newest <= now - silentMs))
      dead.push({ runId, objects: [...objects.filter((one) => !ends.includes(one)), ...ends] })
    objects = []
  }

  for await (const object of vault.store.list(prefix)) {
    const [, run] = OBJECT.exec(object.key.slice(prefix.length)) ?? []
    // What has another name is not known, and is left.
    if (run === undefined) continue
    if (run !== runId) close()
    runId = run
    objects.push(object)
  }
  close()
  return dead
}
