import { type JsonObject } from '../../model/canonical.js'
import { parallel } from '../../model/parallel.js'
import { objects, text, without } from '../canonical-body.js'
import { type CognitoApi, isException } from '../cognito-api.js'
import { items, pages } from '../paginate.js'
import { identityPoolRoles, principalTags } from './identity-pool-parts.js'
import { isProviderOf, providerNames } from './identity-pool-providers.js'
import { unlessGone } from './of-each-client.js'
import type { FoundResource } from './resource-kind.js'

/** Identity pools that are asked about at once. */
const AT_ONCE = 4

const LISTING = {
  operation: 'ListIdentityPools',
  input: { MaxResults: 60 },
  items: 'IdentityPools',
  token: 'NextToken' as const,
}

/**
 * The identity pools of the account and Region that take a user pool's tokens. A listing has names only, so that each pool is
 * described; roles and tags are read of those that point at the user pool. One that is deleted meanwhile is not there.
 */
export async function* identityPoolsOf(api: CognitoApi, userPoolId: string): AsyncGenerator<FoundResource> {
  const seen = new Set<string>()
  for await (const page of pages(api, LISTING)) {
    const ids = page.map((entry) => text(entry, 'IdentityPoolId')).filter((id) => !seen.has(id))
    const found = new Map<string, JsonObject>()
    await parallel(ids, AT_ONCE, undefined, async (id) => {
      seen.add(id)
      const pool = await unlessGone(describeIdentityPool(api, id))
      if (pool === undefined || !pointsAt(pool, userPoolId)) return
      const whole = await unlessGone(withParts(api, pool))
      if (whole !== undefined) found.set(id, whole)
    })
    for (const [name, body] of found) yield { name, body }
  }
}

function pointsAt(pool: JsonObject, userPoolId: string): boolean {
  return objects(pool, 'CognitoIdentityProviders').some((provider) =>
    isProviderOf(userPoolId, text(provider, 'ProviderName')),
  )
}

/** An identity pool with its roles and tags, wherever it points; `undefined` where there is none. */
export async function readIdentityPool(api: CognitoApi, id: string): Promise<JsonObject | undefined> {
  const pool = await unlessGone(describeIdentityPool(api, id))
  return pool === undefined ? undefined : unlessGone(withParts(api, pool))
}

/** DescribeIdentityPool's answer. */
export function describeIdentityPool(api: CognitoApi, id: string): Promise<JsonObject> {
  return api.call('DescribeIdentityPool', { IdentityPoolId: id })
}

/** The first identity pool of a name, which need not be the only one. */
export async function findIdentityPool(api: CognitoApi, name: string): Promise<JsonObject | undefined> {
  for await (const entry of items(api, LISTING)) {
    if (entry['IdentityPoolName'] === name)
      return unlessGone(describeIdentityPool(api, text(entry, 'IdentityPoolId')))
  }
  return undefined
}

/** Roles come last: where the pool was deleted meanwhile, they are refused, and nothing half-read is taken for a whole. */
async function withParts(api: CognitoApi, pool: JsonObject): Promise<JsonObject> {
  const IdentityPoolId = text(pool, 'IdentityPoolId')
  const maps: JsonObject = {}
  for (const IdentityProviderName of providerNames(pool)) {
    const named = { IdentityPoolId, IdentityProviderName }
    const map = await unlessNotTaken(principalTags.read(api, named), pool, IdentityProviderName)
    if (map !== undefined) maps[IdentityProviderName] = without(map, Object.keys(named))
  }
  const roles = await identityPoolRoles.read(api, { IdentityPoolId })
  return {
    ...pool,
    IdentityPoolRoles: without(roles, ['IdentityPoolId']),
    PrincipalTagAttributeMaps: maps,
  }
}

/** A provider may be gone by now. No document says that an application's own provider has tags: it may be refused. */
async function unlessNotTaken(
  answer: Promise<JsonObject>,
  pool: JsonObject,
  provider: string,
): Promise<JsonObject | undefined> {
  try {
    return await unlessGone(answer)
  } catch (error) {
    const isDeveloper = provider === text(pool, 'DeveloperProviderName')
    if (isDeveloper && isException(error, 'InvalidParameterException')) return undefined
    throw error
  }
}
