import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { without } from '../../src/cognito/canonical-body.js'
import type { CognitoApi } from '../../src/cognito/cognito-api.js'
import type { PlannedOperation } from '../../src/cognito/operation.js'
import type { JsonObject } from '../../src/model/canonical.js'
import { type Lab, openLab } from '../support/lab.js'
import { perform } from '../support/performing.js'

const DONE = { outcome: 'done', values: {} }
const CONFLICT = { outcome: 'conflict', reason: 'something that this run did not make has its name' }
const POOL = { UserPoolId: { $ref: 'pool' } }

let lab: Lab
let pool: string

beforeAll(async () => {
  lab = await openLab({ pages: 'full' })
})
afterAll(() => lab.close())

beforeEach(() => {
  lab.simulator.faults.clear()
  pool = lab.simulator.seed.pool({
    PoolName: 'shop',
    Schema: [{ Name: 'old', AttributeDataType: 'String', Mutable: true }],
  })
  lab.simulator.ledger.clear()
})

const seedCall = (operation: string, input: JsonObject): unknown =>
  lab.simulator.seed.call(operation, { UserPoolId: pool, ...input })
const exists = (exception: string): unknown => ({
  outcome: 'conflict',
  reason: expect.stringContaining(exception) as string,
})

describe('a user', () => {
  const attributes = [{ Name: 'email', Value: 'ann@x.example' }]
  const creation: PlannedOperation = {
    operation: 'AdminCreateUser',
    input: {
      ...POOL,
      Username: 'ann',
      UserAttributes: attributes,
      TemporaryPassword: { $ref: 'random-password' },
      MessageAction: 'SUPPRESS',
    },
    binds: 'user/old',
  }
  const twin = (): unknown => seedCall('AdminCreateUser', { Username: 'ann', UserAttributes: attributes })
  const subs = (): string[] => lab.simulator.inspect.pool(pool).users.map(({ sub }) => sub)

  it('is made, and known by the name and sub that the service gives', async () => {
    const made = await perform(lab, pool, creation)
    expect(made).toEqual({ outcome: 'done', values: { 'user/old': 'ann', newSub: subs()[0] } })
  })

  it('that is there already is somebody else’s, however alike, where no call of the run is in doubt', async () => {
    twin()
    expect(await perform(lab, pool, creation)).toEqual(exists('UsernameExistsException'))
  })

  it('that is there already and alike is the run’s own where its call is in doubt', async () => {
    twin()
    const made = await perform(lab, pool, creation, { inDoubt: true })
    expect(made).toEqual({ outcome: 'done', values: { 'user/old': 'ann', newSub: subs()[0] } })
  })

  it('that was made at another time is not', async () => {
    twin()
    expect(await perform(lab, pool, creation, { inDoubt: true, intents: () => [0, null] })).toEqual(CONFLICT)
  })

  it.each(['drop-before', 'drop-after'] as const)('is made once when an answer is lost: %s', async (kind) => {
    lab.simulator.faults.add({ operation: 'AdminCreateUser', kind, nth: 1 })
    expect(await perform(lab, pool, creation)).toMatchObject({
      outcome: 'done',
      values: { 'user/old': 'ann' },
    })
    expect(subs()).toHaveLength(1)
  })

  it('is tried so often and no more', async () => {
    let calls = 0
    const matching = (): boolean => ++calls > 0
    lab.simulator.faults.add({ operation: 'AdminCreateUser', kind: 'drop-before', matching })
    expect(await perform(lab, pool, creation)).toEqual({
      outcome: 'failed',
      reason: expect.stringContaining('AdminCreateUser: ') as string,
      unanswered: true,
    })
    expect(calls).toBe(6)
  })

  describe('whose username is asked for in capitals', () => {
    const input = { ...creation.input, Username: 'Ann' }
    // The service may have put it into lower case, and its filter heeds case.
    const exact = (api: CognitoApi): CognitoApi => ({
      ...api,
      call: async (operation, request, options) =>
        request['Filter'] === 'username = "Ann"' ? { Users: [] } : api.call(operation, request, options),
    })

    it.each([true, false])(
      'is looked for in lower case too where the pool does not heed case: %s',
      async (caseSensitive) => {
        pool = lab.simulator.seed.pool({ UsernameConfiguration: { CaseSensitive: caseSensitive } })
        twin()
        const [sub] = subs()
        const rules = { usernameAttributes: [], caseSensitive }
        const found = await perform(lab, pool, { ...creation, input }, { inDoubt: true, rules, wrap: exact })
        expect(found.outcome).toBe('done')
        expect(found.values!['newSub'] === sub).toBe(!caseSensitive)
        expect(subs()).toHaveLength(caseSensitive ? 2 : 1)
      },
    )
  })
})

describe('a group', () => {
  const creation: PlannedOperation = {
    operation: 'CreateGroup',
    input: { ...POOL, GroupName: 'g', Precedence: 1 },
  }
  const inDoubt = { inDoubt: true }

  it('is made', async () => {
    expect(await perform(lab, pool, creation)).toEqual(DONE)
  })

  it('that is there is the run’s own only in doubt, and only if it has all that was asked for', async () => {
    seedCall('CreateGroup', { GroupName: 'g', Precedence: 1 })
    expect(await perform(lab, pool, creation)).toEqual(exists('GroupExistsException'))
    expect(await perform(lab, pool, creation, inDoubt)).toEqual(DONE)
    seedCall('UpdateGroup', { GroupName: 'g', Precedence: 2 })
    expect(await perform(lab, pool, creation, inDoubt)).toEqual(CONFLICT)
  })
})

it('a domain of another pool is not the run’s own, however alike', async () => {
  const other = lab.simulator.seed.pool({ PoolName: 'other' })
  lab.simulator.seed.call('CreateUserPoolDomain', { UserPoolId: other, Domain: 'held-one' })
  const creation = { operation: 'CreateUserPoolDomain', input: { ...POOL, Domain: 'held-one' } }
  expect(await perform(lab, pool, creation, { inDoubt: true })).toEqual(CONFLICT)
  expect(await perform(lab, other, creation, { inDoubt: true })).toEqual(DONE)
})

describe('new attributes', () => {
  const attribute = (Name: string): JsonObject => ({ Name, AttributeDataType: 'String', Mutable: true })
  const adding = (...names: string[]): PlannedOperation => ({
    operation: 'AddCustomAttributes',
    input: { ...POOL, CustomAttributes: names.map(attribute) },
  })

  it('are there when all are, in doubt or not', async () => {
    expect(await perform(lab, pool, adding('a', 'b'))).toEqual(DONE)
    expect(await perform(lab, pool, adding('a', 'b'), { inDoubt: true })).toEqual(DONE)
    expect(lab.simulator.ledger.requests.all()['AddCustomAttributes']).toBe(1)
  })

  it('of which one is there are not', async () => {
    expect(await perform(lab, pool, adding('old', 'a'), { inDoubt: true })).toMatchObject({
      outcome: 'failed',
    })
  })
})

describe('a pool', () => {
  const creation = (runId = 'run-1'): PlannedOperation => ({
    operation: 'CreateUserPool',
    input: { PoolName: 'made', UserPoolTags: { 'cognito-vault:run': runId } },
    binds: 'pool',
  })

  it('is known by its name and the run’s tag', async () => {
    const { seed, inspect } = lab.simulator
    seed.pool({ PoolName: 'made' })
    seed.pool({ PoolName: 'made', UserPoolTags: { 'cognito-vault:run': 'run-0' } })
    seed.pool({ PoolName: 'otherwise', UserPoolTags: { 'cognito-vault:run': 'run-1' } })
    const before = inspect.poolIds().length
    const first = await perform(lab, pool, creation(), { inDoubt: true })
    expect(inspect.poolIds()).toHaveLength(before + 1)
    expect(first).toEqual({
      outcome: 'done',
      values: {
        pool: expect.any(String) as string,
        poolArn: expect.stringContaining(':userpool/') as string,
      },
    })
    expect(await perform(lab, pool, creation(), { inDoubt: true })).toEqual(first)
    expect(inspect.poolIds()).toHaveLength(before + 1)
  })
})

describe('a client', () => {
  const ClientSecret = 'abcdefghijklmnopqrstuvwxyz'
  const creation: PlannedOperation = {
    operation: 'CreateUserPoolClient',
    input: { ...POOL, ClientName: { $ref: 'temporary-name/web' }, ClientSecret },
    binds: 'client/web',
  }
  const clients = (): Readonly<Record<string, unknown>>[] => [...lab.simulator.inspect.pool(pool).clients]

  it('is known by a name that only the run uses', async () => {
    seedCall('CreateUserPoolClient', { ClientName: 'web' })
    const first = await perform(lab, pool, creation, { inDoubt: true })
    const made = clients().find(({ ClientName }) => ClientName === 'run-1 web')!
    expect(first).toEqual({ outcome: 'done', values: { 'client/web': made['ClientId'] } })
    expect(await perform(lab, pool, creation, { inDoubt: true })).toEqual(first)
    expect(clients()).toHaveLength(2)
  })

  it('whose secret the endpoint does not take is made, and the report says so', async () => {
    const ignoring = (api: CognitoApi): CognitoApi => ({
      ...api,
      call: async (operation, input, options) =>
        api.call(operation, without(input, ['ClientSecret']), options),
    })
    expect(await perform(lab, pool, creation, { wrap: ignoring })).toMatchObject({
      outcome: 'done',
      note: { code: 'client-secret-not-kept' },
    })
  })
})
