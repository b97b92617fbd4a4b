import { flatten, mix32 } from '../random.js'
import { createOrderedList, type OrderedList } from '../ordered-list.js'
import type { SearchableAttribute, UserFilter } from './user-filter.js'
import { attributeOf, type UserRecord } from './user-record.js'

/** How a pool's users sign in, fixed when the pool is made. */
export interface SignInRules {
  /** `email`, `phone_number`: these are the usernames, and the Username is the sub. */
  readonly usernameAttributes: readonly string[]
  /** `email`, `phone_number`, `preferred_username`: these may stand for the username. */
  readonly aliasAttributes: readonly string[]
  readonly caseSensitive: boolean
}

/** The users of one pool, with the indexes that make a million of them quick to search. */
export interface UserStore {
  readonly size: number
  readonly rules: SignInRules
  /** The place in the unfiltered listing for the next user to be added. */
  nextOrder(): number
  bySub(sub: string): UserRecord | undefined
  /** Finds by what the API takes as Username: the username itself or an alias. */
  resolve(username: string): UserRecord | undefined
  /** The user who holds an alias, if anybody. */
  aliasOwner(attribute: string, value: string): UserRecord | undefined
  /** The user who has signed in, or is linked to sign in, as this user of this provider. */
  byIdentity(provider: string, userId: string): UserRecord | undefined
  /** Adds a user whose username and sub are free; aliases that are not stay with who holds them. */
  add(record: UserRecord): void
  remove(record: UserRecord): void
  /** Makes changes to a user and brings every index up to date. */
  change(record: UserRecord, apply: (record: UserRecord) => void): void
  /** All users in no meaningful but stable order, after the key of one. */
  listing(after: string | undefined): IterableIterator<UserRecord>
  /** The users that a filter finds, ascending by its attribute, after the key of one. */
  search(filter: UserFilter, after: string | undefined): IterableIterator<UserRecord>
  /** A user's key in the listing or in a search. */
  keyOf(record: UserRecord, filter: UserFilter | undefined): string
  all(): IterableIterator<UserRecord>
}

interface IndexEntry {
  readonly value: string
  readonly record: UserRecord
}

const compareText = (left: string, right: string): number => (left === right ? 0 : left < right ? -1 : 1)
const compareEntries = (left: IndexEntry, right: IndexEntry): number =>
  compareText(left.value, right.value) || left.record.order - right.record.order

/** Puts one user into the order of the unfiltered listing. */
export const compareByOrder = (left: UserRecord, right: UserRecord): number => left.order - right.order

/** What a filter on an attribute looks at. */
function searchValue(record: UserRecord, attribute: SearchableAttribute): string | undefined {
  switch (attribute) {
    case 'sub':
      return record.sub
    case 'username':
      return record.username
    case 'status':
      return record.enabled ? 'Enabled' : 'Disabled'
    case 'cognito:user_status':
      return record.status.toLowerCase()
    default:
      return attributeOf(record, attribute)
  }
}

/** Makes an empty store. `seed` decides the order of unfiltered listings. */
export function createUserStore(rules: SignInRules, seed: number): UserStore {
  const bySub = new Map<string, UserRecord>()
  const byUsername = new Map<string, UserRecord>()
  const aliases = new Map<string, UserRecord>()
  const identities = new Map<string, UserRecord>()
  const inOrder = createOrderedList(compareByOrder)
  const inSubOrder = createOrderedList<UserRecord>((left, right) => compareText(left.sub, right.sub))
  // Made when a filter first asks for one: most attributes of most pools are never searched.
  const indexes = new Map<SearchableAttribute, OrderedList<IndexEntry>>()
  const usernameIsSub = rules.usernameAttributes.length > 0
  let counter = 0

  const normalise = (text: string): string => (rules.caseSensitive ? text : text.toLowerCase())
  const aliasKey = (attribute: string, value: string): string => `${attribute}:${normalise(value)}`

  const aliasesOf = (record: UserRecord): string[] => {
    const keys: string[] = []
    // Nobody signs in to a federated profile with its address.
    if (record.status === 'EXTERNAL_PROVIDER') return keys
    for (const attribute of usernameIsSub ? rules.usernameAttributes : rules.aliasAttributes) {
      const value = attributeOf(record, attribute)
      if (value === undefined) continue
      // An alias counts once it is verified; an address that is the username itself counts at once.
      const counts =
        usernameIsSub ||
        attribute === 'preferred_username' ||
        attributeOf(record, `${attribute}_verified`) === 'true'
      if (counts) keys.push(aliasKey(attribute, value))
    }
    return keys
  }
  const identitiesOf = (record: UserRecord): string[] => {
    const text = attributeOf(record, 'identities')
    if (text === undefined) return []
    const list = JSON.parse(text) as { providerName?: string; userId?: string }[]
    return list.map(({ providerName = '', userId = '' }) => `${providerName} ${userId}`)
  }
  const claim = (record: UserRecord): void => {
    // A federated profile that gets a password may share its address with a local user, who keeps the alias.
    for (const key of aliasesOf(record)) if (!aliases.has(key)) aliases.set(key, record)
    for (const key of identitiesOf(record)) identities.set(key, record)
  }
  const release = (record: UserRecord): void => {
    for (const key of aliasesOf(record)) if (aliases.get(key) === record) aliases.delete(key)
    for (const key of identitiesOf(record)) if (identities.get(key) === record) identities.delete(key)
  }
  const eachIndex = (
    visit: (index: OrderedList<IndexEntry>, attribute: SearchableAttribute) => void,
  ): void => {
    for (const [attribute, index] of indexes) visit(index, attribute)
  }
  const intoIndexes = (record: UserRecord): void => {
    eachIndex((index, attribute) => {
      const value = searchValue(record, attribute)
      if (value !== undefined) index.insert({ value, record })
    })
  }
  const outOfIndexes = (record: UserRecord): void => {
    eachIndex((index, attribute) => {
      const value = searchValue(record, attribute)
      if (value !== undefined) index.remove({ value, record })
    })
  }
  const indexOf = (attribute: SearchableAttribute): OrderedList<IndexEntry> => {
    let index = indexes.get(attribute)
    if (index === undefined) {
      const entries: IndexEntry[] = []
      for (const record of inOrder) {
        const value = searchValue(record, attribute)
        // A value cut out of the JSON would keep all of it alive, and compares slowly.
        if (value !== undefined) entries.push({ value: flatten(value), record })
      }
      indexes.set(attribute, (index = createOrderedList(compareEntries, entries)))
    }
    return index
  }
  const searchesSub = (filter: UserFilter): boolean => filter.attribute === 'sub'

  const matches = (filter: UserFilter, value: string): boolean =>
    filter.match === 'equal' ? value === filter.value : value.startsWith(filter.value)

  function* searchSub(filter: UserFilter, after: string | undefined): IterableIterator<UserRecord> {
    if (filter.match === 'equal') {
      const record = bySub.get(filter.value)
      if (record !== undefined && (after === undefined || record.sub > after)) yield record
      return
    }
    const records = inSubOrder.from((record) =>
      after === undefined ? record.sub < filter.value : record.sub <= after,
    )
    for (const record of records) {
      if (!record.sub.startsWith(filter.value)) return
      yield record
    }
  }

  function* searchIndex(filter: UserFilter, after: string | undefined): IterableIterator<UserRecord> {
    const split = after?.lastIndexOf(' ') ?? -1
    const afterValue = after?.slice(0, split) ?? ''
    const afterOrder = Number(after?.slice(split + 1))
    const entries = indexOf(filter.attribute).from(({ value, record }) =>
      after === undefined
        ? value < filter.value
        : value < afterValue || (value === afterValue && record.order <= afterOrder),
    )
    for (const { value, record } of entries) {
      if (!matches(filter, value)) return
      yield record
    }
  }

  return {
    rules,
    get size() {
      return bySub.size
    },
    nextOrder: () => mix32(mix32(counter++) ^ seed),
    bySub: (sub) => bySub.get(sub),
    resolve: (username) => {
      const direct = usernameIsSub ? bySub.get(username) : byUsername.get(normalise(username))
      if (direct !== undefined) return direct
      for (const attribute of usernameIsSub ? rules.usernameAttributes : rules.aliasAttributes) {
        const owner = aliases.get(aliasKey(attribute, username))
        if (owner !== undefined) return owner
      }
      // Federated users keep their provider's name as Username even where local users have their sub.
      return usernameIsSub ? byUsername.get(normalise(username)) : undefined
    },
    aliasOwner: (attribute, value) => aliases.get(aliasKey(attribute, value)),
    byIdentity: (provider, userId) => identities.get(`${provider} ${userId}`),
    add: (record) => {
      bySub.set(record.sub, record)
      if (record.username !== record.sub) byUsername.set(normalise(record.username), record)
      inOrder.append(record)
      inSubOrder.append(record)
      claim(record)
      intoIndexes(record)
    },
    remove: (record) => {
      outOfIndexes(record)
      release(record)
      inOrder.remove(record)
      inSubOrder.remove(record)
      bySub.delete(record.sub)
      byUsername.delete(normalise(record.username))
    },
    change: (record, apply) => {
      outOfIndexes(record)
      release(record)
      apply(record)
      claim(record)
      intoIndexes(record)
    },
    listing: (after) =>
      after === undefined ? inOrder.from(() => false) : inOrder.from((other) => other.order <= Number(after)),
    search: (filter, after) => (searchesSub(filter) ? searchSub(filter, after) : searchIndex(filter, after)),
    keyOf: (record, filter) => {
      if (filter === undefined) return String(record.order)
      if (searchesSub(filter)) return record.sub
      return `${searchValue(record, filter.attribute) ?? ''} ${record.order}`
    },
    all: () => inOrder[Symbol.iterator](),
  }
}
