import { z } from 'zod'
import type { ObjectStore } from '../storage/object-store.js'
import { RESTORES_PREFIX } from '../vault/object-keys.js'
import { damaged } from '../vault/segment.js'
import { openRun } from './run-store.js'

const line = z.object({ kind: z.string(), old: z.string(), new: z.string() })

/**
 * The subs that earlier runs have given to users of a snapshot's pool in this target: after a deleted
 * user was made again, the old sub's user lives under the new one.
 */
export async function* earlierSubs(
  store: ObjectStore,
  sourcePoolId: string,
  targetPoolId: string,
): AsyncGenerator<{ old: string; new: string }> {
  for (const runId of await runIds(store)) {
    const run = openRun(store, runId)
    if ((await run.getJson('report.json')) === undefined) continue
    const header = await run.getHeader()
    if (header.snapshot.poolId !== sourcePoolId || header.target.poolId !== targetPoolId) continue
    for await (const { key } of store.list(`${run.prefix}identity-map/`)) {
      for (const text of await run.getLines(key.slice(run.prefix.length))) {
        const parsed = line.safeParse(JSON.parse(text))
        if (!parsed.success) throw damaged(key, 'it is not an identity map', parsed.error)
        if (parsed.data.kind === 'user') yield parsed.data
      }
    }
  }
}

/** The ids of all runs, oldest first. */
async function runIds(store: ObjectStore): Promise<string[]> {
  const ids: string[] = []
  for (let after = RESTORES_PREFIX; ;) {
    let found: string | undefined
    for await (const { key } of store.list(RESTORES_PREFIX, after)) {
      found = key.split('/')[1]
      break
    }
    if (found === undefined) return ids
    ids.push(found)
    after = `${RESTORES_PREFIX}${found}/~`
  }
}
