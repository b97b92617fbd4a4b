import type { ResourceSet } from '../cognito/resource-set.js'
import { RESOURCE_KINDS } from '../cognito/resources/resource-kinds.js'
import type { UserView } from '../diff/user-view.js'
import type { Random } from '../model/clock.js'
import { makeRecord, membershipKey, resourceKey, type StreamRecord } from '../model/records.js'
import type { Snapshot } from '../vault/snapshots.js'

/** Some users of a snapshot, and how many it has. */
export interface Sample {
  /** Ascending by sub. */
  readonly users: readonly UserView[]
  readonly of: number
}

/**
 * Users at random, each as likely as any other, in one pass over all of them: so a drill has also read every user of the
 * snapshot and every membership. Memory holds the sample only.
 */
export async function sampleUsers(
  views: AsyncIterable<UserView>,
  size: number,
  random: Random,
  signal?: AbortSignal,
): Promise<Sample> {
  const chosen: UserView[] = []
  let seen = 0
  for await (const view of views) {
    if (seen % 10_000 === 0) signal?.throwIfAborted()
    const place = Math.floor(random() * ++seen)
    if (chosen.length < size) chosen.push(view)
    else if (place < size) chosen[place] = view
  }
  return { users: chosen.sort((a, b) => (a.sub < b.sub ? -1 : 1)), of: seen }
}

/** The snapshot as if it had only these users and this configuration, and nobody's second factors. */
export function sampledSnapshot(snapshot: Snapshot, { users }: Sample, resources: ResourceSet): Snapshot {
  const { resources: configuration, users: people, memberships: members } = snapshot.manifest.streams
  const memberships = users.reduce((sum, { groups }) => sum + groups.length, 0)
  const manifest = {
    ...snapshot.manifest,
    streams: {
      resources: configuration,
      users: { ...people, records: users.length },
      memberships: { ...members, records: memberships },
    },
  }
  return {
    ...snapshot,
    manifest,
    read: (stream) => {
      if (stream === 'users') return inTurn(users.map(({ record }) => record))
      if (stream === 'memberships') return inTurn(membershipsOf(users))
      return stream === 'resources' ? inTurn(recordsOf(resources)) : inTurn([])
    },
  }
}

function membershipsOf(users: readonly UserView[]): StreamRecord[] {
  return users.flatMap(({ sub, groups }) => groups.map((group) => makeRecord(membershipKey(sub, group), {})))
}

function recordsOf(resources: ResourceSet): StreamRecord[] {
  return RESOURCE_KINDS.flatMap(({ kind }) =>
    resources.of(kind).map(({ name, body }) => makeRecord(resourceKey(kind, name), body)),
  ).sort((a, b) => (a.key < b.key ? -1 : 1))
}

// eslint-disable-next-line @typescript-eslint/require-await -- what reads a snapshot waits for each record
async function* inTurn<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}
