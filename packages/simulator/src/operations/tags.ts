import type {
  ListTagsForResourceRequest,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import type { Account } from '../account.js'
import type { Pool } from '../pools/pool.js'
import { invalidParameter, notFound } from '../service-error.js'
import type { Operation, Operations } from './operation.js'

const TAGS_LIMIT = 50

function taggedPool(account: Account, arn: string | undefined): Pool {
  for (const pool of account.pools.values()) if (pool.arn === arn) return pool
  throw notFound(`Resource ${arn ?? ''} does not exist.`)
}

const tagResource: Operation<TagResourceRequest> = (request, account) => {
  const pool = taggedPool(account, request.ResourceArn)
  const tags = new Map([...pool.tags, ...Object.entries(request.Tags ?? {})])
  if (tags.size > TAGS_LIMIT) throw invalidParameter(`A user pool can have at most ${TAGS_LIMIT} tags.`)
  pool.tags = tags
  return {}
}

const untagResource: Operation<UntagResourceRequest> = (request, account) => {
  const pool = taggedPool(account, request.ResourceArn)
  for (const key of request.TagKeys ?? []) pool.tags.delete(key)
  return {}
}

const listTagsForResource: Operation<ListTagsForResourceRequest> = (request, account) => ({
  Tags: Object.fromEntries(taggedPool(account, request.ResourceArn).tags),
})

/** Operations on the tags of a pool. */
export const tagOperations: Operations = {
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
}
