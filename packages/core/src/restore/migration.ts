import type { ResourceSet } from '../cognito/resource-set.js'
import { object, text } from '../cognito/canonical-body.js'
import { attributesOf, userOf, type UserView } from '../diff/user-view.js'
import type { JsonObject } from '../model/canonical.js'
import { recordValue, resourceKey, type StreamRecord } from '../model/records.js'
import { mergeJoin } from '../sorting/merge-join.js'
import { isFederatedProfile } from './federated-profile.js'
import type { Note } from './fidelity-notes.js'

/**
 * Marks those users of a snapshot who can come from their pool by themselves, with their passwords: a UserMigration trigger
 * is only asked about users who are not there, so they must not be made.
 *
 * @param views the users of the snapshot, ascending by sub
 * @param living the users of the same pool as it is now, ascending by sub
 */
export async function* markMigrating(
  views: AsyncIterable<UserView>,
  living: AsyncIterable<StreamRecord>,
): AsyncGenerator<UserView> {
  for await (const { left, right } of mergeJoin(views, living)) {
    if (left === undefined) continue
    const comes = right !== undefined && canCome(userOf(left), recordValue(right))
    yield comes ? { ...left, migrates: true } : left
  }
}

/** Who is shut out, in the snapshot or now, does not come: the trigger would let in whoever the old pool lets in. */
function canCome(before: JsonObject, now: JsonObject): boolean {
  if (isFederatedProfile(before) || isFederatedProfile(now)) return false
  if (before['Enabled'] === false || now['Enabled'] !== true) return false
  const status = text(now, 'UserStatus')
  if (!['CONFIRMED', 'RESET_REQUIRED'].includes(text(before, 'UserStatus'))) return false
  // Who has to reset signs in nowhere, and comes by "forgot password", which needs an address to write to.
  return status === 'CONFIRMED' || (status === 'RESET_REQUIRED' && isReachable(now))
}

function isReachable(user: JsonObject): boolean {
  const attributes = attributesOf(user)
  return ['email', 'phone_number'].some(
    (name) => attributes.has(name) && attributes.get(`${name}_verified`)?.toLowerCase() === 'true',
  )
}

/** What is said of a user who is left to come. */
export function notesOfMigrating({ groups }: UserView): Note[] {
  const memberships: Note[] =
    groups.length === 0 ? [] : [{ code: 'groups-after-migration', detail: groups.join(', ') }]
  return [{ code: 'comes-by-migration' }, ...memberships]
}

/** Flows in which the service sees a password, so that it can hand it to a trigger. */
const PASSWORD_FLOWS = [
  'ALLOW_USER_PASSWORD_AUTH',
  'USER_PASSWORD_AUTH',
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ADMIN_NO_SRP_AUTH',
]

/**
 * What is said of the configuration, by the keys of its records: of a pool whose function is still to be set or was set by
 * this plan, and of clients through which nobody can come.
 *
 * @param pool the target's settings as the plan finds or makes them, `undefined` where they are not restored
 */
export function notesOfMigration(
  clients: ResourceSet,
  pool: JsonObject | undefined,
  functionArn: string | undefined,
): ReadonlyMap<string, readonly Note[]> {
  const told = new Map<string, readonly Note[]>()
  if (functionArn !== undefined) told.set(resourceKey('pool', ''), [{ code: 'migration-function-set' }])
  else if (object(pool ?? {}, 'LambdaConfig')?.['UserMigration'] === undefined)
    told.set(resourceKey('pool', ''), [{ code: 'migration-function-missing' }])
  for (const { name, body } of clients.of('client'))
    if (!takesPasswords(body))
      told.set(resourceKey('client', name), [{ code: 'migration-needs-password-flow' }])
  return told
}

/** Where the service's own sign-in pages are used, they send the password. */
function takesPasswords(client: JsonObject): boolean {
  const has = (member: string, wanted: readonly unknown[]): boolean => {
    const list = client[member]
    return Array.isArray(list) && list.some((name) => wanted.includes(name))
  }
  return (
    has('ExplicitAuthFlows', PASSWORD_FLOWS) ||
    has('AllowedOAuthFlows', ['code', 'implicit', 'client_credentials'])
  )
}

/** The configuration of a pool that is to be made, with the function as its trigger; it is attached when all else is there. */
export function withMigrationFunction(wanted: ResourceSet, functionArn: string): ResourceSet {
  const of: ResourceSet['of'] = (kind) =>
    kind !== 'pool'
      ? wanted.of(kind)
      : wanted.of(kind).map((pool) => {
          const LambdaConfig = { ...object(pool.body, 'LambdaConfig'), UserMigration: functionArn }
          return { ...pool, body: { ...pool.body, LambdaConfig } }
        })
  return { of, one: (kind) => of(kind)[0] }
}
