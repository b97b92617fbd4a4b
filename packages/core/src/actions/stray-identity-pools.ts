import type { CognitoApi } from '../cognito/cognito-api.js'
import type { ResourceSet, Successors } from '../cognito/resource-set.js'
import { identityPoolKind } from '../cognito/resources/identity-pool.js'
import { readIdentityPool } from '../cognito/resources/identity-pool-reading.js'
import type { FoundResource } from '../cognito/resources/resource-kind.js'

/**
 * The identity pools of a snapshot that live, and that are not found by where they point, because they point at the pool
 * no more: a repair changes them, or leaves those that serve another user pool by now, rather than to make others in
 * their place.
 */
export async function strayIdentityPools(
  api: CognitoApi,
  wanted: ResourceSet,
  current: ResourceSet,
  successors: Successors,
): Promise<FoundResource[]> {
  const { kind } = identityPoolKind
  const present = new Set(current.of(kind).map(({ name }) => name))
  const strays = new Map<string, FoundResource>()
  for (const { name } of wanted.of(kind)) {
    const candidates = [name, ...successors(kind, name)]
    if (candidates.some((id) => present.has(id))) continue
    for (const id of candidates) {
      const body = strays.has(id) ? undefined : await readIdentityPool(api, id)
      if (body === undefined) continue
      strays.set(id, { name: id, body: identityPoolKind.normalise(body) })
      break
    }
  }
  return [...strays.values()]
}
