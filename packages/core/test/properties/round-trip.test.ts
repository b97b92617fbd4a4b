import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lab, openLab } from '../support/lab.js'
import { isThorough, unlessThorough } from '../support/sweep.js'
import { membersToSet, structuresToExtend } from './coverage.js'
import { rawPools } from './generated-pool.js'
import { found, inTheServicesWords, promised, shown } from './promised-differences.js'
import { richPool } from './rich-pool.js'
import { obeyRules } from './rules.js'
import { TIMEOUT_MS, tryOn } from './runs.js'
import type { Coverage } from './seed-pool.js'
import { takeTrip } from './trip.js'

let lab: Lab
const coverage: Coverage = new Set()

beforeAll(async () => {
  lab = await openLab({ pages: 'full' })
})
afterAll(() => lab.close())

describe('a pool with every member that can be written', () => {
  it(
    'comes back as it was, but for what only the service writes and what the report names; diff shows just that',
    { timeout: TIMEOUT_MS },
    async () => {
      const values = fc.record({ pool: rawPools.map(obeyRules), livesOn: fc.boolean() })
      await tryOn(values, async ({ pool, livesOn }) => {
        const trip = await takeTrip(lab, pool, livesOn, coverage)
        expect(trip.result.failed).toEqual([])
        const announced = promised(trip.said).sort()
        expect([...found(trip.recorded), ...ofUsers(announced)].sort()).toEqual(announced)
        expect([...found(trip.served), ...found(trip.people)].sort()).toEqual(
          announced.map(inTheServicesWords).sort(),
        )
        expect(shown(trip.diff, trip.ids)).toEqual(announced)
      })
    },
  )

  it.runIf(isThorough)(
    `is generated with every member that the API takes, and with some that it does not${unlessThorough}`,
    () => {
      expect(membersToSet().filter((member) => !coverage.has(member))).toEqual([])
      expect(structuresToExtend().filter((member) => !coverage.has(member))).toEqual([])
    },
  )
})

describe('what a report says and what diff shows', () => {
  const SAID_OF_ALL = [
    'new-pool-id',
    'new-client-id',
    'second-secret-lost',
    'apple-key',
    'provider-left-out',
    'identity-pool-id-new',
    'identity-pool-trust',
  ]
  const SAID_OF_PEOPLE = [
    'new-account',
    'password-unknown',
    'temporary-password-unknown',
    'trigger-permission',
    'reset-required-became-confirmed',
    'no-way-in',
    'mfa-not-known',
    'unconfirmed-user',
    'federated-user',
  ]
  const SAID_OF_SAML = ['saml-registration', 'signing-certificate-new']

  it.each([
    ['lost', false, ['custom-domain-dns'], []],
    [
      'living',
      true,
      ['domain-held', 'style-needs-domain'],
      ['domain login', 'domain shop', 'ui ALL', 'ui of the client'],
    ],
  ])('agree on a %s pool that has one of everything', async (_, livesOn, notes, gone) => {
    const { said, diff, ids, result } = await takeTrip(lab, richPool, livesOn, new Set())
    expect(result.failed).toEqual([])
    const codes = new Set(said.flatMap((one) => one.notes.map(({ code }) => code)))
    const expected = [...SAID_OF_ALL, ...SAID_OF_PEOPLE, ...SAID_OF_SAML, ...notes]
    expect([...codes].sort()).toEqual(expected.sort())
    expect(shown(diff, ids)).toEqual(promised(said).sort())
    expect(diff.resources.map(({ kind }) => kind).sort()).toEqual(
      ['client', 'client-secrets', 'identity-provider', ...gone.map((one) => one.split(' ')[0]!)].sort(),
    )
    expect(diff.userCounts).toEqual({ added: 0, removed: 2, changed: 1 })
  })
})

it('two clients of one name and the same settings come back each with what belongs to it', async () => {
  const [client] = richPool.clients
  const other = { ...client!, secondSecret: false, sessions: undefined, ui: undefined, terms: [] }
  const { said, diff, ids } = await takeTrip(
    lab,
    { ...richPool, clients: [other, client!] },
    false,
    new Set(),
  )
  expect(shown(diff, ids)).toEqual(promised(said).sort())
})

const ofUsers = (lines: readonly string[]): string[] => lines.filter((line) => line.startsWith('user '))
