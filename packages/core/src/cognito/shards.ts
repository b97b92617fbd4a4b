import { type JsonObject } from '../model/canonical.js'
import { objects, text } from './canonical-body.js'
import type { CallOptions, CognitoApi } from './cognito-api.js'
import { type Cursor, type Page, pages, pagesFrom } from './paginate.js'

/** The first digits of a sub: each names a shard, the users of one contiguous range of subs. */
export const SHARDS: readonly string[] = Array.from({ length: 16 }, (_, digit) => digit.toString(16))

/** The filter did not give the users of its prefix: whatever was listed by it cannot be relied on. */
export class ShardFilterBroken extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'ShardFilterBroken'
  }
}

/** A user's sub, from the attributes of ListUsers or ListUsersInGroup; empty where there is none. */
export function subOf(user: JsonObject): string {
  return attributeOf(user, 'sub') ?? ''
}

/** The value of a user's attribute. */
export function attributeOf(user: JsonObject, name: string): string | undefined {
  const attribute = objects(user, 'Attributes').find((candidate) => candidate['Name'] === name)
  return attribute === undefined ? undefined : text(attribute, 'Value')
}

/**
 * The pages of the users whose sub begins with `prefix`, from where the listing has come to.
 *
 * @throws ShardFilterBroken when a user lies outside: the endpoint does not honour the filter.
 */
export async function* shardPages(
  api: CognitoApi,
  poolId: string,
  prefix: string,
  options: CallOptions,
  from?: Cursor,
): AsyncGenerator<Page> {
  for await (const page of pagesFrom(api, listing(poolId, `sub ^= "${prefix}"`), from, options)) {
    for (const user of page.items) {
      if (!subOf(user).startsWith(prefix))
        throw new ShardFilterBroken('the filter on sub gives users of other subs')
    }
    yield page
  }
}

/** The pages of all users, unfiltered, in no promised order. */
export function allPages(
  api: CognitoApi,
  poolId: string,
  options: CallOptions,
): AsyncGenerator<JsonObject[]> {
  return pages(api, listing(poolId), options)
}

/** The same from where the listing has come to. */
export function allPagesFrom(
  api: CognitoApi,
  poolId: string,
  options: CallOptions,
  from: Cursor | undefined,
): AsyncGenerator<Page> {
  return pagesFrom(api, listing(poolId), from, options)
}

/** The user of this sub as it is now; costs no MAU, unlike AdminGetUser. */
export async function findBySub(
  api: CognitoApi,
  poolId: string,
  sub: string,
  options: CallOptions = {},
): Promise<JsonObject | undefined> {
  return findUser(api, poolId, 'sub', sub, options)
}

/**
 * The user whose attribute has this value, by ListUsers with a filter: the one who has exactly it, else the one whose
 * value differs in case, which most pools take for the same.
 */
export async function findUser(
  api: CognitoApi,
  poolId: string,
  attribute: 'sub' | 'username' | 'email' | 'phone_number' | 'preferred_username',
  value: string,
  options: CallOptions = {},
): Promise<JsonObject | undefined> {
  const filter = `${attribute} = "${value.replaceAll(/["\\]/g, '\\$&')}"`
  let similar: JsonObject | undefined
  for await (const users of pages(api, listing(poolId, filter), options)) {
    for (const user of users) {
      const actual = attribute === 'username' ? text(user, 'Username') : attributeOf(user, attribute)
      if (actual === value) return user
      if (actual?.toLowerCase() === value.toLowerCase()) similar ??= user
    }
  }
  return similar
}

function listing(poolId: string, filter?: string): Parameters<typeof pages>[1] {
  return {
    operation: 'ListUsers',
    input: { UserPoolId: poolId, Limit: 60, ...(filter === undefined ? {} : { Filter: filter }) },
    items: 'Users',
    token: 'PaginationToken',
  }
}
