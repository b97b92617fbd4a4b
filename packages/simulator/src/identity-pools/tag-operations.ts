import type { Account } from '../account.js'
import type { Operation, Operations } from '../operations/operation.js'
import { invalidParameter, notFound } from '../service-error.js'
import type { IdentityPool } from './identity-pool.js'
import type { TagRequest } from './requests.js'

const TAGS_LIMIT = 50

function taggedPool(account: Account, arn: string): IdentityPool {
  for (const pool of account.identityPools.values()) if (pool.arn === arn) return pool
  throw notFound(`Resource ${arn} does not exist.`)
}

const tagResource: Operation<TagRequest> = (request, account) => {
  const pool = taggedPool(account, request.ResourceArn)
  const tags = new Map([...pool.tags, ...Object.entries(request.Tags ?? {})])
  if (tags.size > TAGS_LIMIT) throw invalidParameter(`An identity pool can have at most ${TAGS_LIMIT} tags.`)
  pool.tags = tags
  return {}
}

const untagResource: Operation<TagRequest> = (request, account) => {
  const pool = taggedPool(account, request.ResourceArn)
  for (const key of request.TagKeys ?? []) pool.tags.delete(key)
  return {}
}

const listTagsForResource: Operation<TagRequest> = (request, account) => ({
  Tags: Object.fromEntries(taggedPool(account, request.ResourceArn).tags),
})

/** Operations on the tags of an identity pool. */
export const identityPoolTagOperations: Operations = {
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
}
