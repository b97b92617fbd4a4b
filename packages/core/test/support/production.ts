import type { Simulator } from 'cognito-vault-simulator'
import type { CognitoApi } from '../../src/cognito/cognito-api.js'
import { text, without } from '../../src/cognito/canonical-body.js'
import type { JsonObject, JsonValue } from '../../src/model/canonical.js'
import { person } from './small-pool.js'

/** What people have done to a pool by themselves: each value that they gave, by whose it is and what. */
export interface HonestWork {
  /** `SUB attribute NAME`, `SUB group NAME`, `SUB enabled`, `client ID MEMBER`, `group NAME Description`. */
  readonly values: ReadonlyMap<string, unknown>
  /** Usernames of accounts that were deleted, or whose name somebody else has taken. */
  readonly names: ReadonlySet<string>
  /** Subs of those who signed up. */
  readonly newcomers: ReadonlySet<string>
}

/** People and administrators who use a pool while it is repaired. */
export interface Production {
  readonly work: HonestWork
  /** Does so many things. */
  act(times: number): void
  /**
   * The port of a program whose reads are now and then preceded by something that somebody does; but nothing is done to a
   * user, client or group around the look at it and the write, which the service has no way to make one.
   */
  readonly wrap: (api: CognitoApi) => CognitoApi
  /** Whether anything is done at calls. */
  isActive: boolean
}

/** The same seed and calls give the same doings. */
export function createProduction(simulator: Simulator, poolId: string, seed: number): Production {
  const { seed: seeder, inspect } = simulator
  const random = mulberry(seed)
  const values = new Map<string, unknown>()
  const names = new Set<string>()
  const newcomers = new Set<string>()
  const known = inspect.pool(poolId).users.map(({ username, attributes }) => ({ username, attributes }))
  let count = 0

  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)]
  /** What was looked at or written, and how many calls ago. */
  const underWay = new Map<string, number>()
  const isIdle = (name: unknown): boolean => !underWay.has(String(name))
  const living = (): ReturnType<typeof inspect.pool>['users'] =>
    inspect.pool(poolId).users.filter(({ username }) => isIdle(username))
  const clients = (): readonly JsonObject[] =>
    inspect.pool(poolId).clients.filter(({ ClientId }) => isIdle(ClientId)) as JsonObject[]
  const groups = (): readonly JsonObject[] =>
    inspect.pool(poolId).groups.filter(({ GroupName }) => isIdle(GroupName)) as JsonObject[]

  /** Everything that is looked at or written is under way until nothing has come of it for a while. */
  function note(input: JsonObject): void {
    for (const [name, age] of underWay)
      if (age > CALLS_UNDER_WAY) underWay.delete(name)
      else underWay.set(name, age + 1)
    const [, filtered] = /^username = "(.*)"$/.exec(text(input, 'Filter')) ?? []
    const members = ['Username', 'ClientId', 'GroupName'].map((member) => text(input, member))
    for (const name of [filtered, ...members]) if (name) underWay.set(name, 0)
  }
  const isFree = (address: string): boolean =>
    inspect.pool(poolId).users.every(({ attributes }) => attributes['email'] !== address)

  function write(username: string, sub: string, attributes: Readonly<Record<string, string>>): void {
    seeder.attributes(poolId, username, attributes)
    for (const [name, value] of Object.entries(attributes)) values.set(`${sub} attribute ${name}`, value)
  }

  function signUp(username: string, email: string): void {
    const [sub] = seeder.users(poolId, [
      { ...person(username), attributes: { email, email_verified: 'true', 'custom:plan': 'trial' } },
    ])
    newcomers.add(sub!)
    for (const [name, value] of Object.entries({ email, email_verified: 'true', 'custom:plan': 'trial' }))
      values.set(`${sub!} attribute ${name}`, value)
    values.set(`${sub!} enabled`, true)
  }

  const doings: (() => void)[] = [
    () => signUp(`new-${count}`, `new-${count}@example.com`),
    // An address or a name that has become free, because its holder was deleted or lost it.
    () => {
      const address = pick(known)?.attributes['email']
      if (address !== undefined && isFree(address)) signUp(`new-${count}`, address)
    },
    () => {
      const name = pick(known)?.username
      if (name === undefined || !isIdle(name) || living().some(({ username }) => username === name)) return
      names.add(name)
      signUp(name, `taker-${count}@example.com`)
    },
    () => {
      const user = pick(living())
      if (user !== undefined) write(user.username, user.sub, { 'custom:plan': `chosen-${count}` })
    },
    () => {
      const user = pick(living())
      if (user === undefined) return
      write(user.username, user.sub, { email: `moved-${count}@example.com`, email_verified: 'true' })
    },
    () => {
      const user = pick(living())
      if (user !== undefined) write(user.username, user.sub, { nickname: `nick-${count}` })
    },
    () => {
      const user = pick(living())
      if (user === undefined) return
      names.add(user.username)
      newcomers.delete(user.sub)
      for (const key of [...values.keys()]) if (key.startsWith(`${user.sub} `)) values.delete(key)
      seeder.deleteUser(poolId, user.username)
    },
    () => {
      const [user, group] = [pick(living()), pick(groups())]
      if (user === undefined || group === undefined) return
      const GroupName = group['GroupName'] as string
      const isIn = !user.groups.includes(GroupName)
      seeder.call(isIn ? 'AdminAddUserToGroup' : 'AdminRemoveUserFromGroup', {
        UserPoolId: poolId,
        Username: user.username,
        GroupName,
      })
      values.set(`${user.sub} group ${GroupName}`, isIn)
    },
    () => {
      const user = pick(living())
      if (user === undefined) return
      seeder.change(poolId, user.username, { enabled: !user.enabled })
      values.set(`${user.sub} enabled`, !user.enabled)
    },
    () => {
      const client = pick(clients())
      if (client === undefined) return
      const [member, value] = pick<[string, JsonValue]>([
        ['RefreshTokenValidity', 1 + count],
        ['CallbackURLs', [`https://shop.example.com/${count}`]],
      ])!
      const ClientId = client['ClientId'] as string
      const shown = seeder.call('DescribeUserPoolClient', { UserPoolId: poolId, ClientId })
      // An update resets what it omits, and takes what only a description has for a mistake.
      const body = without(shown['UserPoolClient'] as JsonObject, [
        'ClientSecret',
        'CreationDate',
        'LastModifiedDate',
      ])
      seeder.call('UpdateUserPoolClient', { ...body, [member]: value })
      values.set(`client ${ClientId} ${member}`, value)
    },
    () => {
      const group = pick(groups())
      if (group === undefined) return
      const GroupName = group['GroupName'] as string
      seeder.call('UpdateGroup', { UserPoolId: poolId, GroupName, Description: `edited-${count}` })
      values.set(`group ${GroupName} Description`, `edited-${count}`)
    },
  ]

  const production: Production = {
    work: { values, names, newcomers },
    isActive: false,
    act: (times) => {
      for (let time = 0; time < times; time++) {
        count++
        pick(doings)!()
      }
    },
    wrap: (api) => ({
      ...api,
      call: async (operation, input, options) => {
        const isLook = /^(List|Describe|Get)/.test(operation)
        if (production.isActive && isLook && random() < SHARE_OF_CALLS) production.act(1)
        if (production.isActive) note(input)
        return api.call(operation, input, options)
      },
    }),
  }
  return production
}

const SHARE_OF_CALLS = 0.15
const CALLS_UNDER_WAY = 30

/** A small generator of numbers in [0, 1), by Tommy Ettinger. */
function mulberry(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
