import { type JsonObject, sameJson } from '../../model/canonical.js'
import { object, text, without } from '../canonical-body.js'
import type { CognitoApi } from '../cognito-api.js'
import { POOL_ARN_REF, ref } from '../operation.js'
import { RUN_TAG, writableTags } from './pool.js'
import type { ResourceKind } from './resource-kind.js'

/** A pool's tags: ListTagsForResource, TagResource. The body holds them under `Tags`. */
export const tagsKind: ResourceKind = {
  kind: 'tags',
  plural: 'tagSets',
  async *read(api, pool) {
    yield { name: '', body: { Tags: await listTags(api, text(pool, 'Arn')) } }
  },
  /** The tag of a run that is under way says nothing of the pool. */
  normalise: (body) => ({ Tags: withoutRunTag(tagsOf(body)) }),
  settable: (body) => ({ Tags: writableTags(tagsOf(body)) }),
  matchName: () => '',
  create: ({ body }) => tag(writableTags(tagsOf(body))),
  update: (wanted, current) => {
    const present = tagsOf(current.body)
    return tag(
      Object.fromEntries(
        Object.entries(writableTags(tagsOf(wanted.body))).filter(
          ([key, value]) => !sameJson(present[key], value),
        ),
      ),
    )
  },
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

function tag(tags: JsonObject): { operation: string; input: JsonObject }[] {
  if (Object.keys(tags).length === 0) return []
  return [{ operation: 'TagResource', input: { ResourceArn: ref(POOL_ARN_REF), Tags: tags } }]
}
