import fc from 'fast-check'
import { isObject, type JsonObject, type JsonValue } from '../../src/model/canonical.js'

/** How many pools a property is tried on: few where everything is tested, more where there is time. */
const pools = Number(process.env['COGNITO_VAULT_POOLS'] ?? 12)
/** The same pools every time, unless another seed is asked for. */
const seed = Number(process.env['COGNITO_VAULT_SEED'] ?? 2026)

/** How many properties are tried at the same time, so that one works while another waits. */
const LANES = 3
/** How often a value that fails is tried with a part left out. */
const TRIALS = 120

/** Time enough for all runs, and for making a failure small. */
export const TIMEOUT_MS = 150_000 + pools * 4_000

/**
 * Tries a property on generated values, as many as the environment says or a share of that, a few at a time. A value
 * that fails is shown with whatever could be left out left out, and with what brings it back.
 */
export async function tryOn<T extends object>(
  values: fc.Arbitrary<T>,
  property: (value: T) => Promise<void>,
  share = 1,
): Promise<void> {
  const numRuns = Math.ceil((pools * share) / LANES)
  const tried = await Promise.all(
    Array.from({ length: LANES }, (_, lane) =>
      fc.check(fc.asyncProperty(values, property), { seed: seed + lane, numRuns, endOnFailure: true }),
    ),
  )
  const failure = tried.find(({ failed }) => failed)
  if (failure === undefined) return
  const [value] = failure.counterexample!
  const { smallest, cause } = await leaveOut(value, property, failure.errorInstance)
  throw new Error(
    [
      `pool ${failure.numRuns} of the seed ${failure.seed} (COGNITO_VAULT_SEED=${failure.seed}): ${messageOf(cause)}`,
      JSON.stringify(smallest, null, 1),
    ].join('\n'),
    { cause },
  )
}

/** The value without the parts that make no difference to its failing, the largest parts first. */
async function leaveOut<T extends object>(
  value: T,
  property: (value: T) => Promise<void>,
  error: unknown,
): Promise<{ smallest: T; cause: unknown }> {
  let [smallest, cause, trials] = [value, error, 0]
  for (let depth = 1; depth <= 6; depth++) {
    for (const path of pathsAt(smallest as unknown as JsonObject, depth).reverse()) {
      if (trials++ >= TRIALS) return { smallest, cause }
      const smaller = withoutPart(smallest as unknown as JsonObject, path) as T
      try {
        await property(smaller)
      } catch (failure) {
        // Another failure is another story.
        if (messageOf(failure) === messageOf(error)) [smallest, cause] = [smaller, failure]
      }
    }
  }
  return { smallest, cause }
}

/** What failed, without what differs from run to run: ids. */
function messageOf(error: unknown): string {
  return String(error instanceof Error ? error.message : error).replace(/\(\d+\)/gu, '')
}

type Path = readonly (string | number)[]

/** The parts at a depth that may be left out: members of structures, entries of lists. */
function pathsAt(value: JsonValue | undefined, depth: number, path: Path = []): Path[] {
  if (depth === 0) return value === undefined ? [] : [path]
  if (Array.isArray(value)) return value.flatMap((item, place) => pathsAt(item, depth - 1, [...path, place]))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([member, item]) => pathsAt(item, depth - 1, [...path, member]))
}

/** A list that is left out is empty; all else is absent. */
function withoutPart(value: JsonValue, [step, ...rest]: Path): JsonValue {
  if (step === undefined) return value
  if (Array.isArray(value)) {
    if (rest.length === 0) return value.filter((_, place) => place !== step)
    return value.map((item, place) => (place === step ? withoutPart(item, rest) : item))
  }
  if (!isObject(value)) return value
  const part = value[step]
  if (rest.length > 0) return part === undefined ? value : { ...value, [step]: withoutPart(part, rest) }
  if (Array.isArray(part) && part.length > 0) return { ...value, [step]: [] }
  return Object.fromEntries(Object.entries(value).filter(([member]) => member !== step))
}
