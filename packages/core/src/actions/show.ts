import { masked } from '../cognito/secrets.js'
import { readResources } from '../cognito/resource-set.js'
import { RESOURCE_KINDS } from '../cognito/resources/resource-kinds.js'
import { userOf } from '../diff/user-view.js'
import type { JsonObject, JsonValue } from '../model/canonical.js'
import { CodedError } from '../model/errors.js'
import { anyNamed } from '../restore/reach/user-query.js'
import { findSnapshot } from '../vault/find-snapshot.js'
import type { Manifest } from '../vault/manifest.js'
import { openVault } from '../vault/vault.js'
import type { VaultContext } from './context.js'
import { viewsOf } from './joined-users.js'

/** A snapshot and the configuration that it holds, secrets masked unless asked for. */
export interface ShownSnapshot {
  readonly manifest: Manifest
  /** By kind, then by name. */
  readonly resources: Readonly<Record<string, Readonly<Record<string, JsonValue>>>>
}

/** A user as a snapshot has it. */
export interface ShownUser {
  readonly user: JsonObject
  readonly groups: readonly string[]
  /** The second factors; not there where the snapshot does not know them. */
  readonly mfa?: JsonObject
}

export async function show(
  context: VaultContext,
  name: string,
  options: { withSecrets?: boolean } = {},
): Promise<ShownSnapshot> {
  const vault = await openVault(context.store)
  const snapshot = await findSnapshot(vault, name)
  const set = await readResources(snapshot.read('resources'))
  const resources: Record<string, Record<string, JsonValue>> = {}
  for (const { kind } of RESOURCE_KINDS) {
    for (const { name: resource, body } of set.of(kind)) {
      resources[kind] = { ...resources[kind], [resource]: options.withSecrets === true ? body : masked(body) }
    }
  }
  return { manifest: snapshot.manifest, resources }
}

/** Who asks for more asks for a listing. */
const MOST_SHOWN = 1000

/**
 * The users of a snapshot whom a query fits, ignoring case in names.
 *
 * @param query as of `restore --users`: a whole sub, username, email, phone number or preferred username, or ATTRIBUTE=VALUE
 * @throws CodedError `USAGE` when it fits more than a thousand
 */
export async function showUser(
  context: VaultContext,
  name: string,
  query: string,
): Promise<{ users: ShownUser[] }> {
  const vault = await openVault(context.store)
  const snapshot = await findSnapshot(vault, name)
  const matches = anyNamed(query)
  const users: ShownUser[] = []
  for await (const view of viewsOf(snapshot)) {
    const user = userOf(view)
    if (matches(user).length === 0) continue
    if (users.length === MOST_SHOWN)
      throw new CodedError('USAGE', `the query fits more than ${MOST_SHOWN} users`, {
        hint: 'ask for one by the whole sub, username, email or phone number',
      })
    users.push({ user, groups: view.groups, ...(view.mfa === undefined ? {} : { mfa: view.mfa }) })
  }
  return { users }
}
