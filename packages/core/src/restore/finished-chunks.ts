import type { RunStore } from './run-store.js'
import type { ObjectStore } from '../storage/object-store.js'

/** The ids of the chunks of a run that are over, as one listing of its journal tells. */
export async function finishedChunks(
  store: ObjectStore,
  run: Pick<RunStore, 'prefix'>,
): Promise<ReadonlySet<string>> {
  const prefix = `${run.prefix}journal/`
  const finished = new Set<string>()
  for await (const { key } of store.list(prefix)) {
    const [id, name, ...rest] = key.slice(prefix.length).split('/')
    if (id !== undefined && name === 'done.json' && rest.length === 0) finished.add(id)
  }
  return finished
}
