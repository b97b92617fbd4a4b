import type { CognitoContext } from '../../src/actions/context.js'
import type { RestoreRequest } from '../../src/actions/restore-request.js'
import { restore, type RestoreResult, resume } from '../../src/actions/restore.js'
import type { ObjectStore } from '../../src/storage/object-store.js'
import { type DyingProcess, ProcessDied } from './dying-process.js'
import type { Lab } from './lab.js'

/** Says yes to any plan. */
export const yes = (): Promise<'execute'> => Promise.resolve('execute')

/** The run that was approved before a process died, if it came so far. */
export async function approvedRun(store: ObjectStore): Promise<string | undefined> {
  let found: string | undefined
  for await (const { key } of store.list('restores/')) {
    if (
      key.endsWith('/approved.json') &&
      (await store.get(key.replace('approved', 'report'))) === undefined
    ) {
      found = key.split('/')[1]
    }
  }
  return found
}

/** Restores in a process that may die; whether it did. */
export async function diesWhileRestoring(context: CognitoContext, request: RestoreRequest): Promise<boolean> {
  try {
    await restore(context, request, yes)
    return false
  } catch (error) {
    if (error instanceof ProcessDied) return true
    throw error
  }
}

/** Goes on in another process, when the leases of the dead one have run out. */
export async function goOn(
  lab: Lab,
  store: ObjectStore,
  request: RestoreRequest,
): Promise<RestoreResult | undefined> {
  lab.passTime(120_000)
  const runId = await approvedRun(store)
  const again = lab.again({ store })
  return runId === undefined ? restore(again, request, yes) : resume(again, runId)
}

/** Restores in a process that may die, and if it does, goes on in another. */
export async function restoreToTheEnd(
  lab: Lab,
  store: ObjectStore,
  process: DyingProcess,
  request: RestoreRequest,
): Promise<RestoreResult | undefined> {
  const mortal = lab.again({ wrap: process.wrapApi, store: process.wrapStore(store) })
  if (!(await diesWhileRestoring(mortal, request))) return undefined
  return goOn(lab, store, request)
}
