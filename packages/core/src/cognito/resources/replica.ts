import { canonicalBody, text } from '../canonical-body.js'
import { items } from '../paginate.js'
import { recordedKind } from './recorded-kind.js'

/** The pool's copies in other Regions: ListUserPoolReplicas, which shows nothing of them that could be written. */
export const replicaKind = recordedKind({
  kind: 'replica',
  plural: 'replicas',
  async *read({ api, pool }) {
    const listing = {
      operation: 'ListUserPoolReplicas',
      input: { UserPoolId: text(pool, 'Id') },
      items: 'UserPoolReplicas',
      token: 'NextToken' as const,
    }
    for await (const body of items(api, listing)) {
      // The primary is the pool itself.
      if (text(body, 'Role') !== 'PRIMARY') yield { name: text(body, 'RegionName'), body }
    }
  },
  normalise: canonicalBody,
  settable: ({ RegionName = null }) => ({ RegionName }),
})
