import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { restore } from '../../src/actions/restore.js'
import type { JsonObject } from '../../src/model/canonical.js'
import { backUp } from '../support/backed-up.js'
import { type Lab, openLab } from '../support/lab.js'
import { linesUnder } from '../support/report-lines.js'
import { yes } from '../support/run-to-end.js'
import { compareResources } from './compare-pools.js'
import { type GeneratedPool, rawPools } from './generated-pool.js'
import { found, type Said } from './promised-differences.js'
import { obeyRules } from './rules.js'
import { TIMEOUT_MS, tryOn } from './runs.js'
import { deletePool, seedPool } from './seed-pool.js'
import { deleteIdentityPools, identityPoolsOf } from './seed-identity-pools.js'
import { servedPool } from './served-pool.js'

let lab: Lab

beforeAll(async () => {
  lab = await openLab({ pages: 'full' })
})
afterAll(() => lab.close())

let pools = 10_000

/** A request that replaces what a pool has with what another has, and what names the resource. */
type Change = (
  was: GeneratedPool,
  other: GeneratedPool,
  poolId: string,
) => readonly [string, JsonObject] | undefined

const NOT_UPDATED = [
  'Schema',
  'AliasAttributes',
  'UsernameAttributes',
  'UsernameConfiguration',
  'UserPoolTags',
  'PoolName',
]

/** What somebody may do to a pool that lives, by resource. */
const CHANGES: Readonly<Record<string, Change>> = {
  pool: ({ pool }, other, UserPoolId) => {
    const { pool: changed } = obeyRules({ ...other, pool: { ...other.pool, ...fixed(pool) } })
    // A feature of another plan cannot be put back while the plan is not, and a repair never writes the plan.
    // MFA is not this request's to change here: turning it off and on has a test of its own.
    const { MfaConfiguration } = lab.simulator.inspect.pool(UserPoolId).pool as JsonObject
    return [
      'UpdateUserPool',
      {
        ...without(changed, NOT_UPDATED),
        UserPoolId,
        MfaConfiguration: MfaConfiguration!,
        UserPoolTier: pool['UserPoolTier'] ?? 'ESSENTIALS',
      },
    ]
  },
  client: (was, other, UserPoolId) => {
    const [client] = lab.simulator.inspect.pool(UserPoolId).clients
    const [wanted] = obeyRules({ ...was, clients: other.clients }).clients
    if (client === undefined || wanted === undefined) return undefined
    const request = without(wanted.create, ['ClientSecret', 'GenerateSecret'])
    return ['UpdateUserPoolClient', { ...request, UserPoolId, ClientId: client['ClientId'] as string }]
  },
  group: (was, other, UserPoolId) => {
    const [group, wanted] = [was.groups[0], other.groups[0]]
    return group && wanted && ['UpdateGroup', { ...wanted, UserPoolId, GroupName: group['GroupName']! }]
  },
  'resource-server': (was, other, UserPoolId) => {
    const [server, wanted] = [was.resourceServers[0], obeyRules(other).resourceServers[0]]
    return (
      server &&
      wanted && ['UpdateResourceServer', { ...wanted, UserPoolId, Identifier: server['Identifier']! }]
    )
  },
  'identity-provider': (was, other, UserPoolId) => {
    const provider = was.providers[0]
    const [wanted] = obeyRules({ ...other, pool: was.pool }).providers
    if (provider === undefined || wanted === undefined) return undefined
    const isSameType = provider['ProviderType'] === wanted['ProviderType']
    const request = without(wanted, ['ProviderType', ...(isSameType ? [] : ['ProviderDetails'])])
    return ['UpdateIdentityProvider', { ...request, UserPoolId, ProviderName: provider['ProviderName']! }]
  },
  risk: (was, other, UserPoolId) => {
    const { risk } = obeyRules({ ...other, pool: was.pool })
    return risk && ['SetRiskConfiguration', { ...risk, UserPoolId }]
  },
  logs: (was, other, UserPoolId) => {
    const tier = was.pool['UserPoolTier']
    return other.logs && tier === 'PLUS'
      ? ['SetLogDeliveryConfiguration', { ...other.logs, UserPoolId }]
      : undefined
  },
  'identity-pool': (_, other, UserPoolId) => {
    const [IdentityPoolId] = identityPoolsOf(lab.simulator, UserPoolId)
    const wanted = other.identityPools[0]?.create
    if (IdentityPoolId === undefined || wanted === undefined) return undefined
    const { CognitoIdentityProviders, DeveloperProviderName = null } =
      lab.simulator.inspect.identityPool(IdentityPoolId).pool
    // The name of a developer provider is for good: it can be given once, and then neither changed nor taken away.
    const named = DeveloperProviderName === null ? {} : { DeveloperProviderName }
    const request = { ...without(wanted, ['DeveloperProviderName']), ...named, IdentityPoolId }
    return ['cognito-identity:UpdateIdentityPool', { ...request, CognitoIdentityProviders } as JsonObject]
  },
}

function fixed(pool: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(pool).filter(([member]) => NOT_UPDATED.includes(member)))
}

function without(body: JsonObject, members: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([member]) => !members.includes(member)))
}

const none: ReadonlyMap<string, string> = new Map()

it(
  'a resource that somebody changed is put back whole, and nothing else is touched but what the report leaves',
  { timeout: TIMEOUT_MS },
  async () => {
    const tried = new Map<string, number>()
    const values = fc.record({
      pool: rawPools.map(obeyRules),
      other: rawPools,
      what: fc.constantFrom(...Object.keys(CHANGES)),
    })
    await tryOn(values, async ({ pool, other, what }) => {
      const { simulator } = lab
      const context = await lab.withEmptyVault()
      const poolId = seedPool(simulator, pool, ++pools, new Set())
      try {
        const snapshot = await backUp(context, poolId)
        const before = servedPool(simulator, poolId)
        const change = CHANGES[what]!(pool, other, poolId)
        if (change === undefined || !accepted(...change)) return
        const spoiled = servedPool(simulator, poolId)
        tried.set(what, (tried.get(what) ?? 0) + 1)

        const result = (await restore(context, { snapshot: snapshot.id, target: { mode: 'in-place' } }, yes))!
        const after = servedPool(simulator, poolId)
        const said = (await linesUnder(context.store, result.fidelityReport)) as unknown as Said[]
        expect(result.failed).toEqual([])
        const left = leftBy(said)
        expect(
          found(compareResources(before, after, none, 'sets')).filter((line) => !left.has(line)),
        ).toEqual([])
        // What is left is as it was found, not as an update without it would have made it.
        const touched = found(compareResources(spoiled, after, none, 'sets'))
        expect(touched.filter((line) => left.has(line))).toEqual([])
      } finally {
        deleteIdentityPools(simulator, poolId)
        deletePool(simulator, poolId)
      }
    })
    // Of the eight, the few pools of a short run may lack what one or two would change.
    expect(tried.size).toBeGreaterThanOrEqual(5)
  },
)

/** Whether the service took the request: what another pool has may not go with what this one has. */
function accepted(operation: string, request: JsonObject): boolean {
  try {
    lab.simulator.seed.call(operation, request)
    return true
  } catch {
    return false
  }
}

/** The members of which the report says that they were left, as lines of a comparison. */
function leftBy(said: readonly Said[]): ReadonlySet<string> {
  const lines = said.flatMap(({ kind, id, notes }) =>
    notes
      .filter(({ code }) => code === 'setting-left' || code === 'setting-kept')
      .flatMap(({ detail = '' }) => detail.split(', ').map((member) => `${kind} ${id} ${member}`)),
  )
  return new Set(lines)
}
