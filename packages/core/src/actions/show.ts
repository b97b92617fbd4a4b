import { text } from '../cognito/canonical-body.js'
import { masked } from '../cognito/secrets.js'
import { readResources } from '../cognito/resource-set.js'
import { RESOURCE_KINDS } from '../cognito/resources/resource-kinds.js'
import { attributesOf, userOf } from '../diff/user-view.js'
import type { JsonObject, JsonValue } from '../model/canonical.js'
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

/** The users of a snapshot whose sub, username, email, phone number or preferred username is `query`, ignoring case. */
export async function showUser(
  context: VaultContext,
  name: string,
  query: string,
): Promise<{ users: ShownUser[] }> {
  const vault = await openVault(context.store)
  const snapshot = await findSnapshot(vault, name)
  const users: ShownUser[] = []
  for await (const view of viewsOf(snapshot)) {
    const user = userOf(view)
    if (isNamed(user, query.toLowerCase())) users.push({ user, groups: view.groups })
  }
  return { users }
}

const NAMES = ['sub', 'email', 'phone_number', 'preferred_username']

function isNamed(user: JsonObject, query: string): boolean {
  if (text(user, 'Username').toLowerCase() === query) return true
  const attributes = attributesOf(user)
  return NAMES.some((name) => attributes.get(name)?.toLowerCase() === query)
}
