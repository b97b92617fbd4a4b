import { z } from 'zod'
import { clientRef, identityPoolRef, POOL_REF, userRef } from '../cognito/operation.js'
import { canonicalJson, type JsonObject } from '../model/canonical.js'
import type { Clock } from '../model/clock.js'
import { hasCode } from '../model/errors.js'
import type { ObjectStore } from '../storage/object-store.js'
import { damaged } from '../vault/segment.js'
import { openJournal } from './journal.js'
import type { RunHeader } from './run-header.js'
import type { RunStore } from './run-store.js'
import { poolOf } from './runs-into.js'
import { runsOf, unreadable, type UnreadableRun } from './runs.js'
import type { Step } from './step.js'

const identitySchema = z.object({
  kind: z.string(),
  old: z.string(),
  new: z.string(),
  oldUsername: z.string().optional(),
  newUsername: z.string().optional(),
})

/** What an old id has become: of the pool, of a client, of an identity pool, or of a user, whose name may be another too. */
export type Identity = z.infer<typeof identitySchema>

/**
 * What the subject of a step has become, from what its operations gave; `undefined` where the id is the same or is not
 * there.
 */
export function identityOf(
  header: RunHeader,
  { subject, successor }: Step,
  bound: Readonly<Record<string, string>>,
): Identity | undefined {
  const { kind, id, username = '' } = subject
  if (kind === 'user') {
    const newUsername = bound[userRef(id)] ?? successor?.username
    if (newUsername === undefined) return undefined
    return { kind, old: id, new: bound['newSub'] ?? successor?.id ?? '', oldUsername: username, newUsername }
  }
  const made = bound[madeRef(kind, id)]
  const now = made ?? successor?.id
  return now === undefined
    ? undefined
    : { kind, old: kind === 'pool' ? header.snapshot.poolId : id, new: now }
}

/** The name under which a step binds the new id of its subject. */
function madeRef(kind: string, id: string): string {
  if (kind === 'pool') return POOL_REF
  if (kind === 'client') return clientRef(id)
  return kind === 'identity-pool' ? identityPoolRef(id) : ''
}

/** An identity as a line of the map. */
export function identityLine(identity: Identity): string {
  return canonicalJson(identity as JsonObject)
}

/**
 * What earlier runs have given to a snapshot's pool in this target: after a user or a client was made again, the old
 * id's lives under the new one. Of a run that did not come to its end, and of one whose map is damaged, it is what the
 * journal has. An identity may come more than once.
 *
 * @param sourcePoolId of any pool where it is left open
 * @param targetPoolId into any pool where it is left open
 * @param onUnreadable told of each run that may have given something, and of which that cannot be read; the others
 *   count all the same
 */
export async function* earlierIdentities(
  store: ObjectStore,
  clock: Clock,
  sourcePoolId: string | undefined,
  targetPoolId: string | undefined,
  onUnreadable: (run: UnreadableRun) => void,
): AsyncGenerator<Identity> {
  for await (const listed of runsOf(store)) {
    const { run, header } = listed
    if (header === undefined) {
      if (await run.hasApproval()) onUnreadable(unreadable(run, listed.error))
      continue
    }
    if (header.snapshot.poolId !== (sourcePoolId ?? header.snapshot.poolId)) continue
    if (!listed.isApproved && !(await run.isReported())) continue
    try {
      if (targetPoolId !== undefined && (await poolOf(store, clock, run, header)) !== targetPoolId) continue
      yield* identitiesOf(store, clock, run, header)
    } catch (error) {
      if (!hasCode(error, 'VAULT_DAMAGED', 'VAULT_TOO_NEW')) throw error
      onUnreadable(unreadable(run, error))
    }
  }
}

/**
 * What a run has given to the old ids: its map where it has come to its end, else what its journal has until now, with
 * what the plan had found in the target already.
 *
 * @throws CodedError `VAULT_DAMAGED`
 */
export function identitiesOfRun(
  store: ObjectStore,
  clock: Clock,
  run: RunStore,
  header: RunHeader,
): AsyncGenerator<Identity> {
  return identitiesOf(store, clock, run, header, true)
}

async function* identitiesOf(
  store: ObjectStore,
  clock: Clock,
  run: RunStore,
  header: RunHeader,
  isWhole = false,
): AsyncGenerator<Identity> {
  const isReported = await run.isReported()
  if (isReported) {
    try {
      yield* fromMap(run)
      return
    } catch (error) {
      if (!hasCode(error, 'VAULT_DAMAGED')) throw error
      // The map was made from the journal, which says the same.
    }
  }
  yield* fromJournal(store, clock, run, header, { isReported, isWhole })
}

async function* fromMap(run: RunStore): AsyncGenerator<Identity> {
  const isMap = ([name]: [string, string]): boolean => name.startsWith('identity-map/')
  for (const [name, digest] of Object.entries(await run.getReportedLines()).filter(isMap)) {
    for (const text of await run.getLines(name, digest)) yield parse(text, `${run.prefix}${name}`)
  }
}

function parse(text: string, key: string): Identity {
  try {
    return identitySchema.parse(JSON.parse(text))
  } catch (cause) {
    throw damaged(key, 'it is not an identity map', cause)
  }
}

async function* fromJournal(
  store: ObjectStore,
  clock: Clock,
  run: RunStore,
  header: RunHeader,
  { isReported, isWhole }: { readonly isReported: boolean; readonly isWhole: boolean },
): AsyncGenerator<Identity> {
  for (const chunk of header.chunks) {
    const prefix = `${run.prefix}journal/${chunk.id}/`
    const { history } = await openJournal(store, prefix, clock)
    // No run is reported before all of it was worked through.
    if (isReported && history.done === undefined) throw damaged(`${prefix}done.json`, 'it is missing')
    const bound = new Map(history.bound)
    for (const result of history.done ?? []) bound.set(result.step, result.bound)
    // What the target had before is in the plan alone; whoever asks for what was made needs no other chunks.
    if (bound.size === 0 && !isWhole) continue
    for (const [place, step] of (await run.getChunk(chunk)).entries()) {
      const identity = identityOf(header, step, bound.get(place) ?? {})
      if (identity !== undefined) yield identity
    }
  }
}
