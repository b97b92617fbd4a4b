import { type JsonObject, sameJson } from '../../model/canonical.js'
import { object, only, text, without } from '../canonical-body.js'
import type { CognitoApi } from '../cognito-api.js'
import { type PlannedOperation, POOL_ARN_REF, ref } from '../operation.js'
import { RUN_TAG, writableTags } from './pool.js'
import type { ResourceKind } from './resource-kind.js'

/** A pool's tags: ListTagsForResource, TagResource. The body holds them under `Tags`. */
export const tagsKind: ResourceKind = {
  kind: 'tags',
  plural: 'tagSets',
  async *read({ api, pool }) {
    yield { name: '', body: { Tags: await listTags(api, text(pool, 'Arn')) } }
  },
  /** The tag of a run that is under way says nothing of the pool. */
  normalise: (body) => ({ Tags: withoutRunTag(tagsOf(body)) }),
  settable: (body) => ({ Tags: writableTags(tagsOf(body)) }),
  matchName: () => '',
  create: ({ body }) => tag(writableTags(tagsOf(body)), {}),
  update: (wanted, current) => tag(writableTags(tagsOf(wanted.body)), tagsOf(current.body)),
  remove: () => [],
  find: async (api, input) => ({ Tags: await listTags(api, text(input, 'ResourceArn')) }),
  updateRequest: (found) => found,
}

/** ListTagsForResource's tags of a pool. */
export async function listTags(api: CognitoApi, poolArn: string): Promise<JsonObject> {
  return tagsOf(await api.call('ListTagsForResource', { ResourceArn: poolArn }))
}

function tagsOf(body: JsonObject): JsonObject {
  return object(body, 'Tags') ?? {}
}

function withoutRunTag(tags: JsonObject): JsonObject {
  return without(tags, [RUN_TAG])
}

/** TagResource sets the tags that it names and leaves the others. */
function tag(wanted: JsonObject, present: JsonObject): readonly PlannedOperation[] {
  const differing = Object.keys(wanted).filter((key) => !sameJson(present[key], wanted[key]))
  if (differing.length === 0) return []
  const expects = Object.fromEntries(differing.map((key) => [key, present[key] ?? null]))
  const input = { ResourceArn: ref(POOL_ARN_REF), Tags: only(wanted, differing) }
  return [{ operation: 'TagResource', input, expects }]
}
