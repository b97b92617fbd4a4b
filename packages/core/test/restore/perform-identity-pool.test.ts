import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { CognitoApi } from '../../src/cognito/cognito-api.js'
import type { PlannedOperation } from '../../src/cognito/operation.js'
import { callIdentity, providerOf } from '../support/identity-pool.js'
import { type Lab, openLab } from '../support/lab.js'
import { perform, writes } from '../support/performing.js'

let lab: Lab
let pool: string

beforeAll(async () => {
  lab = await openLab({ pages: 'full' })
})
afterAll(() => lab.close())

beforeEach(() => {
  pool = lab.simulator.seed.pool({ PoolName: 'shop' })
  for (const ClientName of ['web', 'mobile'])
    lab.simulator.seed.call('CreateUserPoolClient', { UserPoolId: pool, ClientName })
  lab.simulator.ledger.clear()
})

const creation: PlannedOperation = {
  operation: 'CreateIdentityPool',
  input: { IdentityPoolName: { $ref: 'temporary-name/old' }, AllowUnauthenticatedIdentities: false },
  binds: 'identity-pool/old',
}
const settings = { IdentityPoolName: 'run-1 old', AllowUnauthenticatedIdentities: false }

/** Listings that show nothing at first, as after a creation. */
function lagging(empty: number): (api: CognitoApi) => CognitoApi {
  let listings = 0
  return (api) => ({
    ...api,
    call: async (operation, input, options) => {
      const answer = await api.call(operation, input, options)
      return operation === 'ListIdentityPools' && listings++ < empty ? { IdentityPools: [] } : answer
    },
  })
}

it('an identity pool that may have been made is known by the run’s own name, however late it shows', async () => {
  const made = callIdentity(lab.simulator, 'CreateIdentityPool', settings)
  const found = await perform(lab, pool, creation, { inDoubt: true, wrap: lagging(3) })
  expect(found).toEqual({ outcome: 'done', values: { 'identity-pool/old': made['IdentityPoolId'] } })
  expect(writes(lab)).toEqual([])
})

it('providers that are written already are in effect, in whichever order their ids came', async () => {
  const clients = lab.simulator.inspect.pool(pool).clients.map(({ ClientId }) => ClientId as string)
  const ProviderName = providerOf(pool)
  const providers = (ids: readonly (string | { $ref: string })[]): object[] =>
    ids.map((ClientId) => ({ ProviderName, ClientId, ServerSideTokenCheck: false }))
  const { IdentityPoolId } = callIdentity(lab.simulator, 'CreateIdentityPool', {
    ...settings,
    CognitoIdentityProviders: providers(clients) as never,
  })
  for (const order of [clients, [...clients].reverse()]) {
    const refs = order.map((_, at) => ({ $ref: `client/${at}` }))
    const update: PlannedOperation = {
      operation: 'UpdateIdentityPool',
      input: { IdentityPoolId: IdentityPoolId! },
      patch: { CognitoIdentityProviders: providers(refs) as never },
      expects: { CognitoIdentityProviders: [] },
    }
    const made = Object.fromEntries(order.map((id, at) => [`client/${at}`, id]))
    expect(await perform(lab, pool, update, { made })).toEqual({ outcome: 'already' })
  }
})
