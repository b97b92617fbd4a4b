import type { JsonObject } from '../model/canonical.js'
import { objects, text } from './canonical-body.js'
import { type CallOptions, type CognitoApi, CognitoError } from './cognito-api.js'

/** Where a listing keeps its items and its token; Cognito has three ways. */
export interface Listing {
  readonly operation: string
  readonly input: JsonObject
  readonly items: string
  readonly token: 'NextToken' | 'PaginationToken'
}

/** How often a listing whose token the service no longer takes (they live one hour) is begun again. */
const RESTARTS = 5

/**
 * The pages of a listing, until no token remains: a page may be short or empty and still carry one. A token that
 * expires midway begins the listing again, so that an item may come twice, and none is left out.
 *
 * @throws CognitoError of the call, or `ListingDoesNotAdvance` when a token leads to itself.
 */
export async function* pages(
  api: CognitoApi,
  listing: Listing,
  options: CallOptions = {},
): AsyncGenerator<JsonObject[]> {
  let token = ''
  for (let restarts = 0; ;) {
    let page: JsonObject
    try {
      const input = token === '' ? listing.input : { ...listing.input, [listing.token]: token }
      page = await api.call(listing.operation, input, options)
    } catch (error) {
      if (token === '' || restarts >= RESTARTS || !isTokenRefused(error)) throw error
      restarts++
      token = ''
      continue
    }
    yield objects(page, listing.items)
    const next = text(page, listing.token)
    if (next === '') return
    if (next === token)
      throw new CognitoError(listing.operation, 'ListingDoesNotAdvance', 'a page leads to itself', 'refused')
    token = next
  }
}

/** All items of a listing. */
export async function* items(
  api: CognitoApi,
  listing: Listing,
  options: CallOptions = {},
): AsyncGenerator<JsonObject> {
  for await (const page of pages(api, listing, options)) yield* page
}

/** Tokens have no exception of their own: the service answers as to any parameter that it does not like. */
function isTokenRefused(error: unknown): boolean {
  return error instanceof CognitoError && error.exception === 'InvalidParameterException'
}
