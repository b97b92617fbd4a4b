import { canonicalBody, object, text } from '../cognito/canonical-body.js'
import { listTags } from '../cognito/resources/tags.js'
import { type JsonObject, type JsonValue, sameJson } from '../model/canonical.js'
import { kindWrittenBy, type Written } from './operation-kinds.js'
import {
  DRIFTED,
  GONE,
  inEffect,
  type Performed,
  type PerformContext,
  refused,
  type ResolvedOperation,
} from './perform.js'

/**
 * Changes some members of what lives: it is read, compared with what the plan saw, and written back with the patch laid
 * over it, because an Update operation resets what its request omits.
 */
export async function performPatch(
  operation: ResolvedOperation,
  context: PerformContext,
): Promise<Performed> {
  const kind = kindWrittenBy(operation.operation)
  const { input, expects } = operation
  // Ids that were filled in may belong elsewhere in a set.
  const patch = canonicalBody(operation.patch ?? {})
  try {
    const found = await kind?.find(context.api, input, context.fetchImage)
    if (found === undefined || kind === undefined) return GONE
    const request = kind.updateRequest(canonicalBody(found))
    const members = Object.entries(patch)
    if (members.every(([member, value]) => sameJson(request[member] ?? null, value))) return inEffect(context)
    const isExpected = ([member, value]: [string, JsonObject[string]]): boolean =>
      sameJson(request[member] ?? null, expects?.[member] ?? null) || sameJson(request[member] ?? null, value)
    if (expects !== undefined && !members.every(isExpected)) return DRIFTED
    const merged = Object.entries({ ...request, ...patch }).filter(([, value]) => value !== null)
    const body = { ...Object.fromEntries(merged), ...input }
    await context.api.call(operation.operation, body, { signal: context.signal })
    return { outcome: 'done', ...(await whatWasKept(kind, context, input, patch)) }
  } catch (error) {
    return await refused(error, context)
  }
}

/** Lists to which an update may add what it is given, rather than replace them by it. */
const MERGED = ['Assets', 'IdentityPoolTags']

/** Some update operations keep what their request omits, whatever it is that one wants to be rid of. */
async function whatWasKept(
  kind: Written,
  { api, fetchImage }: PerformContext,
  input: JsonObject,
  patch: JsonObject,
): Promise<Pick<Performed, 'note'>> {
  const takesAway = ([member, value]: [string, JsonValue]): boolean =>
    value === null || MERGED.includes(member)
  const taken = Object.entries(patch).filter(takesAway)
  if (taken.length === 0) return {}
  const found = await kind.find(api, input, fetchImage)
  const now = found === undefined ? {} : kind.updateRequest(canonicalBody(found))
  const kept = taken
    .filter(([member, value]) => !sameJson(now[member] ?? null, value))
    .map(([member]) => member)
  return kept.length === 0 ? {} : { note: { code: 'setting-kept', detail: kept.join(', ') } }
}

/** Sets tags of the pool; TagResource leaves all others. */
export async function performTags(operation: ResolvedOperation, context: PerformContext): Promise<Performed> {
  const { input, expects = {} } = operation
  try {
    const current = await listTags(context.api, text(input, 'ResourceArn'))
    const wanted = Object.entries(object(input, 'Tags') ?? {})
    const isSet = ([key, value]: [string, JsonValue]): boolean => sameJson(current[key] ?? null, value)
    if (wanted.every(isSet)) return inEffect(context)
    if (!wanted.every((tag) => isSet(tag) || sameJson(current[tag[0]] ?? null, expects[tag[0]] ?? null)))
      return DRIFTED
    await context.api.call(operation.operation, input, { signal: context.signal })
    return { outcome: 'done' }
  } catch (error) {
    return await refused(error, context)
  }
}
