import { CodedError } from '../../src/model/errors.js'
import {
  createFaultyStore,
  type Fault,
  type FaultEffect,
  type StoreMethod,
} from '../../src/storage/faulty/faulty-store.js'
import type { ObjectStore } from '../../src/storage/object-store.js'

/** One thing that goes wrong at one call. */
export interface Strike {
  readonly method: StoreMethod
  /** Which call of the method for a key of that kind, from 1: those of another kind may come more or less often. */
  readonly call: number
  /** The object or the prefix that the call was for when nothing went wrong. */
  readonly key: string
  readonly effect: 'fails' | 'fails after having taken effect' | `flips a bit of the ${Place} byte`
}

type Place = 'first' | 'middle' | 'last'
const PLACES: readonly Place[] = ['first', 'middle', 'last']

/** The calls that a command makes of a store, in order. */
export interface Calls {
  readonly store: ObjectStore
  readonly all: { method: StoreMethod; key: string; bytes: number }[]
}

export function watchCalls(inner: ObjectStore): Calls {
  const all: Calls['all'] = []
  const note = (method: StoreMethod, key: string): Calls['all'][number] => {
    const call = { method, key, bytes: 0 }
    all.push(call)
    return call
  }
  return {
    all,
    store: {
      ...inner,
      putIfAbsent: (key, bytes) => (note('putIfAbsent', key), inner.putIfAbsent(key, bytes)),
      get: async (key) => {
        const call = note('get', key)
        const bytes = await inner.get(key)
        call.bytes = bytes?.byteLength ?? 0
        return bytes
      },
      head: (key) => (note('head', key), inner.head(key)),
      list: (prefix, after) => (note('list', prefix), inner.list(prefix, after)),
      delete: (key) => (note('delete', key), inner.delete(key)),
    },
  }
}

/**
 * Everything that can go wrong once with these calls. Of what is read first of its kind a bit is flipped at either end and in the
 * middle, of the others of that kind at one of these places each, by turns.
 */
export function strikesOf({ all }: Calls): Strike[] {
  const counts = new Map<string, number>()
  const kinds = new Set<string>()
  return all.flatMap(({ method, key, bytes }) => {
    const kind = kindOf(key)
    const call = (counts.get(`${method} ${kind}`) ?? 0) + 1
    counts.set(`${method} ${kind}`, call)
    const places = kinds.has(kind) ? [PLACES[call % PLACES.length]!] : PLACES
    if (bytes > 0) kinds.add(kind)
    const flips = bytes === 0 ? [] : places.map((place) => `flips a bit of the ${place} byte` as const)
    // Whatever only looks at one object has no effect.
    const after = method === 'get' || method === 'head' ? [] : (['fails after having taken effect'] as const)
    const effects = ['fails', ...after, ...flips] as const
    return effects.map((effect) => ({ method, call, key, effect }))
  })
}

/** Whether it is what was read that is wrong, and not that an answer failed to come. */
export function isFlip({ effect }: Strike): boolean {
  return effect.startsWith('flips')
}

/** Objects of one kind differ in their keys by numbers, ids and names, which have a digit or a capital letter or are two hexadecimal digits. */
function kindOf(key: string): string {
  return key
    .split('/')
    .map((part) => (/[0-9A-Z]|^[a-f]{2}$/.test(part) ? part.replace(/^.*?(\.json)?$/, '*$1') : part))
    .join('/')
}

/** Entries of a lease are as many as it took time, those of a journal as operations did not end at once: another run may have fewer. */
export function mayNotCome({ key }: Strike): boolean {
  return /^leases|\/journal\/[^/]+\/\d/.test(key)
}

/** The store with that strike, and whether it has come. */
export function struck(inner: ObjectStore, strike: Strike): { store: ObjectStore; hasCome: () => boolean } {
  const isLike = (key: string): boolean => kindOf(key) === kindOf(strike.key)
  const fault: Fault = {
    method: strike.method,
    call: strike.call,
    keys: isLike,
    effect: effectOf(strike),
  }
  const calls = watchCalls(createFaultyStore(inner, [fault]))
  return {
    hasCome: () =>
      calls.all.filter(({ method, key }) => method === strike.method && isLike(key)).length >= strike.call,
    store: calls.store,
  }
}

function effectOf({ effect, call }: Strike): FaultEffect {
  const error = new CodedError('STORAGE_FAILED', 'the store did not answer in time')
  if (effect === 'fails') return { kind: 'error-before', error }
  if (effect === 'fails after having taken effect') return { kind: 'error-after', error }
  const place = PLACES.findIndex((one) => effect.includes(one))
  // Another bit each time: some turn a digit into another, some a digit into a quotation mark.
  const bit = (call * 3) % 8
  return {
    kind: 'flip-bit',
    offset: (bytes) => [0, bytes >> 1, bytes - 1][place]! * 8 + bit,
  }
}
