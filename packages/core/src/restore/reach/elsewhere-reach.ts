import { objects, text } from '../../cognito/canonical-body.js'
import { identityPoolKind } from '../../cognito/resources/identity-pool.js'
import type { FoundResource } from '../../cognito/resources/resource-kind.js'
import type { Note } from '../fidelity-notes.js'
import type { Reach } from './reach.js'

const ELSEWHERE = 'identity-pool-elsewhere'

/**
 * A reach that leaves the identity pools that serve another user pool by now. No snapshot of this pool has how they are
 * there, so that a repair would take them from that pool for good.
 *
 * @param strays the identity pools that point at the pool no more, as they are
 */
export function leavingElsewhere(reach: Reach, strays: readonly FoundResource[]): Reach {
  const elsewhere = new Map(
    strays.flatMap(({ name, body }) => {
      const pools = userPoolsOf(body)
      return pools.length === 0 ? [] : [[name, pools.join(', ')] as const]
    }),
  )
  if (elsewhere.size === 0) return reach
  return {
    users: (pairs) => reach.users(pairs),
    get leftOut() {
      return reach.leftOut
    },
    resource: (pair) => {
      const reached = reach.resource(pair)
      const detail = pair.kind === identityPoolKind ? elsewhere.get(pair.current?.name ?? '') : undefined
      if (reached === undefined || detail === undefined) return reached
      return { ...reached, notes: [...reached.notes, { code: ELSEWHERE, detail }] }
    },
  }
}

/** Whether the notes say that an identity pool serves another user pool, and that nothing of it is written. */
export function isElsewhere(notes: readonly Note[]): boolean {
  return notes.some(({ code }) => code === ELSEWHERE)
}

/** The user pools whose tokens an identity pool takes. */
function userPoolsOf(body: FoundResource['body']): string[] {
  const names = objects(body, 'CognitoIdentityProviders').map((provider) => text(provider, 'ProviderName'))
  return [...new Set(names.map((name) => name.slice(name.lastIndexOf('/') + 1)))].sort()
}
