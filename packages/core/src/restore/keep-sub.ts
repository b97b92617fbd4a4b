import type { ResourceSet } from '../cognito/resource-set.js'
import { object, objects, text } from '../cognito/canonical-body.js'
import { POOL_REF, ref } from '../cognito/operation.js'
import { customAttributes, withoutPrefix } from '../cognito/resources/schema.js'
import type { JsonObject } from '../model/canonical.js'
import { CodedError } from '../model/errors.js'
import type { Step } from './step.js'

/** What Cognito takes as the name of a custom attribute, without what would end it in a command or a query. */
const NAME = /^[\p{L}\p{M}\p{N}_.-]{1,20}$/u
const PREFIX = 'custom:'
/** A sub is a UUID. */
const SUB_LENGTH = 36
const MOST_CUSTOM_ATTRIBUTES = 50

/**
 * The full name of the attribute that keeps old subs, given with or without `custom:`.
 *
 * @throws CodedError `USAGE`
 */
export function parseKeepSub(given: string): string {
  const name = given.startsWith(PREFIX) ? given.slice(PREFIX.length) : given
  if (NAME.test(name)) return `${PREFIX}${name}`
  throw new CodedError('USAGE', '--keep-sub takes the name of a custom attribute', {
    value: given,
    hint: '1 to 20 letters, digits and _ . -, such as original_sub',
  })
}

/** The entry of a schema that keeps old subs, as DescribeUserPool gives it. */
function schemaEntry(name: string): JsonObject {
  return {
    Name: name,
    AttributeDataType: 'String',
    DeveloperOnlyAttribute: false,
    Mutable: true,
    Required: false,
    StringAttributeConstraints: { MinLength: '0', MaxLength: '2048' },
  }
}

/** Whether neither the target has the attribute nor the plan brings it with the rest of the schema. */
export function isMissing(name: string, wanted: ResourceSet, current: ResourceSet): boolean {
  return entryOf(name, wanted) === undefined && entryOf(name, current) === undefined
}

function entryOf(name: string, set: ResourceSet): JsonObject | undefined {
  return schemaOf(set).find((attribute) => text(attribute, 'Name') === name)
}

function schemaOf(set: ResourceSet): readonly JsonObject[] {
  return objects(set.one('pool')?.body ?? {}, 'SchemaAttributes')
}

/**
 * Refuses an attribute in which the target cannot keep subs: entries of a schema are never changed nor removed.
 *
 * @param current the target as it is; empty where it is made
 * @throws CodedError `USAGE`
 */
export function checkKeepSub(name: string, wanted: ResourceSet, current: ResourceSet): void {
  const entry = entryOf(name, current) ?? entryOf(name, wanted)
  const why = entry === undefined ? tooMany(wanted, current) : unsuitable(entry)
  if (why !== undefined)
    throw new CodedError('USAGE', `${name} cannot keep subs: ${why}`, {
      value: name,
      hint: 'name another attribute after --keep-sub; nothing was changed',
    })
  for (const set of [current, wanted]) refuseWritable(name, set)
}

function unsuitable(entry: JsonObject): string | undefined {
  if (text(entry, 'AttributeDataType') !== 'String') return 'it is there already and is not a String'
  if (entry['Mutable'] === false) return 'it is there already and is immutable'
  const constraints = object(entry, 'StringAttributeConstraints') ?? {}
  const [min, max] = [constraints['MinLength'], constraints['MaxLength']]
  const takes = Number(min ?? 0) <= SUB_LENGTH && Number(max ?? SUB_LENGTH) >= SUB_LENGTH
  return takes ? undefined : `it is there already and does not take the ${SUB_LENGTH} characters of a sub`
}

function tooMany(wanted: ResourceSet, current: ResourceSet): string | undefined {
  const names = [wanted, current].flatMap((set) => customAttributes(schemaOf(set))).map(withoutPrefix)
  const count = new Set(names.map((attribute) => text(attribute, 'Name'))).size
  return count < MOST_CUSTOM_ATTRIBUTES
    ? undefined
    : `the pool has ${count} custom attributes, and may have ${MOST_CUSTOM_ATTRIBUTES}`
}

/** Who can write the attribute with a token of their own can give out to have been somebody else. */
function refuseWritable(name: string, set: ResourceSet): void {
  for (const { body } of set.of('client')) {
    const writable = body['WriteAttributes']
    if (!Array.isArray(writable) || !writable.includes(name)) continue
    throw new CodedError(
      'USAGE',
      `${name} cannot keep subs: users may write it themselves through client "${text(body, 'ClientName')}"`,
      {
        value: name,
        hint: "name another attribute after --keep-sub, or take this one out of the client's WriteAttributes first",
      },
    )
  }
}

/** The configuration of a pool that is to be made, with the attribute in its schema. */
export function withKeptSub(wanted: ResourceSet, name: string): ResourceSet {
  const of: ResourceSet['of'] = (kind) =>
    kind !== 'pool'
      ? wanted.of(kind)
      : wanted.of(kind).map((pool) => {
          const schema = objects(pool.body, 'SchemaAttributes')
          return { ...pool, body: { ...pool.body, SchemaAttributes: [...schema, schemaEntry(name)] } }
        })
  return { of, one: (kind) => of(kind)[0] }
}

/**
 * The steps of users, and with them the one that adds the attribute to a pool that lives, where a user is made who needs
 * it: an attribute can never be removed again.
 */
export async function* addingKeptSub(steps: AsyncIterable<Step>, name: string): AsyncGenerator<Step> {
  let isNeeded = false
  for await (const step of steps) {
    isNeeded ||=
      step.operations.some(({ operation }) => operation === 'AdminCreateUser') ||
      step.notes.some(({ code }) => code === 'comes-by-migration')
    yield step
  }
  if (!isNeeded) return
  yield {
    phase: 'keep-sub',
    subject: { kind: 'pool', id: '' },
    operations: [
      {
        operation: 'AddCustomAttributes',
        input: { UserPoolId: ref(POOL_REF), CustomAttributes: [withoutPrefix(schemaEntry(name))] },
      },
    ],
    notes: [{ code: 'attribute-added', detail: name }],
  }
}
