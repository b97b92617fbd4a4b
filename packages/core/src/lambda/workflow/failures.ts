import { CodedError } from '../../model/errors.js'
import type { Call } from './call.js'
import { toCoded } from './thrown.js'

/** What went wrong in parts of a work that do not keep each other from being done. */
export interface Failures {
  /** Does a part; that it fails is noted. */
  readonly during: <T>(poolId: string | undefined, part: () => Promise<T>) => Promise<T | undefined>
  readonly add: (poolId: string | undefined, error: unknown) => void
  /** @throws CodedError with the code and hint of the first, and all of them in its message; once each */
  readonly throwAny: () => void
}

export function createFailures({ vaults, log }: Pick<Call, 'vaults' | 'log'>): Failures {
  const found = new Map<string, { readonly line: string; readonly error: CodedError }>()

  function add(poolId: string | undefined, thrown: unknown): void {
    const error = toCoded(thrown, vaults.context.signal)
    const line = `${poolId === undefined ? '' : `${poolId}: `}${error.message}`
    if (found.has(line)) return
    found.set(line, { line, error })
    log('ERROR', { code: 'part.failed', poolId, error: error.code, message: error.message })
  }

  return {
    add,
    during: async (poolId, part) => {
      try {
        return await part()
      } catch (error) {
        add(poolId, error)
        return undefined
      }
    },
    throwAny: () => {
      const all = [...found.values()]
      const [first] = all
      if (first === undefined) return
      const { code, hint } = first.error
      const lines = all.length === 1 ? [first.line] : all.map(({ line, error }) => `${line} (${error.code})`)
      const given = hint === undefined ? {} : { hint }
      throw new CodedError(code, lines.join('\n'), { ...given, cause: first.error })
    },
  }
}
