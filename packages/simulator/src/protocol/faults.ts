/** What goes wrong with a call. */
export type Fault =
  /** TooManyRequestsException, before the call has any effect. */
  | { readonly kind: 'throttle' }
  /** Any error of any status, before the call has any effect. */
  | { readonly kind: 'error'; readonly code: string; readonly message?: string; readonly status?: number }
  /** The connection is destroyed before the call has any effect. */
  | { readonly kind: 'drop-before' }
  /** The call has its effect; the connection is destroyed instead of an answer. */
  | { readonly kind: 'drop-after' }
  /** No answer until the client or the simulator gives up; without or with the effect. */
  | { readonly kind: 'hang-before' }
  | { readonly kind: 'hang-after' }
  /** The normal answer, this many milliseconds later. */
  | { readonly kind: 'slow'; readonly milliseconds: number }

/** Which calls something applies to. Without `nth` and `every`: all. */
export interface CallSelector {
  /** An operation's name; all operations if left out. */
  readonly operation?: string
  /** The n-th matching call from now, counted from 1. */
  readonly nth?: number
  /** Every n-th matching call from now. */
  readonly every?: number
  /** At most so many times. `nth` alone applies once. */
  readonly times?: number
  /** Only calls whose body passes. */
  readonly matching?: (body: Readonly<Record<string, unknown>>) => boolean
}

/** What a hook sees of a call. */
export interface HookedCall {
  readonly operation: string
  readonly body: Readonly<Record<string, unknown>>
  /** Counted from 1 among the calls that the hook's selector matches. */
  readonly number: number
}

/** A callback around a call; it may change the pools through `seed`. */
export type Hook = (call: HookedCall) => void | Promise<void>

/** Faults and hooks by script. Each adder returns a function that takes it back. */
export interface Faults {
  add(fault: CallSelector & Fault): () => void
  /** Runs before the call has any effect. */
  before(selector: CallSelector, hook: Hook): () => void
  /** Runs after the effect, before the answer leaves. */
  after(selector: CallSelector, hook: Hook): () => void
  /** Takes everything back. */
  clear(): void
}

/** What the script says about one call. */
export interface CallPlan {
  readonly faults: readonly Fault[]
  before(): Promise<void>
  after(): Promise<void>
}

/** The script as the server consults it. */
export interface FaultScript extends Faults {
  /** Counts the call against every entry, and says what applies to it; nothing at all in most cases. */
  plan(operation: string, body: Readonly<Record<string, unknown>>): CallPlan | undefined
}

interface Entry {
  readonly selector: CallSelector
  readonly fault?: Fault
  readonly before?: Hook
  readonly after?: Hook
  seen: number
  applied: number
}

/** Makes an empty script. */
export function createFaults(): FaultScript {
  const entries = new Set<Entry>()
  const add = (entry: Entry): (() => void) => {
    entries.add(entry)
    return () => void entries.delete(entry)
  }
  return {
    add: (fault) => add({ selector: fault, fault, seen: 0, applied: 0 }),
    before: (selector, before) => add({ selector, before, seen: 0, applied: 0 }),
    after: (selector, after) => add({ selector, after, seen: 0, applied: 0 }),
    clear: () => {
      entries.clear()
    },
    plan: (operation, body) => {
      if (entries.size === 0) return undefined
      const applying = [...entries]
        .filter((entry) => applies(entry, operation, body))
        .map((entry) => ({ entry, call: { operation, body, number: entry.seen } }))
      return {
        faults: applying.flatMap(({ entry }) => (entry.fault === undefined ? [] : [entry.fault])),
        before: async () => {
          for (const { entry, call } of applying) await entry.before?.(call)
        },
        after: async () => {
          for (const { entry, call } of applying) await entry.after?.(call)
        },
      }
    },
  }
}

function applies(entry: Entry, operation: string, body: Readonly<Record<string, unknown>>): boolean {
  const { selector } = entry
  if (selector.operation !== undefined && selector.operation !== operation) return false
  if (selector.matching !== undefined && !selector.matching(body)) return false
  entry.seen++
  if (selector.nth !== undefined && entry.seen < selector.nth) return false
  if (selector.every !== undefined && entry.seen % selector.every !== 0) return false
  // `nth` with `times` means: from the n-th on, so many times in a row.
  const times = selector.times ?? (selector.nth !== undefined && selector.every === undefined ? 1 : Infinity)
  if (entry.applied >= times) return false
  entry.applied++
  return true
}
