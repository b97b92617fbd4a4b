import { objects, text } from '../cognito/canonical-body.js'
import { attributesOf, userOf, type UserView } from '../diff/user-view.js'
import type { JsonObject } from '../model/canonical.js'
import type { Erasure, Erasures, Identifier } from '../vault/erasures.js'
import type { Step } from './step.js'

/** What a user is known by. */
interface KnownUser {
  readonly sub: string
  readonly username: string
  readonly attributes: ReadonlyMap<string, string>
}

/** The account itself: nobody else ever has its sub. */
export function subIdentifier(sub: string): Identifier {
  return ['sub', sub]
}

/** What another account of the person may have too. A username means something in its own pool only. */
export function nameIdentifiers(user: JsonObject, poolId: string): Identifier[] {
  return namesOf({ sub: '', username: text(user, 'Username'), attributes: attributesOf(user) }, poolId)
}

/** What was given of somebody of whom nothing is known: it may be any of the names that people have. */
export function givenIdentifier(name: string): Identifier {
  return ['name', name]
}

function namesOf({ username, attributes }: KnownUser, poolId: string): Identifier[] {
  const names: Identifier[] = username === '' ? [] : [['username', poolId, username]]
  for (const name of ['email', 'phone_number']) {
    const value = attributes.get(name) ?? ''
    if (value !== '') names.push([name, value])
  }
  return names
}

/** The newest erasures of a user: of the account, and of what another account of the same name shares with it. */
function erasuresOf(
  erasures: Erasures,
  user: KnownUser,
  poolId: string,
): { own?: Erasure; shared: Erasure[] } {
  const own = user.sub === '' ? undefined : erasures.of(subIdentifier(user.sub))
  const given = [
    user.sub,
    user.username,
    ...['email', 'phone_number', 'preferred_username'].map((name) => user.attributes.get(name) ?? ''),
  ]
    .filter((name) => name !== '')
    .map(givenIdentifier)
  const shared = [...namesOf(user, poolId), ...given].flatMap((identifier) => erasures.of(identifier) ?? [])
  return { ...(own === undefined ? {} : { own }), shared }
}

/**
 * Whether a user of a snapshot is on the list: by the sub, or by a name that was erased after the account was made. Who
 * signed up with it later has another account, and another right to it.
 */
export function isErased(erasures: Erasures, view: UserView, poolId: string): boolean {
  if (erasures.count === 0) return false
  const user = userOf(view)
  const known = { sub: view.sub, username: text(user, 'Username'), attributes: attributesOf(user) }
  const { own, shared } = erasuresOf(erasures, known, poolId)
  if (own !== undefined) return true
  const made = Date.parse(text(user, 'UserCreateDate'))
  return shared.some(({ at }) => Number.isNaN(made) || at > made)
}

/**
 * Whether the user of a planned step was put on the list since the plan was made: whoever is in a plan was there before.
 *
 * @param planned erasures that the plan was made with
 */
export function isErasedSince(erasures: Erasures, step: Step, poolId: string, planned: number): boolean {
  if (erasures.count <= planned || step.subject.kind !== 'user') return false
  const attributes = attributesOf({
    Attributes: step.operations.flatMap(({ input }) => objects(input, 'UserAttributes')),
  })
  const { id: sub, username = '' } = step.subject
  const { own, shared } = erasuresOf(erasures, { sub, username, attributes }, poolId)
  return [...(own === undefined ? [] : [own]), ...shared].some(({ number }) => number > planned)
}
