import type { JsonObject, JsonValue } from '../../model/canonical.js'
import type { CognitoApi } from '../cognito-api.js'
import type { FetchImage } from '../fetch-image.js'
import type { PlannedOperation } from '../operation.js'

/** A resource as it was read: its name within its kind (empty where a pool has one), and its body as the API gave it. */
export interface FoundResource {
  readonly name: string
  readonly body: JsonObject
}

/** What is at hand where a pool is read. */
export interface PoolReading {
  readonly api: CognitoApi
  /** The answer of DescribeUserPool. */
  readonly pool: JsonObject
  /** The ids of the pool's clients, listed once for all kinds. */
  clientIds(): Promise<readonly string[]>
  readonly fetchImage: FetchImage
}

/** What a creation has to heed beside the resource. */
export interface CreateOptions {
  /** Whether the pool lives already: then what widens access is marked, and stands apart where that can be. */
  readonly lives: boolean
  /** Leave out whatever widens access. */
  readonly noWidening: boolean
  /** The client that it will belong to, where its kind is one of clients' and it is not the pool's own: its id, or a reference to it. */
  readonly clientId?: JsonValue | undefined
}

/**
 * One kind of a pool's configuration: how it is read, brought into canonical form, compared, and written back.
 * All but `read` and `find` is pure.
 */
export interface ResourceKind {
  /** The kind's name, which begins its records' keys. */
  readonly kind: string
  /** The kind's name in counts and messages. */
  readonly plural: string
  /** Whether its resources belong to clients, whose ids begin their names; `ALL` in place of an id means the pool's own. */
  readonly ofClients?: true
  /** Reads all resources of this kind. */
  read(reading: PoolReading): AsyncIterable<FoundResource>
  /** The canonical body: dates as text, sets in order, volatile members left out. */
  normalise(body: JsonObject): JsonObject
  /** The part of a canonical body that can be written, so that two resources can be compared. */
  settable(body: JsonObject): JsonObject
  /** The name by which resources of different pools are matched. */
  matchName(resource: FoundResource): string
  /** The operations that make the resource in a pool that lacks it; none where making it would widen access and must not. */
  create(resource: FoundResource, options: CreateOptions): readonly PlannedOperation[]
  /** The operations that bring `current` to `wanted`, where their settable parts differ. */
  update(wanted: FoundResource, current: FoundResource): readonly PlannedOperation[]
  /** The operations that remove the resource; none where this kind cannot be removed. */
  remove(current: FoundResource): readonly PlannedOperation[]
  /**
   * How the operations of this kind look at the target again: the resource that a request names as it is now, as the
   * API gives it, or `undefined` where there is none.
   */
  find(api: CognitoApi, input: JsonObject, fetchImage: FetchImage): Promise<JsonObject | undefined>
  /** The whole update request, but for what identifies the resource, that would leave it as it was found. */
  updateRequest(found: JsonObject): JsonObject
}

/** The members of `wanted` that differ from `current`, `null` for those that it lacks; and what they are now. */
export function changedMembers(
  wanted: JsonObject,
  current: JsonObject,
  same: (a: JsonObject[string] | undefined, b: JsonObject[string] | undefined) => boolean,
): { patch: JsonObject; expects: JsonObject } {
  const patch: JsonObject = {}
  const expects: JsonObject = {}
  for (const member of new Set([...Object.keys(wanted), ...Object.keys(current)])) {
    if (same(wanted[member], current[member])) continue
    patch[member] = wanted[member] ?? null
    expects[member] = current[member] ?? null
  }
  return { patch, expects }
}
