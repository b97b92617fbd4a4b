import { createHmac } from 'node:crypto'
import type { Clock } from './clock.js'
import { hashText } from './random.js'
import { invalidParameter } from './service-error.js'

/**
 * How full pages are. `ragged`: from time to time short or empty while a token remains, as the service does
 * it; `full`: always full. Or the share of pages that are short and that are empty, each 0 to 1.
 */
export type PagePolicy = 'ragged' | 'full' | { readonly short: number; readonly empty: number }

/** The largest page that any list operation gives. */
export const LARGEST_PAGE = 60

const TOKEN_LIFETIME = 3_600_000

/** One page asked for. */
export interface PageRequest {
  /** What the token is bound to: the operation and its parameters. */
  readonly binding: string
  readonly limit: number | undefined
  readonly token: string | undefined
}

/** One page given. */
export interface Page<Item> {
  readonly items: Item[]
  readonly token?: string
}

interface TokenContent {
  readonly binding: number
  readonly issuedAt: number
  readonly after: string | undefined
  readonly page: number
}

/** Cuts listings into pages and makes the tokens between them. */
export interface Pager {
  /**
   * @param resume gives the items whose key comes after the one given, from the start without one
   * @param keyOf an item's place in the order; unique, so that the next page starts right after it
   */
  page<Item>(
    request: PageRequest,
    resume: (after: string | undefined) => Iterator<Item>,
    keyOf: (item: Item) => string,
  ): Page<Item>
}

/** Makes a pager whose short and empty pages depend on the seed and the place, not on the order of calls. */
export function createPager(clock: Clock, seed: number, policy: PagePolicy): Pager {
  const secret = `simulator-${seed}`
  const shares =
    policy === 'full' ? { short: 0, empty: 0 } : policy === 'ragged' ? { short: 0.15, empty: 0.08 } : policy

  const seal = (content: TokenContent): string => {
    const text = JSON.stringify([content.binding, content.issuedAt, content.page, content.after ?? null])
    const mac = createHmac('sha256', secret).update(text).digest('base64url').slice(0, 16)
    return `${mac}${Buffer.from(text).toString('base64url')}`
  }
  const open = (token: string, binding: number): TokenContent => {
    const text = Buffer.from(token.slice(16), 'base64url').toString()
    const mac = createHmac('sha256', secret).update(text).digest('base64url').slice(0, 16)
    if (mac !== token.slice(0, 16)) throw invalidToken()
    const [bound, issuedAt, page, after] = JSON.parse(text) as [number, number, number, string | null]
    if (bound !== binding || clock.now() - issuedAt > TOKEN_LIFETIME) throw invalidToken()
    return { binding, issuedAt, page, after: after ?? undefined }
  }

  return {
    page: (request, resume, keyOf) => {
      const binding = hashText(request.binding, 0)
      const at = request.token === undefined ? undefined : open(request.token, binding)
      const page = (at?.page ?? 0) + 1
      // 0 is a limit that the model allows; the service then uses its default.
      const limit = request.limit === undefined || request.limit === 0 ? LARGEST_PAGE : request.limit
      const hash = hashText(`${request.binding} ${at?.after ?? ''} ${page}`, seed)
      const size = pageSize(limit, shares, hash)
      const iterator = resume(at?.after)
      const items = []
      let next = iterator.next()
      while (next.done !== true && items.length < size) {
        items.push(next.value)
        next = iterator.next()
      }
      if (next.done === true && !lingers(items.length, shares.empty, hash)) return { items }
      const last = items[items.length - 1]
      const after = last === undefined ? at?.after : keyOf(last)
      return { items, token: seal({ binding, issuedAt: clock.now(), after, page }) }
    },
  }
}

function pageSize(limit: number, shares: { short: number; empty: number }, hash: number): number {
  const draw = (hash >>> 0) / 0x1_0000_0000
  if (draw < shares.empty) return 0
  if (draw < shares.empty + shares.short)
    return Math.max(1, Math.floor(limit * ((draw - shares.empty) / shares.short)))
  return limit
}

/** A listing's last items may come with a token, behind which there is nothing more. */
function lingers(items: number, share: number, hash: number): boolean {
  return items > 0 && 1 - (hash >>> 0) / 0x1_0000_0000 <= share
}

function invalidToken(): Error {
  return invalidParameter('Invalid pagination token')
}
