/* eslint-disable @typescript-eslint/no-misused-spread -- alphabets are taken apart by code point */

import fc from 'fast-check'
import { isObject, type JsonObject, type JsonValue } from '../../src/model/canonical.js'
import { requestOf, type Shape, shapeOf } from './api-model.js'

/** What is generated otherwise than its shape says, by the path of the member: `Operation.Member.Member`. */
export type Overrides = Readonly<Record<string, fc.Arbitrary<JsonValue>>>

/** The name that begins those members which no version of the API has. */
export const FUTURE = 'Future'

/** Values that no version of the API has told anybody how to read. */
const unknownValue: fc.Arbitrary<JsonValue> = fc.constantFrom<JsonValue>(
  'naïve\n"quoted" \\ 🙂',
  0,
  -1.5,
  false,
  ['b', 'a', { Name: 'z' }, { Name: 'y' }],
  { Text: '', List: [], Inner: { Nothing: null } },
)

/** Characters in which texts have been lost before: quotes, escapes, other scripts, outside the basic plane, combining. */
const CHARACTERS = [...'aZ09-_.+=@,:/"\\<>&\'*#{}', 'é', 'ß', '日', 'Ж', '🙂', '\u0301', ' ', '\n']
const LONGEST = 24

/**
 * Requests of an operation as its shapes allow: every required member, any of the others, and now and then one that the
 * model does not know.
 *
 * @param leftOut members that something else gives, such as ids
 */
export function requests(
  operation: string,
  leftOut: readonly string[],
  overrides: Overrides = {},
): fc.Arbitrary<JsonObject> {
  return structures(requestOf(operation), operation, { leftOut, overrides }) as fc.Arbitrary<JsonObject>
}

interface Generation {
  readonly leftOut: readonly string[]
  readonly overrides: Overrides
}

function values(name: string, path: string, generation: Generation): fc.Arbitrary<JsonValue> {
  const override = generation.overrides[path]
  if (override !== undefined) return override
  const shape = shapeOf(name)
  if (name === 'Document') return fc.record({ Theme: unknownValue, 'a key': unknownValue })
  switch (shape.type) {
    case 'structure':
      return structures(name, path, generation)
    case 'list':
      return lists(shape, path, generation)
    case 'map':
      return maps(shape, path, generation)
    case 'string':
      return texts(name, shape)
    case 'integer':
    case 'long':
      return fc.integer({ min: shape.min ?? 0, max: Math.min(shape.max ?? 2 ** 31 - 1, 2 ** 31 - 1) })
    case 'boolean':
      return fc.boolean()
    case 'blob':
      return fc
        .uint8Array({ minLength: Math.max(1, shape.min ?? 0), maxLength: 40 })
        .map((bytes) => Buffer.from(bytes).toString('base64'))
    default:
      throw new Error(`nothing generates the type ${shape.type} of ${path}`)
  }
}

function structures(name: string, path: string, generation: Generation): fc.Arbitrary<JsonValue> {
  const { members = {}, required = [] } = shapeOf(name)
  const known = Object.entries(members).filter(
    ([member]) => !generation.leftOut.includes(`${path}.${member}`),
  )
  const model: Record<string, fc.Arbitrary<JsonValue>> = Object.fromEntries(
    known.map(([member, inner]) => [member, values(inner, `${path}.${member}`, generation)]),
  )
  const always = required.filter((member) => member in model)
  const some = fc.record(model, { requiredKeys: always })
  const all = fc.record(model)
  const body = fc.oneof(some, all) as fc.Arbitrary<JsonObject>
  const future = fc.option(unknownValue, { nil: undefined, freq: 2 })
  return fc
    .tuple(body, future)
    .map(([known, value]): JsonObject =>
      value === undefined ? known : { ...known, [`${FUTURE}Setting`]: value },
    )
}

function lists(shape: Shape, path: string, generation: Generation): fc.Arbitrary<JsonValue> {
  const choices = shapeOf(shape.member!).enum
  const minLength = shape.min ?? 0
  if (choices !== undefined) {
    const maxLength = Math.min(shape.max ?? choices.length, choices.length)
    return fc.shuffledSubarray([...choices], { minLength, maxLength })
  }
  return fc.array(values(shape.member!, path, generation), {
    minLength,
    maxLength: Math.max(minLength, Math.min(shape.max ?? 3, 3)),
  })
}

function maps(shape: Shape, path: string, generation: Generation): fc.Arbitrary<JsonValue> {
  const minKeys = shape.min ?? 0
  return fc.dictionary(
    values(shape.key!, `${path}.key`, generation) as fc.Arbitrary<string>,
    values(shape.value!, path, generation),
    { minKeys, maxKeys: Math.max(minKeys, 3), noNullPrototype: true },
  )
}

function texts(name: string, shape: Shape): fc.Arbitrary<string> {
  if (shape.enum !== undefined) return fc.constantFrom(...shape.enum)
  const { pattern = '', min = 0, max = LONGEST } = shape
  const fits = fitting(shape)
  if (pattern.includes('arn:')) return arns(fits)
  const free = (least: number): fc.Arbitrary<string> => {
    const characters = CHARACTERS.filter(
      (one) => pattern === '' || fitting({ type: 'string', pattern: openOf(pattern) })(one),
    )
    if (characters.length === 0) throw new Error(`nothing generates ${name}, of the pattern ${pattern}`)
    return fc.string({
      unit: fc.constantFrom(...characters),
      minLength: least,
      maxLength: Math.max(least, Math.min(max, LONGEST)),
    })
  }
  if (pattern.includes('\\{####\\}'))
    return fc
      .tuple(free(0), free(0))
      .map(([a, b]) => `${a}{####}${b}`)
      .filter(fits)
  if (pattern.includes('##\\}'))
    return fc
      .tuple(free(0), free(0))
      .map(([a, b]) => `${a}{##verify##}${b}`)
      .filter(fits)
  return free(min).filter(fits)
}

/** A pattern's first class of characters, repeated: what a text may be made of. */
function openOf(pattern: string): string {
  if (pattern.startsWith('.')) return '.*'
  const first = /\[(?:\\.|[^\]\\])*\]/u.exec(pattern)?.[0]
  return first === undefined ? pattern : `${first}*`
}

function arns(fits: (text: string) => boolean): fc.Arbitrary<string> {
  const service = fc.constantFrom('lambda', 'kms', 'iam', 'ses', 'logs')
  const name = fc.string({ unit: fc.constantFrom(...'abcXYZ019/-_.'), minLength: 4, maxLength: 12 })
  const arn = fc.tuple(service, name).map(([of, what]) => `arn:aws:${of}:eu-west-1:123456789012:${what}`)
  const bucket = name.map((what) => `arn:aws:s3:::${what}`)
  return fc.oneof(arn, bucket).filter(fits)
}

/** Whether a text satisfies all that a shape says of it. */
function fitting({ pattern, min = 0, max = Infinity }: Shape): (text: string) => boolean {
  const dotAll = pattern?.startsWith('(?s)') === true
  const regex =
    pattern === undefined
      ? /^/u
      : new RegExp(`^(?:${dotAll ? pattern.slice(4) : pattern})$`, dotAll ? 'us' : 'u')
  return (text) => text.length >= min && text.length <= max && regex.test(text)
}

/** The members that a request sets, at any depth, as `Operation.Member.Member`. */
export function membersSet(operation: string, request: JsonObject): string[] {
  const found: string[] = []
  visit(request, requestOf(operation), operation)
  return found

  function visit(value: JsonValue, name: string, path: string): void {
    const shape = shapeOf(name)
    if (Array.isArray(value)) for (const item of value) visit(item, shape.member!, path)
    if (!isObject(value) || name === 'Document') return
    if (shape.type === 'map') for (const inner of Object.values(value)) visit(inner, shape.value!, path)
    if (shape.type !== 'structure') return
    for (const [member, inner] of Object.entries(value)) {
      const memberShape = shape.members?.[member]
      found.push(`${path}.${memberShape === undefined ? FUTURE : member}`)
      if (memberShape !== undefined) visit(inner, memberShape, `${path}.${member}`)
    }
  }
}
