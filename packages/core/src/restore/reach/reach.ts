import type { ResourcePair } from '../../cognito/resource-set.js'
import type { UserView } from '../../diff/user-view.js'
import type { Joined } from '../../sorting/merge-join.js'
import type { Note } from '../fidelity-notes.js'

/** A user on the snapshot's side, the target's, or both. */
export type UserPair = Joined<UserView, UserView>

/** A pair of users as far as a restore reaches: where the snapshot's side is not wanted, it is the target's. */
export interface ReachedUser {
  readonly pair: UserPair
  /** What the report has to say of the user beside what the plan finds. */
  readonly notes: readonly Note[]
  /** Nothing is planned for the user: only the notes are told. */
  readonly isLeft?: boolean
  /** The snapshot does not have the user: what is done, is done to something extra. */
  readonly isExtra?: boolean
}

/** A pair of resources as far as a restore reaches. */
export interface ReachedResource {
  readonly pair: ResourcePair
  readonly notes: readonly Note[]
  readonly isLeft?: boolean
}

/** What of two sides a restore is about. Everything else is neither written nor reported, but counted. */
export interface Reach {
  /** The pairs that the restore is about, in the order in which they come. */
  users(pairs: AsyncIterable<UserPair>): AsyncIterable<ReachedUser>
  /** The pair as far as the restore is about it; `undefined` where it is not. */
  resource(pair: ResourcePair): ReachedResource | undefined
  /** Users and resources of the snapshot that were passed by until now. */
  readonly leftOut: number
}

/** A restore of everything. */
export const everything: Reach = {
  users: reachAll,
  resource: (pair) => ({ pair, notes: [] }),
  leftOut: 0,
}

async function* reachAll(pairs: AsyncIterable<UserPair>): AsyncGenerator<ReachedUser> {
  for await (const pair of pairs) yield { pair, notes: [] }
}
