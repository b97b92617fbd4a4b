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
 * Gives a user the own address, if the placeholder is still there: whatever kept all else back does not keep back that. Where
 * somebody else has it, what the user had before, if that is free.
 * Whoever has any address by now has nothing to be settled.
 */
export async function settleAddress(
  name: string,
  operation: ResolvedOperation,
  current: JsonObject,
  context: PerformContext,
): Promise<Performed> {
  const has = attributesOf(current)
  const wanted = attributesOf({ Attributes: objects(operation.input, 'UserAttributes') })
  const flag = FLAG_OF[name] ?? ''
  if (has.get(name) !== placeholderOf(name, has.get('sub') ?? '')) {
    // The run may have been cut off between giving an address and saying that it is not verified.
    const isHalf = context.inDoubt && has.get(name) === wanted.get(name) && has.get(flag) !== wanted.get(flag)
    if (!isHalf || wanted.get(flag) !== 'false') return { outcome: 'already' }
    await write(operation, new Map([[flag, 'false']]), context)
    return { outcome: 'done' }
  }
  if (await give(name, wanted, operation, context)) return { outcome: 'done' }
  const reason = 'somebody else has the own address of the user now'
  // Whoever was to get what the user had may not have got it either: then the user is no worse off than before.
  const hasBack = await give(name, addressBefore(name, operation), operation, context)
  // What kept the own address back the first time was told then.
  if (hasBack) return { outcome: 'conflict', reason }
  return { outcome: 'conflict', reason, note: { code: 'address-released', detail: name } }
}

/** Under which an operation that settles an address has what the user had before it was released. */
export function before(name: string): string {
  return `${name} before`
}

function addressBefore(name: string, { expects = {} }: ResolvedOperation): ReadonlyMap<string, string> {
  const flag = FLAG_OF[name]
  const members = flag === undefined ? [name] : [name, flag]
  return new Map(
    members.flatMap((member) => {
      const value = text(expects, before(member))
      return value === '' ? [] : [[member, value]]
    }),
  )
}

/** Whether an address could be given, as verified as it is to be. */
async function give(
  name: string,
  values: ReadonlyMap<string, string>,
  operation: ResolvedOperation,
  context: PerformContext,
): Promise<boolean> {
  const address = values.get(name)
  if (address === undefined || !(await tryToGive(name, address, operation, context))) return false
  const flag = FLAG_OF[name]
  if (flag !== undefined && values.get(flag)?.toLowerCase() !== 'true')
    await write(operation, new Map([[flag, 'false']]), context)
  return true
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
