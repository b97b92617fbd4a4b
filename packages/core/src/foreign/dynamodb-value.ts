import { isObject, type JsonObject, type JsonValue } from '../model/canonical.js'

/** An item as DynamoDB's API and its exports write it, as plain JSON; `undefined` for what is no item. */
export function plainItem(item: unknown): JsonObject | undefined {
  if (!isObject(item)) return undefined
  try {
    return plainMembers(item)
  } catch {
    return undefined
  }
}

function plainMembers(members: JsonObject): JsonObject {
  // Not by assignment: an attribute may be called `__proto__`.
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, plainValue(value)]))
}

/** Numbers that JavaScript cannot hold stay text; bytes are base64. */
function plainValue(value: JsonValue): JsonValue {
  const [typed, ...others] = Object.entries(isObject(value) ? value : {})
  if (typed === undefined || others.length > 0) throw new Error('an attribute value has one type')
  const [type, inner] = typed
  if (type === 'S' || type === 'BOOL') return inner
  if (type === 'NULL') return null
  if (type === 'N') return plainNumber(inner)
  if (type === 'L' && Array.isArray(inner)) return inner.map(plainValue)
  if (type === 'M' && isObject(inner)) return plainMembers(inner)
  if (type === 'SS' || type === 'BS') return (inner as unknown[]).map(textOf)
  if (type === 'NS') return (inner as unknown[]).map(plainNumber)
  if (type === 'B') return textOf(inner)
  throw new Error('an attribute value of a type that is not known')
}

function plainNumber(value: unknown): JsonValue {
  const text = textOf(value)
  const number = Number(text)
  return String(number) === text ? number : text
}

function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (typeof value !== 'string') throw new Error('an attribute value is no text')
  return value
}
