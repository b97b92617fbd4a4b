import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import { restore, type RestoreResult, resume } from '../../src/actions/restore.js'
import { type Lab, openLab } from '../support/lab.js'
import { linesUnder } from '../support/report-lines.js'
import { yes } from '../support/run-to-end.js'
import { person, seedSmallPool } from '../support/small-pool.js'

let lab: Lab
let pool: string

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
  pool = seedSmallPool(lab.simulator)
})

afterEach(() => lab.close())

const take = async (): Promise<string> => (await backup(lab.context, [pool])).snapshots[0]!.id

async function intoNewPool(snapshot: string): Promise<RestoreResult> {
  return (await restore(lab.context, { snapshot, target: { mode: 'new-pool', poolName: 'shop' } }, yes))!
}

async function inPlace(snapshot: string, beforeWriting = (): void => undefined): Promise<RestoreResult> {
  const result = await restore(lab.context, { snapshot, target: { mode: 'in-place' } }, () => {
    beforeWriting()
    return yes()
  })
  return result!
}

const total = ({ fidelity }: RestoreResult): number => fidelity.exact + fidelity.transformed + fidelity.lost

describe('what could not be read', () => {
  const deny = (operation: string): void =>
    void lab.simulator.faults.add({ operation, kind: 'error', code: 'AccessDeniedException' })

  it('when the snapshot was taken stays in the report of its restore', async () => {
    deny('ListResourceServers')
    const snapshot = await take()
    lab.simulator.faults.clear()
    const { missing, runId } = await intoNewPool(snapshot)
    expect(missing).toMatchObject([{ resource: 'resourceServers', operation: 'ListResourceServers' }])
    expect((await resume(lab.context, runId)).missing).toEqual(missing)
  })

  it('of the target leaves its kind alone, and stays in the report', async () => {
    const snapshot = await take()
    lab.simulator.seed.call('DeleteResourceServer', { UserPoolId: pool, Identifier: 'orders' })
    deny('ListResourceServers')
    const result = await inPlace(snapshot)
    expect(result.unread).toMatchObject([{ resource: 'resourceServers' }])
    expect(result.plan).toEqual({})
  })
})

describe('a new pool', () => {
  it('of which the last touches fail is not what it was, and nothing is counted twice', async () => {
    const snapshot = await take()
    const good = await intoNewPool(snapshot)
    lab.simulator.faults.add({
      operation: 'UpdateUserPool',
      kind: 'error',
      code: 'InvalidParameterException',
    })
    const bad = await intoNewPool(snapshot)
    expect(bad.failed).toMatchObject([{ operation: 'UpdateUserPool', outcome: 'failed', subject: 'pool' }])
    expect(total(bad)).toBe(total(good))
    expect(bad.fidelity).toEqual({
      ...good.fidelity,
      transformed: good.fidelity.transformed - 1,
      lost: good.fidelity.lost + 1,
    })
  })

  it('is given clients without the provider that nobody can make, and the report says so', async () => {
    lab.simulator.seed.call('CreateIdentityProvider', {
      UserPoolId: pool,
      ProviderName: 'SignInWithApple',
      ProviderType: 'SignInWithApple',
      ProviderDetails: {
        client_id: 'a',
        team_id: 't',
        key_id: 'k',
        private_key: 'p',
        authorize_scopes: 'email',
      },
    })
    lab.simulator.seed.call('CreateUserPoolClient', {
      UserPoolId: pool,
      ClientName: 'apple',
      SupportedIdentityProviders: ['COGNITO', 'SignInWithApple'],
    })
    const result = await intoNewPool(await take())
    expect(result.failed).toEqual([])
    expect(result.notes).toMatchObject({ 'apple-key': 1, 'provider-left-out': 1 })
    const { clients } = lab.simulator.inspect.pool(result.poolId)
    const client = clients.find(({ ClientName }) => ClientName === 'apple')
    expect(client!['SupportedIdentityProviders']).toEqual(['COGNITO'])
  })
})

describe('tags', () => {
  const tagNow = (team: string): unknown =>
    lab.simulator.seed.call('TagResource', {
      ResourceArn: lab.simulator.inspect.pool(pool).pool['Arn'],
      Tags: { team },
    })
  const tags = (): unknown => lab.simulator.inspect.pool(pool).pool['UserPoolTags']

  it('come back as they were, and those that came since stay and are named', async () => {
    const snapshot = await take()
    tagNow('thieves')
    lab.simulator.seed.call('TagResource', {
      ResourceArn: lab.simulator.inspect.pool(pool).pool['Arn'],
      Tags: { since: 'today' },
    })
    const result = await inPlace(snapshot)
    expect(result.done).toEqual({ TagResource: 1 })
    expect(tags()).toEqual({ team: 'identity', since: 'today' })
    expect(result.notes).toEqual({ 'tags-left': 1 })
  })

  it('that somebody sets while the plan waits are not overwritten', async () => {
    const snapshot = await take()
    tagNow('thieves')
    const result = await inPlace(snapshot, () => void tagNow('honest'))
    expect(result.failed).toMatchObject([{ operation: 'TagResource', outcome: 'drifted' }])
    expect(tags()).toEqual({ team: 'honest' })
  })
})

describe('an address', () => {
  it('that a survivor has taken is given back to whom it belonged, who is made again', async () => {
    lab.simulator.seed.users(pool, [person('sue')])
    const snapshot = await take()
    lab.simulator.seed.deleteUser(pool, 'ann')
    lab.simulator.seed.call('AdminUpdateUserAttributes', {
      UserPoolId: pool,
      Username: 'sue',
      UserAttributes: [
        { Name: 'email', Value: 'ann@example.com' },
        { Name: 'email_verified', Value: 'true' },
      ],
    })
    const result = await inPlace(snapshot)
    expect(result.failed).toEqual([])
    expect(lab.simulator.inspect.user(pool, 'ann').attributes['email']).toBe('ann@example.com')
    expect(lab.simulator.inspect.user(pool, 'sue').attributes['email']).toBe('sue@example.com')
  })
})

describe('a plan of which a part is damaged', () => {
  it('is refused before the first call', async () => {
    const snapshot = await take()
    lab.simulator.seed.deleteUser(pool, 'ann')
    lab.simulator.seed.call('DeleteGroup', { UserPoolId: pool, GroupName: 'admins' })
    const damaging = restore(lab.context, { snapshot, target: { mode: 'in-place' } }, async (plan) => {
      const last = plan.header.chunks.at(-1)!
      const key = `restores/${plan.header.runId}/plan/${last.id}`
      await lab.store.delete(key)
      await lab.store.putIfAbsent(key, Buffer.from('something else'))
      lab.simulator.ledger.clear()
      return yes()
    })
    await expect(damaging).rejects.toMatchObject({ code: 'VAULT_DAMAGED' })
    expect(lab.simulator.ledger.requests.all()).toEqual({})
  })
})

it('says no word of a user but what is in the report, and of nobody’s attributes their values', async () => {
  lab.simulator.seed.users(pool, [person('una', { status: 'UNCONFIRMED' })])
  const result = await intoNewPool(await take())
  const report = JSON.stringify(await linesUnder(lab.store, result.fidelityReport))
  expect(report).not.toContain('@example.com')
  expect(report).not.toContain('gold')
})

it('says that a survivor is linked to identities to which the snapshot does not link, and leaves that', async () => {
  lab.simulator.seed.users(pool, [person('lin')])
  const snapshot = await take()
  lab.simulator.seed.attributes(pool, 'lin', { identities: '[{"userId":"9","providerName":"Partner"}]' })
  const result = await inPlace(snapshot)
  expect(result.notes).toEqual({ 'link-left': 1 })
  expect(JSON.stringify(await linesUnder(lab.store, result.fidelityReport))).toContain('identities')
})

it('never makes a native user of a federated profile, whatever state it was put into', async () => {
  const identities = '[{"userId":"123","providerName":"Partner","providerType":"OIDC"}]'
  lab.simulator.seed.users(pool, [person('Partner_123', { status: 'CONFIRMED' })])
  lab.simulator.seed.attributes(pool, 'Partner_123', { identities })
  const result = await intoNewPool(await take())
  expect(result.notes['federated-user']).toBe(1)
  expect(lab.simulator.inspect.pool(result.poolId).users.map(({ username }) => username)).not.toContain(
    'Partner_123',
  )
})
