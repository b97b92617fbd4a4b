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
  /** Which call of the method, from 1. */
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

/** Everything that can go wrong once with these calls. */
export function strikesOf({ all }: Calls): Strike[] {
  const counts = new Map<StoreMethod, number>()
  return all.flatMap(({ method, key, bytes }) => {
    const call = (counts.get(method) ?? 0) + 1
    counts.set(method, call)
    const flips = bytes === 0 ? [] : PLACES.map((place) => `flips a bit of the ${place} byte` as const)
    // Whatever only looks at one object has no effect.
    const after = method === 'get' || method === 'head' ? [] : (['fails after having taken effect'] as const)
    const effects = ['fails', ...after, ...flips] as const
    return effects.map((effect) => ({ method, call, key, effect }))
  })
}

/** The store with that strike, and whether it has come. */
export function struck(inner: ObjectStore, strike: Strike): { store: ObjectStore; hasCome: () => boolean } {
  const calls = watchCalls(inner)
  const fault: Fault = { method: strike.method, call: strike.call, effect: effectOf(strike) }
  const before = createFaultyStore(calls.store, [fault])
  let seen = 0
  const counted = <T>(method: StoreMethod, answer: () => T): T => {
    if (method === strike.method) seen++
    return answer()
  }
  return {
    hasCome: () => seen >= strike.call,
    store: {
      ...before,
      putIfAbsent: (key, bytes) => counted('putIfAbsent', () => before.putIfAbsent(key, bytes)),
      get: (key) => counted('get', () => before.get(key)),
      head: (key) => counted('head', () => before.head(key)),
      list: (prefix, after) => counted('list', () => before.list(prefix, after)),
      delete: (key) => counted('delete', () => before.delete(key)),
    },
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
