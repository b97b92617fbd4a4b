import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import { restore, type RestoreResult } from '../../src/actions/restore.js'
import { undo } from '../../src/actions/undo.js'
import { type Lab, openLab } from '../support/lab.js'
import { createProduction, type Production } from '../support/production.js'
import { linesUnder } from '../support/report-lines.js'
import { person } from '../support/small-pool.js'
import { isThorough } from '../support/sweep.js'

let lab: Lab
let pool: string

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
  const { seed } = lab.simulator
  pool = seed.pool({
    Schema: [{ Name: 'plan', AttributeDataType: 'String', Mutable: true }],
    AliasAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
  })
  for (const ClientName of ['web', 'mobile'])
    seed.call('CreateUserPoolClient', { UserPoolId: pool, ClientName })
  seed.groups(pool, ['admins'])
  seed.call('CreateGroup', { UserPoolId: pool, GroupName: 'buyers', Description: 'those who buy' })
  seed.users(pool, [
    person('ann', { groups: ['admins', 'buyers'] }),
    person('bob', { groups: ['buyers'], enabled: false }),
    person('dee', { status: 'RESET_REQUIRED', groups: ['buyers'] }),
    person('zoë', { status: 'FORCE_CHANGE_PASSWORD' }),
    ...['eve', 'fay', 'gil', 'hal', 'ida', 'jon', 'kim', 'lea'].map((name) =>
      person(name, { groups: ['buyers'] }),
    ),
  ])
  await backup(lab.context, [pool])
})

afterEach(() => lab.close())

type State = ReturnType<typeof stateOf>

/** The pool by name: each user's values, each group's and client's. */
function stateOf() {
  const { users, groups, clients } = lab.simulator.inspect.pool(pool)
  return {
    users: new Map(users.map((user) => [user.username, user])),
    groups: new Map(groups.map((group) => [group['GroupName'] as string, group])),
    clients: new Map(clients.map((client) => [client['ClientId'] as string, client])),
  }
}

/** A script's hour. */
function disaster(): void {
  const { seed } = lab.simulator
  const addressOf = (name: string): Record<string, string> => ({
    email: `${name}@example.com`,
    email_verified: 'true',
  })
  for (const name of ['ann', 'eve', 'fay']) seed.deleteUser(pool, name)
  for (const name of ['gil', 'hal', 'dee']) seed.attributes(pool, name, { 'custom:plan': 'none' })
  // Two have exchanged their addresses, and one has lost his.
  seed.attributes(pool, 'ida', addressOf('temporary'))
  seed.attributes(pool, 'jon', addressOf('ida'))
  seed.attributes(pool, 'ida', addressOf('jon'))
  seed.attributes(pool, 'hal', { email: 'thief@example.com', email_verified: 'false' })
  for (const Username of ['kim', 'dee'])
    seed.call('AdminRemoveUserFromGroup', { UserPoolId: pool, Username, GroupName: 'buyers' })
  seed.change(pool, 'lea', { enabled: false })
  seed.change(pool, 'bob', { enabled: true })
  seed.call('UpdateGroup', { UserPoolId: pool, GroupName: 'buyers', Description: 'none' })
  for (const [ClientId, client] of stateOf().clients)
    seed.call('UpdateUserPoolClient', {
      UserPoolId: pool,
      ClientId,
      ClientName: client['ClientName'],
      RefreshTokenValidity: 9,
    })
}

/** Every value of a user that anybody can change. */
function valuesOf(user: NonNullable<ReturnType<State['users']['get']>>): Map<string, unknown> {
  const attributes = Object.entries(user.attributes).filter(([name]) => name !== 'sub')
  return new Map<string, unknown>([
    ...attributes.map(([name, value]) => [`attribute ${name}`, value] as const),
    ...['admins', 'buyers'].map((group) => [`group ${group}`, user.groups.includes(group)] as const),
    ['enabled', user.enabled],
  ])
}

/**
 * Whatever somebody did by themselves is still so.
 *
 * @param isRunsToo whether a membership may be the run's, or go with a user whom the run made: Cognito shows neither date nor
 *   author of one, so that nobody can tell
 */
function expectHonestWorkKept(
  { work }: Production,
  isRunsToo: (sub: string, group: string) => boolean = () => false,
): void {
  const now = stateOf()
  const bySub = new Map([...now.users.values()].map((user) => [user.sub, user]))
  for (const sub of work.newcomers) expect(bySub.has(sub), `newcomer ${sub}`).toBe(true)
  for (const [key, value] of work.values) {
    const [subject = '', ...rest] = key.split(' ')
    if (rest[0] === 'group' && value === true && isRunsToo(subject, rest[1]!)) continue
    const found =
      subject === 'client'
        ? now.clients.get(rest[0]!)?.[rest[1]!]
        : subject === 'group'
          ? now.groups.get(rest[0]!)?.[rest[1]!]
          : bySub.has(subject) && valuesOf(bySub.get(subject)!).get(rest.join(' '))
    expect(found, key).toEqual(value)
  }
}

/** What differs from a state, and is not of somebody's own doing: users by the sub that they had there, groups, clients. */
function differences(from: State, { work }: Production): { subject: string; what: string }[] {
  const now = stateOf()
  const found: { subject: string; what: string }[] = []
  for (const [username, then] of from.users) {
    if (work.names.has(username)) continue
    const user = now.users.get(username)
    const subject = `user ${then.sub}`
    if (user === undefined) {
      found.push({ subject, what: 'is not there' })
      continue
    }
    const [before, after] = [valuesOf(then), valuesOf(user)]
    for (const name of new Set([...before.keys(), ...after.keys()])) {
      if (work.values.has(`${user.sub} ${name}`)) continue
      if (before.get(name) !== after.get(name)) found.push({ subject, what: name })
    }
  }
  const resources = [
    ['client', from.clients, now.clients, ['RefreshTokenValidity', 'CallbackURLs']],
    ['group', from.groups, now.groups, ['Description', 'Precedence', 'RoleArn']],
  ] as const
  for (const [kind, before, after, members] of resources)
    for (const [id, body] of before)
      for (const member of members)
        if (
          !work.values.has(`${kind} ${id} ${member}`) &&
          JSON.stringify(body[member]) !== JSON.stringify(after.get(id)?.[member])
        )
          found.push({ subject: `${kind} ${id}`, what: member })
  return found
}

/** What differs is reported as drifted or in conflict, and nothing failed otherwise. */
function expectReported(
  result: RestoreResult,
  differing: readonly { subject: string; what: string }[],
): void {
  const reported = new Set(
    result.failed
      .filter(({ outcome }) => ['drifted', 'conflict'].includes(outcome))
      .map(({ subject }) => subject),
  )
  expect(result.failed.filter(({ outcome }) => outcome === 'failed')).toEqual([])
  expect(differing.filter(({ subject }) => !reported.has(subject))).toEqual([])
}

describe('while people go on', () => {
  const seeds = Array.from({ length: isThorough ? 20 : 5 }, (_, index) => index + 1)

  it.each(seeds)('a repair overwrites nothing of theirs, and can be taken back (%i)', async (seed) => {
    const wanted = stateOf()
    disaster()
    const damaged = stateOf()
    const production = createProduction(lab.simulator, pool, seed)
    const context = lab.again({ wrap: production.wrap })
    const request = { snapshot: 'latest', target: { mode: 'in-place' } } as const
    const repaired = (await restore(context, request, () => {
      production.act(4)
      production.isActive = true
      return Promise.resolve('execute')
    }))!
    production.isActive = false
    expectHonestWorkKept(production)
    expectReported(repaired, differences(wanted, production))
    expect(lab.simulator.ledger.messages.all()).toEqual([])

    const repairedState = stateOf()
    const isRunsToo = (sub: string, group: string): boolean => {
      const [username = ''] = [...repairedState.users].find(([, user]) => user.sub === sub) ?? []
      const before = damaged.users.get(username)
      // Whom the run made is deleted as long as the dates say that nobody has changed the account.
      if (before === undefined) return true
      return !before.groups.includes(group) && wanted.users.get(username)?.groups.includes(group) === true
    }
    production.act(2)
    const takenBack = (await undo(context, repaired.runId, {}, () => {
      production.act(2)
      production.isActive = true
      return Promise.resolve('execute')
    }))!
    production.isActive = false
    expectHonestWorkKept(production, isRunsToo)
    expectReported(takenBack, differences(damaged, production))
    // Whom the run made is gone again, unless somebody has done something about the account since, or something else could
    // not be taken back, and then nobody is deleted.
    const lines = await linesUnder(lab.store, takenBack.fidelityReport)
    for (const [username, { sub }] of stateOf().users) {
      if (damaged.users.has(username) || production.work.newcomers.has(sub)) continue
      const note =
        takenBack.failed.length > 0 ? /changed-since-run|drifted|left-standing/ : /changed-since-run/
      expect(JSON.stringify(lines.find(({ id }) => id === sub)), username).toMatch(note)
    }
    expect(lab.simulator.ledger.messages.all()).toEqual([])
  })
})
