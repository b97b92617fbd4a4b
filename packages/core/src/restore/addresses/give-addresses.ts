import { isException } from '../../cognito/cognito-api.js'
import { objects, text } from '../../cognito/canonical-body.js'
import { attributesOf } from '../../diff/user-view.js'
import type { JsonObject } from '../../model/canonical.js'
import { type Performed, type PerformContext, refused, type ResolvedOperation } from '../perform.js'
import { ALIASES, FLAG_OF, placeholderOf } from './placeholder.js'

/**
 * Writes attributes of which somebody else holds an address by now: everything but what is held, so that one address does
 * not keep back all else.
 */
export async function withoutHeldAddresses(
  operation: ResolvedOperation,
  context: PerformContext,
): Promise<Performed> {
  const wanted = attributesOf({ Attributes: objects(operation.input, 'UserAttributes') })
  const addresses = ALIASES.filter((name) => wanted.has(name))
  const flags = addresses.flatMap((name) => FLAG_OF[name] ?? [])
  const rest = [...wanted].filter(([name]) => ![...addresses, ...flags].some((held) => held === name))
  const held: string[] = []
  try {
    if (rest.length > 0) await write(operation, new Map(rest), context)
    for (const name of addresses) {
      if (await tryToGive(name, wanted.get(name) ?? '', operation, context)) continue
      held.push(name)
    }
  } catch (error) {
    return await refused(error, context)
  }
  if (held.length === 0) return { outcome: 'done' }
  return {
    outcome: 'conflict',
    reason: 'somebody else has the address now',
    note: { code: 'address-held', detail: held.join(', ') },
  }
}

/** The address that an operation gives to whoever still has the placeholder of it; `undefined` for any other operation. */
export function settledAddress({ expects = {} }: ResolvedOperation, sub: string): string | undefined {
  return ALIASES.find((name) => expects[name] === placeholderOf(name, sub))
}

/**
 * Gives a user the own address, if the placeholder is still there: whatever kept all else back does not keep back that.
 * Whoever has any address by now has nothing to be settled.
 */
export async function settleAddress(
  name: string,
  operation: ResolvedOperation,
  current: JsonObject,
  context: PerformContext,
): Promise<Performed> {
  const has = attributesOf(current)
  if (has.get(name) !== placeholderOf(name, has.get('sub') ?? '')) return { outcome: 'already' }
  const wanted = attributesOf({ Attributes: objects(operation.input, 'UserAttributes') })
  const flag = FLAG_OF[name] ?? ''
  if (!(await tryToGive(name, wanted.get(name) ?? '', operation, context))) {
    return {
      outcome: 'conflict',
      reason: 'somebody else has the own address of the user now',
      note: { code: 'address-released', detail: name },
    }
  }
  if (wanted.get(flag) === 'false') await write(operation, new Map([[flag, 'false']]), context)
  return { outcome: 'done' }
}

/** Whether the address could be given: not when somebody else has it. */
async function tryToGive(
  name: string,
  value: string,
  operation: ResolvedOperation,
  context: PerformContext,
): Promise<boolean> {
  const flag = FLAG_OF[name]
  try {
    // With its flag, or a code would be sent to it.
    await write(
      operation,
      new Map([[name, value], ...(flag === undefined ? [] : [[flag, 'true'] as const])]),
      context,
    )
    return true
  } catch (error) {
    if (isException(error, 'AliasExistsException')) return false
    throw error
  }
}

async function write(
  { operation, input }: ResolvedOperation,
  values: ReadonlyMap<string, string>,
  { api, signal }: PerformContext,
): Promise<void> {
  const UserAttributes = [...values].map(([Name, Value]) => ({ Name, Value }))
  await api.call(
    operation,
    { UserPoolId: text(input, 'UserPoolId'), Username: text(input, 'Username'), UserAttributes },
    { signal },
  )
}
