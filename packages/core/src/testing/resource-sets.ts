import type { ResourceSet } from '../cognito/resource-set.js'
import type { JsonObject } from '../model/canonical.js'

/** A pool's configuration: each resource by its kind, its name and its body. For tests. */
export function setOf(
  ...resources: readonly (readonly [kind: string, name: string, body: JsonObject])[]
): ResourceSet {
  const of: ResourceSet['of'] = (kind) =>
    resources.filter(([other]) => other === kind).map(([, name, body]) => ({ name, body }))
  return { of, one: (kind) => of(kind)[0] }
}
