import { isObject, type JsonObject } from '../model/canonical.js'
import { type CallOptions, type CognitoApi, CognitoError, unreadableAnswer } from './cognito-api.js'

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
 * @throws CognitoError of the call; `UnreadableAnswer` for a page without items or token, which is not the end of a
 *   listing; `ListingDoesNotAdvance` when tokens lead in a circle.
 */
export async function* pages(
  api: CognitoApi,
  listing: Listing,
  options: CallOptions = {},
): AsyncGenerator<JsonObject[]> {
  let token = ''
  let isCircle = circleDetector()
  for (let restarts = 0; ;) {
    let answer: JsonObject
    try {
      const input = token === '' ? listing.input : { ...listing.input, [listing.token]: token }
      answer = await api.call(listing.operation, input, options)
    } catch (error) {
      if (token === '' || restarts >= RESTARTS || !isTokenRefused(error)) throw error
      restarts++
      token = ''
      isCircle = circleDetector()
      continue
    }
    const page = readPage(listing, answer)
    yield page.items
    if (page.token === '') return
    if (isCircle(page.token))
      throw new CognitoError(listing.operation, 'ListingDoesNotAdvance', 'pages lead in a circle', 'refused')
    token = page.token
  }
}

function readPage(listing: Listing, answer: JsonObject): { items: JsonObject[]; token: string } {
  const { [listing.items]: list = null, [listing.token]: token = null } = answer
  if (token !== null && typeof token !== 'string')
    throw unreadableAnswer(listing.operation, `${listing.token} is not text`)
  if (list === null && token !== null && token !== '') return { items: [], token }
  if (!Array.isArray(list) || !list.every(isObject))
    throw unreadableAnswer(listing.operation, `the answer has no list of ${listing.items}`)
  return { items: list, token: token ?? '' }
}

/** Says when a token has come before, sooner or later, from the memory of one: that of the last power of two. */
function circleDetector(): (token: string) => boolean {
  let remembered = ''
  let seen = 0
  let next = 1
  return (token) => {
    if (token === remembered) return true
    if (++seen === next) {
      remembered = token
      next *= 2
    }
    return false
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
