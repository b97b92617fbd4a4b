import type { Simulator } from 'cognito-vault-simulator'
import type { Differences } from './compare-pools.js'

type Person = ReturnType<Simulator['inspect']['pool']>['users'][number]

/** The people of a pool by their subs. */
export interface People {
  readonly bySub: ReadonlyMap<string, Person>
  /** Whether the service makes usernames. */
  readonly madeUsernames: boolean
}

/** The service's own account of a pool's people. */
export function peopleOf({ inspect }: Simulator, poolId: string): People {
  const { users, pool } = inspect.pool(poolId)
  const names = pool['UsernameAttributes']
  return {
    bySub: new Map(users.map((user) => [user.attributes['sub']!, user])),
    madeUsernames: Array.isArray(names) && names.length > 0,
  }
}

/** What differs between people who have the same login, by `user/` and the old sub: attribute names, `status`, `enabled`, `groups`; `removed` for who is gone. */
export function comparePeople(before: People, after: People): Differences {
  const rest = new Map([...after.bySub.values()].map((user) => [loginOf(user, after), user]))
  const differences: Record<string, string[]> = {}
  for (const [sub, user] of before.bySub) {
    const login = loginOf(user, before)
    const now = rest.get(login)
    rest.delete(login)
    const fields = now === undefined ? ['removed'] : differing(user, now)
    if (fields.length > 0) differences[`user/${sub}`] = fields
  }
  for (const login of rest.keys()) differences[`user/${login}`] = ['added']
  return differences
}

function loginOf({ username, attributes, status }: Person, { madeUsernames }: People): string {
  if (status === 'EXTERNAL_PROVIDER' || !madeUsernames) return username
  return attributes['email'] ?? attributes['phone_number'] ?? username
}

function differing(a: Person, b: Person): string[] {
  const fields = (['status', 'enabled', 'groups'] as const).filter(
    (field) => JSON.stringify(a[field]) !== JSON.stringify(b[field]),
  )
  const names = new Set([...Object.keys(a.attributes), ...Object.keys(b.attributes)])
  names.delete('sub')
  return [...fields, ...[...names].filter((name) => a.attributes[name] !== b.attributes[name])]
}
