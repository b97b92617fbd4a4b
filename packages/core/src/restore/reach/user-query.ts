import { text } from '../../cognito/canonical-body.js'
import { attributesOf } from '../../diff/user-view.js'
import type { JsonObject } from '../../model/canonical.js'

/** Which users are meant: one by name, or all whose attribute has a value, or begins with it. */
export type UserQuery =
  | { readonly by: 'name'; readonly value: string }
  | { readonly by: 'attribute'; readonly name: string; readonly operator: '=' | '^='; readonly value: string }

/** An attribute's name as Cognito has them, then `=` or `^=`, which are ListUsers' own. */
const ATTRIBUTE_QUERY = /^([A-Za-z][\w:.-]*)(\^?=)(.*)$/s

/**
 * A query as a person writes it: `NAME=VALUE`, `NAME^=PREFIX`, or else a whole sub, username, email, phone number or
 * preferred username. Beside attributes NAME may be `username`, `cognito:user_status` and `status` (`Enabled`,
 * `Disabled`), as in the filter of ListUsers.
 */
export function parseUserQuery(query: string): UserQuery {
  const [, name, operator, value] = ATTRIBUTE_QUERY.exec(query) ?? []
  if (name === undefined || value === undefined) return { by: 'name', value: query }
  return { by: 'attribute', name, operator: operator === '=' ? '=' : '^=', value }
}

/** Answers which of the queries a user fits, by their places; in time that does not grow with those by name. */
export type UserMatcher = (user: JsonObject) => readonly number[]

/** @param caseSensitive whether names that differ in case are different people's; attributes' values always are */
export function matchUsers(
  queries: readonly UserQuery[],
  { caseSensitive }: { caseSensitive: boolean },
): UserMatcher {
  const fold = (name: string): string => (caseSensitive ? name : name.toLowerCase())
  const names = new Map<string, number[]>()
  const attributes: { place: number; query: UserQuery & { by: 'attribute' } }[] = []
  for (const [place, query] of queries.entries()) {
    if (query.by === 'attribute') attributes.push({ place, query })
    else names.set(fold(query.value), [...(names.get(fold(query.value)) ?? []), place])
  }
  return (user) => {
    const found = new Set<number>()
    for (const name of namesOf(user)) for (const place of names.get(fold(name)) ?? []) found.add(place)
    for (const { place, query } of attributes) if (fits(user, query)) found.add(place)
    return [...found]
  }
}

const NAMES = ['sub', 'email', 'phone_number', 'preferred_username']

function namesOf(user: JsonObject): string[] {
  const attributes = attributesOf(user)
  return [text(user, 'Username'), ...NAMES.map((name) => attributes.get(name) ?? '')].filter(
    (name) => name !== '',
  )
}

function fits(user: JsonObject, { name, operator, value }: UserQuery & { by: 'attribute' }): boolean {
  const found = valueOf(user, name)
  if (found === undefined) return false
  return operator === '=' ? found === value : found.startsWith(value)
}

function valueOf(user: JsonObject, name: string): string | undefined {
  switch (name) {
    case 'username':
      return text(user, 'Username')
    case 'cognito:user_status':
      return text(user, 'UserStatus')
    case 'status':
      return user['Enabled'] === false ? 'Disabled' : 'Enabled'
    default:
      return attributesOf(user).get(name)
  }
}

/** A matcher of one query, ignoring case in names; a name that looks like a query on attributes is taken for both. */
export function anyNamed(query: string): UserMatcher {
  return matchUsers([parseUserQuery(query), { by: 'name', value: query }], { caseSensitive: false })
}
