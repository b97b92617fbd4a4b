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

/** Where a listing has come to, as plain data: from here another process can go on with it. */
export interface Cursor {
  /** What the next request is to carry; empty at the beginning. Lives one hour. */
  readonly token: string
  /** How often the listing was begun again. */
  readonly restarts: number
  /** What is remembered to notice that tokens lead in a circle. */
  readonly circle: Circle
}

interface Circle {
  readonly remembered: string
  readonly seen: number
  readonly next: number
}

export interface Page {
  readonly items: JsonObject[]
  /** Where the listing goes on behind the page; `undefined` where this was the last. */
  readonly next: Cursor | undefined
  /** Whether the listing begins with this page: what came before, if anything did, comes again. */
  readonly isFirst: boolean
}

const NO_CIRCLE: Circle = { remembered: '', seen: 0, next: 1 }
const BEGINNING: Cursor = { token: '', restarts: 0, circle: NO_CIRCLE }

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
  for await (const { items } of pagesFrom(api, listing, undefined, options)) yield items
}

/**
 * The same from where a listing has come to, with where it goes on behind each page. A token that is not taken any more, because
 * too much time has passed since, begins the listing again, which the page says (`isFirst`).
 */
export async function* pagesFrom(
  api: CognitoApi,
  listing: Listing,
  from: Cursor | undefined,
  options: CallOptions = {},
): AsyncGenerator<Page> {
  let cursor = from ?? BEGINNING
  for (;;) {
    const { token, restarts, circle } = cursor
    let answer: JsonObject
    try {
      const input = token === '' ? listing.input : { ...listing.input, [listing.token]: token }
      answer = await api.call(listing.operation, input, options)
    } catch (error) {
      if (token === '' || restarts >= RESTARTS || !isTokenRefused(error)) throw error
      cursor = { ...BEGINNING, restarts: restarts + 1 }
      continue
    }
    const page = readPage(listing, answer)
    const isLast = page.token === ''
    const next = { token: page.token, restarts, circle: remember(circle, page.token) }
    yield { items: page.items, next: isLast ? undefined : next, isFirst: token === '' }
    if (isLast) return
    if (page.token === circle.remembered)
      throw new CognitoError(listing.operation, 'ListingDoesNotAdvance', 'pages lead in a circle', 'refused')
    cursor = next
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

/** That a token has come before shows sooner or later from the memory of one: that of the last power of two. */
function remember({ remembered, seen, next }: Circle, token: string): Circle {
  return seen + 1 === next
    ? { remembered: token, seen: seen + 1, next: next * 2 }
    : { remembered, seen: seen + 1, next }
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
