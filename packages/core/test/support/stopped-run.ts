import type { RestoreRequest } from '../../src/actions/restore-request.js'
import type { ObjectStore } from '../../src/storage/object-store.js'
import { dyingAtOperation } from './dying-process.js'
import type { Lab } from './lab.js'
import { approvedRun, diesWhileRestoring } from './run-to-end.js'

/** A restore whose process died at its first call of an operation, its leases run out: the id of the run. */
export async function stoppedRun(lab: Lab, request: RestoreRequest, operation: string): Promise<string> {
  const process = dyingAtOperation(operation, 'before it is sent')
  const mortal = lab.again({ wrap: process.wrapApi, store: process.wrapStore(lab.store) })
  if (!(await diesWhileRestoring(mortal, request))) throw new Error(`nothing called ${operation}`)
  lab.passTime(120_000)
  const runId = await approvedRun(lab.store)
  if (runId === undefined) throw new Error('the run was not approved')
  return runId
}

/** The keys of a run's objects, without the run's prefix. */
export async function namesOf(store: ObjectStore, runId: string): Promise<string[]> {
  const names: string[] = []
  const prefix = `restores/${runId}/`
  for await (const { key } of store.list(prefix)) names.push(key.slice(prefix.length))
  return names
}

/** Puts other bytes in an object's place. */
export async function replace(store: ObjectStore, key: string, bytes: Uint8Array | string): Promise<void> {
  await store.delete(key)
  await store.putIfAbsent(key, Buffer.from(bytes))
}

/** Alters one bit in the middle of an object. */
export async function spoil(store: ObjectStore, key: string): Promise<void> {
  const bytes = await store.get(key)
  if (bytes === undefined) throw new Error(`there is no ${key}`)
  bytes[bytes.length >> 1]! ^= 1
  await replace(store, key, bytes)
}
