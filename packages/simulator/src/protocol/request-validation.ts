import { isJsonObject, type JsonObject, type JsonValue } from '../json.js'
import { invalidParameter, ServiceError } from '../service-error.js'
import { modelOf } from './api-model.js'
import type { ApiModel, Shape } from './api-shapes.js'

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/u

const compiledPatterns = new Map<string, RegExp>()

/** The model's patterns are Java's; they match the whole value and know Unicode properties. */
export function compilePattern(pattern: string): RegExp {
  let compiled = compiledPatterns.get(pattern)
  if (compiled === undefined) {
    const dotAll = pattern.startsWith('(?s)')
    compiled = new RegExp(`^(?:${dotAll ? pattern.slice(4) : pattern})$`, dotAll ? 'us' : 'u')
    compiledPatterns.set(pattern, compiled)
  }
  return compiled
}

/** Where shapes are looked up, and what is wrong with the request so far. */
interface Findings {
  readonly shapes: ApiModel['shapes']
  readonly failures: string[]
}

/**
 * Checks a request against the constraints of its operation's input and returns it without null members, which
 * the protocol treats as absent. Members that the model does not know are kept: the service is newer than the
 * model. Values are never echoed, because some of them are secrets.
 */
export function validateRequest(operation: string, body: JsonObject): JsonObject {
  const { model, name } = modelOf(operation)
  const known = model.operations[name]
  if (known === undefined)
    throw new ServiceError('UnknownOperationException', `Unknown operation ${operation}`)
  const failures: string[] = []
  const checked = check(body, known.input, '', { shapes: model.shapes, failures })
  if (failures.length > 0) {
    const noun = failures.length === 1 ? 'error' : 'errors'
    throw invalidParameter(`${failures.length} validation ${noun} detected: ${failures.join('; ')}`)
  }
  return checked as JsonObject
}

function check(value: JsonValue, shapeName: string, path: string, found: Findings): JsonValue {
  // A document is any JSON, nulls included.
  if (shapeName === 'Document') return value
  const shape = found.shapes[shapeName]
  if (shape === undefined) return value
  switch (shape.type) {
    case 'structure':
      return checkStructure(value, shape, path, found)
    case 'list':
      return checkList(value, shape, path, found)
    case 'map':
      return checkMap(value, shape, path, found)
    case 'string':
      return checkString(value, shape, path, found)
    case 'integer':
    case 'long':
      if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(path, 'an integer')
      checkRange(value, shape, path, 'value', found)
      return value
    case 'blob':
      return checkBlob(value, shape, path, found)
    case 'boolean':
      if (typeof value !== 'boolean') throw wrongType(path, 'a boolean')
      return value
    default:
      return value
  }
}

function checkStructure(value: JsonValue, shape: Shape, path: string, found: Findings): JsonValue {
  if (!isJsonObject(value)) throw wrongType(path, 'a structure')
  const result: JsonObject = {}
  for (const name of shape.required ?? []) {
    if (value[name] === undefined || value[name] === null) {
      found.failures.push(
        `Value at '${join(path, name)}' failed to satisfy constraint: Member must not be null`,
      )
    }
  }
  for (const [name, member] of Object.entries(value)) {
    if (member === null || member === undefined) continue
    const memberShape = shape.members?.[name]
    result[name] = memberShape === undefined ? member : check(member, memberShape, join(path, name), found)
  }
  return result
}

function checkList(value: JsonValue, shape: Shape, path: string, found: Findings): JsonValue {
  if (!Array.isArray(value)) throw wrongType(path, 'a list')
  checkRange(value.length, shape, path, 'length', found)
  const member = shape.member
  if (member === undefined) return value
  return value.map((item, index) => check(item, member, `${path}.${index + 1}.member`, found))
}

function checkMap(value: JsonValue, shape: Shape, path: string, found: Findings): JsonValue {
  if (!isJsonObject(value)) throw wrongType(path, 'a map')
  checkRange(Object.keys(value).length, shape, path, 'length', found)
  const result: JsonObject = {}
  for (const [key, item] of Object.entries(value)) {
    if (item === null || item === undefined) continue
    if (shape.key !== undefined) check(key, shape.key, `${path}.key`, found)
    result[key] = shape.value === undefined ? item : check(item, shape.value, `${path}.value`, found)
  }
  return result
}

function checkString(value: JsonValue, shape: Shape, path: string, found: Findings): JsonValue {
  if (typeof value !== 'string') throw wrongType(path, 'a string')
  checkRange(value.length, shape, path, 'length', found)
  if (shape.pattern !== undefined && !compilePattern(shape.pattern).test(value)) {
    found.failures.push(
      `Value at '${path}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${shape.pattern}`,
    )
  }
  if (shape.enum !== undefined && !shape.enum.includes(value)) {
    found.failures.push(
      `Value at '${path}' failed to satisfy constraint: Member must satisfy enum value set: [${shape.enum.join(', ')}]`,
    )
  }
  return value
}

function checkBlob(value: JsonValue, shape: Shape, path: string, found: Findings): JsonValue {
  if (typeof value !== 'string' || !BASE64.test(value)) throw wrongType(path, 'base64')
  checkRange(Buffer.byteLength(value, 'base64'), shape, path, 'length', found)
  return value
}

function checkRange(size: number, shape: Shape, path: string, what: string, found: Findings): void {
  if (shape.min !== undefined && size < shape.min) {
    found.failures.push(
      `Value at '${path}' failed to satisfy constraint: Member must have ${what} greater than or equal to ${shape.min}`,
    )
  }
  if (shape.max !== undefined && size > shape.max) {
    found.failures.push(
      `Value at '${path}' failed to satisfy constraint: Member must have ${what} less than or equal to ${shape.max}`,
    )
  }
}

/** The service names members in errors with a small first letter. */
function join(path: string, member: string): string {
  const name = member.charAt(0).toLowerCase() + member.slice(1)
  return path === '' ? name : `${path}.${name}`
}

function wrongType(path: string, expected: string): ServiceError {
  return new ServiceError('SerializationException', `Value at '${path}' is not ${expected}`)
}
