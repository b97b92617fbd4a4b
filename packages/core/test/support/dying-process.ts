import type { CognitoApi } from '../../src/cognito/cognito-api.js'
import type { ObjectStore } from '../../src/storage/object-store.js'

/** When a process dies around one of its calls to Cognito. */
export const DEATHS = ['before it is sent', 'before its answer', 'before the journal has it'] as const
export type Death = (typeof DEATHS)[number]

/** The end of a process: whatever it asks for afterwards never happens. */
export class ProcessDied extends Error {}

/** A process that dies at one of its calls: the port to Cognito and the store as it sees them. */
export interface DyingProcess {
  /** The operations that were called, in order. */
  readonly calls: string[]
  readonly dead: boolean
  readonly wrapApi: (api: CognitoApi) => CognitoApi
  readonly wrapStore: (store: ObjectStore) => ObjectStore
}

/** A process that dies around its n-th call to Cognito (counted from 1), or never. */
export function dyingAtCall(n: number, death: Death): DyingProcess {
  return dyingWhen((calls) => calls.length === n, death)
}

/** A process that dies around its first call of an operation. */
export function dyingAtOperation(operation: string, death: Death): DyingProcess {
  return dyingWhen((calls) => calls.at(-1) === operation, death)
}

function dyingWhen(isTime: (calls: readonly string[]) => boolean, death: Death): DyingProcess {
  const process = { dead: false, calls: [] as string[] }
  return {
    calls: process.calls,
    get dead() {
      return process.dead
    },
    wrapApi: (api) => ({
      ...api,
      call: async (operation, input, options) => {
        if (process.dead) throw new ProcessDied()
        process.calls.push(operation)
        const isLast = isTime(process.calls)
        if (isLast && death === 'before it is sent') {
          await options?.beforeSend?.()
          process.dead = true
          throw new ProcessDied()
        }
        const answer = await api.call(operation, input, options)
        if (isLast) process.dead = true
        if (isLast && death === 'before its answer') throw new ProcessDied()
        return answer
      },
    }),
    wrapStore: (store) => mortal(store, process),
  }
}

/** A process that dies before its n-th write to the vault (counted from 1). */
export function dyingAtWrite(n: number): DyingProcess {
  const process = { dead: false, calls: [] as string[] }
  let writes = 0
  return {
    calls: process.calls,
    get dead() {
      return process.dead
    },
    wrapApi: (api) => ({
      ...api,
      call: async (operation, input, options) => {
        if (process.dead) throw new ProcessDied()
        process.calls.push(operation)
        return api.call(operation, input, options)
      },
    }),
    wrapStore: (store) => {
      const inner = mortal(store, process)
      return {
        ...inner,
        putIfAbsent: async (key, bytes) => {
          if (++writes === n) process.dead = true
          return inner.putIfAbsent(key, bytes)
        },
      }
    },
  }
}

function mortal(store: ObjectStore, process: { readonly dead: boolean }): ObjectStore {
  const live = (): void => {
    if (process.dead) throw new ProcessDied()
  }
  return {
    url: store.url,
    putIfAbsent: async (key, bytes) => (live(), store.putIfAbsent(key, bytes)),
    get: async (key) => (live(), store.get(key)),
    head: async (key) => (live(), store.head(key)),
    list: (prefix, after) => (live(), store.list(prefix, after)),
    delete: async (key) => (live(), store.delete(key)),
  }
}
