import { invalidParameter } from '../service-error.js'

/** The attributes that ListUsers can search. */
export const searchableAttributes = [
  'username',
  'email',
  'phone_number',
  'name',
  'given_name',
  'family_name',
  'preferred_username',
  'cognito:user_status',
  'status',
  'sub',
] as const

/** One of them. */
export type SearchableAttribute = (typeof searchableAttributes)[number]

/** A parsed Filter: one attribute, equal to a value or starting with it. */
export interface UserFilter {
  readonly attribute: SearchableAttribute
  readonly match: 'equal' | 'prefix'
  readonly value: string
}

const FILTER = /^\s*([a-z_:]+)\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/su

/** Parses a Filter as documented; an empty one is none. Anything else is refused. */
export function parseFilter(text: string | undefined): UserFilter | undefined {
  if (text === undefined || text.trim() === '') return undefined
  const [, attribute, operator, quoted] = FILTER.exec(text) ?? []
  if (attribute === undefined || quoted === undefined)
    throw invalidParameter('One or more filter parameters are invalid.')
  const known = searchableAttributes.find((name) => name === attribute)
  if (known === undefined) throw invalidParameter(`Invalid search attribute: ${attribute}`)
  const value = quoted.replace(/\\(.)/gsu, '$1')
  const match = operator === '=' ? 'equal' : 'prefix'
  return { attribute: known, match, value: known === 'cognito:user_status' ? value.toLowerCase() : value }
}
