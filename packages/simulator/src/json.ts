/** What JSON can hold. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject

/** A JSON object; a member that is `undefined` is left out when it is written. */
export interface JsonObject {
  [member: string]: JsonValue | undefined
}

/** JSON that is already written, so that large answers are not built twice. */
export interface RawJson {
  readonly rawJson: string
}

/** Whether a value is a JSON object, not an array or null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A deep copy, so that what a caller holds is never what the simulator holds. Drops undefined members. */
export function copyJson<Value extends JsonValue>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value
}

/** The members of `body` whose names are not in `names`. */
export function omit(body: JsonObject, names: readonly string[]): JsonObject {
  const rest: JsonObject = {}
  for (const [name, value] of Object.entries(body)) {
    if (!names.includes(name) && value !== undefined && value !== null) rest[name] = value
  }
  return rest
}
