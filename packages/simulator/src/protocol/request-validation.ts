import { isJsonObject, type JsonObject, type JsonValue } from '../json.js'
import { invalidParameter, ServiceError } from '../service-error.js'
import { apiModel } from './api-model.js'
import type { Shape } from './api-shapes.js'

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

/**
 * Checks a request against the constraints of its operation's input and returns it without null members, which
 * the protocol treats as absent. Members that the model does not know are kept: the service is newer than the
 * model. Values are never echoed, because some of them are secrets.
 */
export function validateRequest(operation: string, body: JsonObject): JsonObject {
  const model = apiModel.operations[operation]
  if (model === undefined)
    throw new ServiceError('UnknownOperationException', `Unknown operation ${operation}`)
  const failures: string[] = []
  const checked = check(body, model.input, '', failures)
  if (failures.length > 0) {
    const noun = failures.length === 1 ? 'error' : 'errors'
    throw invalidParameter(`${failures.length} validation ${noun} detected: ${failures.join('; ')}`)
  }
  return checked as JsonObject
}

function check(value: JsonValue, shapeName: string, path: string, failures: string[]): JsonValue {
  // A document is any JSON, nulls included.
  if (shapeName === 'Document') return value
  const shape = apiModel.shapes[shapeName]
  if (shape === undefined) return value
  switch (shape.type) {
    case 'structure':
      return checkStructure(value, shape, path, failures)
    case 'list':
      return checkList(value, shape, path, failures)
    case 'map':
      return checkMap(value, shape, path, failures)
    case 'string':
      return checkString(value, shape, path, failures)
    case 'integer':
    case 'long':
      if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(path, 'an integer')
      checkRange(value, shape, path, 'value', failures)
      return value
    case 'blob':
      return checkBlob(value, shape, path, failures)
    case 'boolean':
      if (typeof value !== 'boolean') throw wrongType(path, 'a boolean')
      return value
    default:
      return value
  }
}

function checkStructure(value: JsonValue, shape: Shape, path: string, failures: string[]): JsonValue {
  if (!isJsonObject(value)) throw wrongType(path, 'a structure')
  const result: JsonObject = {}
  for (const name of shape.required ?? []) {
    if (value[name] === undefined || value[name] === null) {
      failures.push(`Value at '${join(path, name)}' failed to satisfy constraint: Member must not be null`)
    }
  }
  for (const [name, member] of Object.entries(value)) {
    if (member === null || member === undefined) continue
    const memberShape = shape.members?.[name]
    result[name] = memberShape === undefined ? member : check(member, memberShape, join(path, name), failures)
  }
  return result
}

function checkList(value: JsonValue, shape: Shape, path: string, failures: string[]): JsonValue {
  if (!Array.isArray(value)) throw wrongType(path, 'a list')
  checkRange(value.length, shape, path, 'length', failures)
  const member = shape.member
  if (member === undefined) return value
  return value.map((item, index) => check(item, member, `${path}.${index + 1}.member`, failures))
}

function checkMap(value: JsonValue, shape: Shape, path: string, failures: string[]): JsonValue {
  if (!isJsonObject(value)) throw wrongType(path, 'a map')
  checkRange(Object.keys(value).length, shape, path, 'length', failures)
  const result: JsonObject = {}
  for (const [key, item] of Object.entries(value)) {
    if (item === null || item === undefined) continue
    if (shape.key !== undefined) check(key, shape.key, `${path}.key`, failures)
    result[key] = shape.value === undefined ? item : check(item, shape.value, `${path}.value`, failures)
  }
  return result
}

function checkString(value: JsonValue, shape: Shape, path: string, failures: string[]): JsonValue {
  if (typeof value !== 'string') throw wrongType(path, 'a string')
  checkRange(value.length, shape, path, 'length', failures)
  if (shape.pattern !== undefined && !compilePattern(shape.pattern).test(value)) {
    failures.push(
      `Value at '${path}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${shape.pattern}`,
    )
  }
  if (shape.enum !== undefined && !shape.enum.includes(value)) {
    failures.push(
      `Value at '${path}' failed to satisfy constraint: Member must satisfy enum value set: [${shape.enum.join(', ')}]`,
    )
  }
  return value
}

function checkBlob(value: JsonValue, shape: Shape, path: string, failures: string[]): JsonValue {
  if (typeof value !== 'string' || !BASE64.test(value)) throw wrongType(path, 'base64')
  checkRange(Buffer.byteLength(value, 'base64'), shape, path, 'length', failures)
  return value
}

function checkRange(size: number, shape: Shape, path: string, what: string, failures: string[]): void {
  if (shape.min !== undefined && size < shape.min) {
    failures.push(
      `Value at '${path}' failed to satisfy constraint: Member must have ${what} greater than or equal to ${shape.min}`,
    )
  }
  if (shape.max !== undefined && size > shape.max) {
    failures.push(
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
