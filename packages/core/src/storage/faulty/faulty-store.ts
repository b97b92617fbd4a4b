import type { Clock } from '../../model/clock.js'
import { CodedError } from '../../model/errors.js'
import type { ObjectInfo, ObjectStore } from '../object-store.js'

/** What goes wrong: the store's own failure, or the death of the process that calls it. */
export type FaultEffect =
  /** The call fails and does nothing. */
  | { kind: 'error-before'; error: Error }
  /** The call takes effect, then fails all the same. A listing fails after its last object. */
  | { kind: 'error-after'; error: Error }
  | { kind: 'delay'; ms: number; clock: Clock }
  /** The bit at `offset`, counted in bits, of what `get` answers is the other one; of what is so many bytes long, where it depends. */
  | { kind: 'flip-bit'; offset: number | ((bytes: number) => number) }
  /** The process dies before or after the call takes effect: it and every later call throw the error. */
  | { kind: 'crash'; when: 'before' | 'after'; error: Error }

export type StoreMethod = 'putIfAbsent' | 'get' | 'head' | 'list' | 'delete'

export interface Fault {
  method: StoreMethod
  /** Strikes at this call of the method, the first being 1; with `keys`, calls for other keys do not count. */
  call: number
  /** Only keys (of `list`: prefixes) that start with the text, match the expression, or are found to be meant. */
  keys?: string | RegExp | ((key: string) => boolean)
  effect: FaultEffect
}

/** The same store, with what its users must be able to bear: each fault strikes once. For tests. */
export function createFaultyStore(store: ObjectStore, faults: readonly Fault[]): ObjectStore {
  const calls = new Map<Fault, number>()
  let death: { error: Error } | undefined

  function live(): void {
    if (death !== undefined) throw death.error
  }

  function strikes(method: StoreMethod, key: string): FaultEffect[] {
    const effects: FaultEffect[] = []
    for (const fault of faults) {
      if (fault.method !== method || !matches(key, fault.keys)) continue
      const call = (calls.get(fault) ?? 0) + 1
      calls.set(fault, call)
      if (call === fault.call) effects.push(fault.effect)
    }
    return effects
  }

  async function before(effects: readonly FaultEffect[]): Promise<void> {
    for (const effect of effects) {
      if (effect.kind === 'delay') await effect.clock.sleep(effect.ms)
      if (effect.kind === 'error-before') throw effect.error
      if (effect.kind === 'crash' && effect.when === 'before') death ??= { error: effect.error }
      live()
    }
  }

  function after(effects: readonly FaultEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'crash' && effect.when === 'after') death ??= { error: effect.error }
      live()
      if (effect.kind === 'error-after') throw effect.error
    }
    // Whoever died while the call was under way does not see its answer.
    live()
  }

  async function call<T>(
    method: StoreMethod,
    key: string,
    run: () => Promise<T>,
  ): Promise<[T, FaultEffect[]]> {
    live()
    const effects = strikes(method, key)
    await before(effects)
    const answer = await run()
    after(effects)
    return [answer, effects]
  }

  async function* list(prefix: string, from?: string): AsyncGenerator<ObjectInfo> {
    live()
    const effects = strikes('list', prefix)
    await before(effects)
    for await (const info of store.list(prefix, from)) {
      live()
      yield info
    }
    after(effects)
  }

  return {
    url: store.url,
    putIfAbsent: async (key, bytes) =>
      (await call('putIfAbsent', key, () => store.putIfAbsent(key, bytes)))[0],
    async get(key) {
      const [bytes, effects] = await call('get', key, () => store.get(key))
      for (const effect of effects) if (effect.kind === 'flip-bit') flipBit(bytes, effect.offset)
      return bytes
    },
    head: async (key) => (await call('head', key, () => store.head(key)))[0],
    list,
    delete: async (key) => (await call('delete', key, () => store.delete(key)))[0],
    ...(store.prepare === undefined ? {} : { prepare: store.prepare.bind(store) }),
    ...(store.sweep === undefined ? {} : { sweep: store.sweep.bind(store) }),
    ...(store.isWhole === undefined ? {} : { isWhole: store.isWhole.bind(store) }),
    ...(store.retention === undefined ? {} : { retention: store.retention }),
    ...(store.versions === undefined ? {} : { versions: store.versions }),
  }
}

function matches(key: string, keys: Fault['keys']): boolean {
  if (keys === undefined) return true
  if (typeof keys === 'function') return keys(key)
  return typeof keys === 'string' ? key.startsWith(keys) : key.search(keys) >= 0
}

function flipBit(bytes: Uint8Array | undefined, place: number | ((bytes: number) => number)): void {
  const offset = typeof place === 'number' ? place : place(bytes?.byteLength ?? 0)
  const at = offset >> 3
  const byte = bytes?.[at]
  // A fault that hits nothing would let a test pass that tests nothing.
  if (bytes === undefined || byte === undefined)
    throw new CodedError('INTERNAL', 'the bit to flip is not there')
  bytes[at] = byte ^ (1 << (offset & 7))
}
