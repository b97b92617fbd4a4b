import { afterEach, beforeEach, expect, it } from 'vitest'
import { diffLive } from '../../src/actions/diff.js'
import { backUp, digestsOf } from '../support/backed-up.js'
import { type Lab, openLab } from '../support/lab.js'
import { countsAsCalled } from '../support/simulated-operation.js'
import { seedSmallPool } from '../support/small-pool.js'

/** All that a backup may ask of the service. */
const READS = [
  'DescribeIdentityProvider',
  'DescribeManagedLoginBrandingByClient',
  'DescribeRiskConfiguration',
  'DescribeUserPool',
  'DescribeUserPoolClient',
  'DescribeUserPoolDomain',
  'GetLogDeliveryConfiguration',
  'GetSigningCertificate',
  'GetUICustomization',
  'GetUserPoolClientSessionConfiguration',
  'GetUserPoolMfaConfig',
  'GetUserPoolSessionConfiguration',
  'ListGroups',
  'ListIdentityPools',
  'ListIdentityProviders',
  'ListResourceServers',
  'ListTagsForResource',
  'ListTerms',
  'ListUserPoolClientSecrets',
  'ListUserPoolClients',
  'ListUserPoolReplicas',
  'ListUsers',
  'ListUsersInGroup',
]

let lab: Lab
let poolId: string

beforeEach(async () => {
  lab = await openLab()
  poolId = seedSmallPool(lab.simulator)
  lab.simulator.seed.users(poolId, 200)
  lab.simulator.ledger.clear()
})
afterEach(() => lab.close())

it.each([
  ['a backup', () => backUp(lab.context, poolId)],
  [
    'a comparison with the live pool',
    async () => diffLive(lab.context, (await backUp(lab.context, poolId)).id),
  ],
])(
  '%s makes nobody monthly active, writes to nobody, runs no trigger and changes nothing',
  async (_, work) => {
    const { ledger, inspect } = lab.simulator
    const before = inspect.pool(poolId)
    await work()
    expect(ledger.mau.count()).toBe(0)
    expect(ledger.messages.all()).toEqual([])
    expect(ledger.triggers.all()).toEqual([])
    expect(Object.keys(countsAsCalled(ledger.requests.all())).sort()).toEqual(READS)
    expect(inspect.pool(poolId)).toEqual(before)
  },
)

it('a backup of what has not changed stores a manifest, and no segment', async () => {
  const first = await backUp(lab.context, poolId)
  const second = await backUp(lab.context, poolId)
  expect(first.bytesStored).toBeGreaterThan(0)
  expect(second).toMatchObject({ bytesStored: 0, mau: 0, counts: first.counts })
  expect(await digestsOf(lab.context, second.id)).toEqual(await digestsOf(lab.context, first.id))
})
