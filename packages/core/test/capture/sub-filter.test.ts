import { createManualClock, type SimulatorOptions } from 'cognito-vault-simulator'
import { afterEach, describe, expect, it } from 'vitest'
import type { CognitoApi } from '../../src/cognito/cognito-api.js'
import { objects, text } from '../../src/cognito/canonical-body.js'
import { SHARDS, subOf } from '../../src/cognito/shards.js'
import { backUp, digestsOf, recordsOf } from '../support/backed-up.js'
import { type Lab, openLab } from '../support/lab.js'
import { countsAsCalled } from '../support/simulated-operation.js'

const USERS = 300
const PAGES = USERS / 60
/** The page that tells whom to ask the filter for, and the one behind it, which tells that there is more. */
const FIRST_PAGES = 2

describe('the filter on sub', () => {
  let lab: Lab
  let poolId: string

  async function open(options: SimulatorOptions = {}): Promise<void> {
    lab = await openLab({ clock: createManualClock(), pages: 'full', subShape: 'mixed', ...options })
    poolId = lab.simulator.seed.pool()
    lab.simulator.seed.groups(poolId, ['everybody'])
    lab.simulator.seed.users(
      poolId,
      Array.from({ length: USERS }, (_, i) => ({ username: `user${i}`, groups: ['everybody'] })),
    )
  }
  afterEach(() => lab.close())

  const fallbacks = (): number => lab.events.filter(({ code }) => code === 'capture.fallback').length

  it.each(['random', 'regional', 'mixed'] as const)(
    'makes no difference to the snapshot, whatever it does, and a fallback is reported; subs being %s',
    async (subShape) => {
      const digests = []
      for (const subPrefixFilter of ['supported', 'ignored', 'nobody', 'refused'] as const) {
        if (digests.length > 0) await lab.close()
        await open({ subPrefixFilter, subShape })
        const report = await backUp(lab.context, poolId)
        expect(report).toMatchObject({ complete: true, counts: { users: USERS } })
        digests.push(await digestsOf(lab.context, report.id))
        const works = subPrefixFilter === 'supported'
        expect(fallbacks()).toBe(works ? 0 : 1)
        // One question finds a filter out that does not hold; then everything is read once, unfiltered.
        expect(report.requests['ListUsers']).toBe(FIRST_PAGES + 1 + (works ? SHARDS.length : PAGES))
        expect(countsAsCalled(lab.simulator.ledger.requests.all())).toEqual({
          ...report.requests,
          DescribeUserPool: 1,
        })
      }
      for (const digest of digests) expect(digest).toEqual(digests[0])
    },
  )

  /** An endpoint that answers questions by longer prefixes, and gives shards without some of their users. */
  function leavingOut(isLeftOut: (sub: string) => boolean): (api: CognitoApi) => CognitoApi {
    return (api) => ({
      ...api,
      call: async (operation, input, options) => {
        const answer = await api.call(operation, input, options)
        if (!/\^= "."$/.test(text(input, 'Filter'))) return answer
        return { ...answer, Users: objects(answer, 'Users').filter((user) => !isLeftOut(subOf(user))) }
      },
    })
  }

  it.each([
    ['leaves out whole shards', (sub: string) => sub >= '8'],
    ['leaves out every fifth user', (sub: string) => Number.parseInt(sub.slice(-2), 16) % 5 === 0],
    ['leaves out one shard', (sub: string) => sub.startsWith('f')],
  ])('is not relied on when it %s', async (_, isLeftOut) => {
    await open()
    const report = await backUp(lab.again({ wrap: leavingOut(isLeftOut) }), poolId)
    expect(report).toMatchObject({ complete: true, counts: { users: USERS } })
    expect(fallbacks()).toBe(1)
    // What the filter gave is forgotten: it may have been deleted since.
    const told = lab.events.filter((event) => event.code === 'capture.users')
    expect(told.at(-1)?.users).toBe(USERS)
  })

  it('is not relied on when it gives fewer than the service estimates, though each known user is in a shard', async () => {
    await open()
    const known = new Set<string>()
    const wrap = (api: CognitoApi): CognitoApi => {
      const fewer = leavingOut((sub) => !known.has(sub))(api)
      return {
        ...fewer,
        call: async (operation, input, options) => {
          const answer = await fewer.call(operation, input, options)
          if (operation === 'ListUsers' && input['Filter'] === undefined && known.size === 0)
            for (const user of objects(answer, 'Users')) known.add(subOf(user))
          return answer
        },
      }
    }
    const report = await backUp(lab.again({ wrap }), poolId)
    expect(report).toMatchObject({ complete: true, counts: { users: USERS } })
    expect(fallbacks()).toBe(1)
  })

  it.each(['supported', 'ignored', 'refused'] as const)(
    'loses nobody else when people come and go meanwhile, being %s',
    async (subPrefixFilter) => {
      await open({ subPrefixFilter, pages: 'ragged' })
      const { seed, faults, inspect } = lab.simulator
      const staying = inspect.pool(poolId).users.filter(({ username }) => !username.endsWith('7'))
      faults.before({ operation: 'ListUsers' }, ({ number }) => {
        seed.users(poolId, [{ username: `late${number}`, groups: ['everybody'] }])
        if (number % 10 === 7 && number < USERS) seed.deleteUser(poolId, `user${number}`)
      })
      faults.before({ operation: 'ListUsersInGroup' }, ({ number }) => {
        seed.users(poolId, [{ username: `later${number}`, groups: ['everybody'] }])
        if (number % 10 === 7) seed.deleteUser(poolId, `user29${number}`)
      })
      const report = await backUp(lab.context, poolId)
      expect(report.complete).toBe(true)
      const users = await keysOf(lab, report.id, 'users')
      const memberships = await keysOf(lab, report.id, 'memberships')
      expect(staying.filter(({ sub }) => !users.has(sub))).toEqual([])
      expect(staying.filter(({ sub }) => !memberships.has(`${sub}/everybody`))).toEqual([])
    },
  )
})

async function keysOf(lab: Lab, id: string, stream: 'users' | 'memberships'): Promise<Set<string>> {
  return new Set((await recordsOf(lab.context, id, stream)).keys())
}
