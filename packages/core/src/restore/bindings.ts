import {
  knownName,
  membersIn,
  POOL_ARN_REF,
  POOL_PROVIDER_REF,
  POOL_REF,
  refIn,
} from '../cognito/operation.js'
import { providerNameOf } from '../cognito/resources/identity-pool-providers.js'
import { isObject, type JsonObject, type JsonValue } from '../model/canonical.js'
import { CodedError } from '../model/errors.js'

/** The ids that a run knows: those it was given, and those that the service gave to what it made. */
export interface Bindings {
  get(name: string): string | undefined
  bind(values: Readonly<Record<string, string>>): void
  /** A view in which a step's own ids are found too, and forgotten with the step. */
  forStep(values: Readonly<Record<string, string>>): Bindings
}

export interface GivenBindings {
  readonly runId: string
  readonly pool: { readonly id: string; readonly arn: string } | undefined
  readonly poolName: string | undefined
  /** A new password that the pool's policy accepts and that nobody will ever know. */
  readonly newPassword: () => string
}

export function createBindings(given: GivenBindings): Bindings {
  const known = new Map<string, string>([['run', given.runId]])
  if (given.pool !== undefined) known.set(POOL_REF, given.pool.id).set(POOL_ARN_REF, given.pool.arn)
  if (given.poolName !== undefined) known.set('poolName', given.poolName)

  function get(name: string): string | undefined {
    if (name === 'random-password') return given.newPassword()
    if (name.startsWith('temporary-name/')) return `${given.runId} ${name.slice('temporary-name/'.length)}`
    const pool = name === POOL_PROVIDER_REF ? known.get(POOL_REF) : undefined
    return pool === undefined ? known.get(name) : providerNameOf(pool)
  }

  return {
    get,
    bind: (values) => {
      for (const [name, value] of Object.entries(values)) known.set(name, value)
    },
    forStep: (values) => {
      const own = new Map(Object.entries(values))
      const scoped: Bindings = {
        get: (name) => own.get(name) ?? get(name),
        bind: (more) => {
          for (const [name, value] of Object.entries(more)) own.set(name, value)
        },
        forStep: () => scoped,
      }
      return scoped
    },
  }
}

/** The request with every reference filled in. */
export function resolve(input: JsonObject, bindings: Bindings): JsonObject {
  return Object.fromEntries(
    membersIn(input).map(([name, value]) => [
      knownName(name.map((part) => resolveValue(part, bindings))),
      resolveValue(value, bindings),
    ]),
  )
}

function resolveValue(value: JsonValue, bindings: Bindings): JsonValue {
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, bindings))
  if (!isObject(value)) return value
  const name = refIn(value)
  if (name === undefined) return resolve(value, bindings)
  const bound = bindings.get(name)
  if (bound === undefined) {
    throw new CodedError('INTERNAL', `the plan refers to ${name}, which nothing has made`, { value: name })
  }
  return bound
}
