import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RestoreResult } from '../../src/actions/restore.js'
import type { JsonObject } from '../../src/model/canonical.js'
import { backUp } from '../support/backed-up.js'
import { ADMIN, callIdentity, providerOf, ROLE, SAML, seedIdentityPool } from '../support/identity-pool.js'
import { type KindLab, openKindLab } from '../support/kind-lab.js'
import { linesUnder } from '../support/report-lines.js'

let lab: KindLab
let id: string

beforeEach(async () => {
  lab = await openKindLab()
  id = seedIdentityPool(lab.simulator, lab.pool)
})

afterEach(() => lab.close())

const identity = (operation: string, input: JsonObject): JsonObject =>
  callIdentity(lab.simulator, operation, input)
const ids = (): readonly string[] => lab.simulator.inspect.identityPoolIds()
const shown = (IdentityPoolId = id): ReturnType<KindLab['simulator']['inspect']['identityPool']> =>
  lab.simulator.inspect.identityPool(IdentityPoolId)
/** An update as somebody does it who knows no better: it resets what it leaves out. */
const spoil = (more: JsonObject = {}): unknown =>
  identity('UpdateIdentityPool', {
    IdentityPoolId: id,
    IdentityPoolName: 'people',
    AllowUnauthenticatedIdentities: true,
    ...more,
  })

async function madeIn(result: RestoreResult): Promise<string> {
  const lines = await linesUnder(lab.store, result.identityMap)
  const line = lines.find(({ kind }) => kind === 'identity-pool')
  expect(line).toMatchObject({ old: id })
  return line!['new'] as string
}

describe('a backup', () => {
  it('has the identity pools that point at the pool, with roles and tags, and no others', async () => {
    const stranger = lab.simulator.seed.pool({ PoolName: 'stranger' })
    lab.call('CreateUserPoolClient', { UserPoolId: stranger, ClientName: 'theirs' })
    seedIdentityPool(lab.simulator, stranger)
    const recorded = await lab.recorded(await lab.take(), 'identity-pool')
    const { pool, roles, principalTags } = shown()
    expect(Object.keys(recorded)).toEqual([id])
    expect(recorded[id]).toMatchObject({
      NewerThanTheSdk: pool['NewerThanTheSdk']!,
      IdentityPoolTags: { team: 'identity' },
      IdentityPoolRoles: roles as JsonObject,
      PrincipalTagAttributeMaps: principalTags as JsonObject,
    })
  })

  it('reads many in few requests: a listing by sixty, and each once', async () => {
    for (let made = 0; made < 70; made++)
      identity('CreateIdentityPool', { IdentityPoolName: 'other', AllowUnauthenticatedIdentities: false })
    lab.simulator.ledger.clear()
    await lab.take()
    const { requests } = lab.simulator.ledger
    const count = (operation: string): number => requests.count(`cognito-identity:${operation}`)
    expect(count('ListIdentityPools')).toBe(2)
    expect(count('DescribeIdentityPool')).toBe(71)
    expect(count('GetIdentityPoolRoles')).toBe(1)
    expect(count('GetPrincipalTagAttributeMap')).toBe(4)
  })

  it.each(['DescribeIdentityPool', 'GetIdentityPoolRoles'])(
    'has nothing of one that is gone when %s asks for it, and is complete',
    async (operation) => {
      const code = 'ResourceNotFoundException'
      lab.simulator.faults.add({ operation: `cognito-identity:${operation}`, kind: 'error', code })
      const report = await backUp(lab.context, lab.pool)
      expect(report).toMatchObject({ complete: true, counts: { identityPools: 0 } })
      expect(await lab.recorded(report.id, 'identity-pool')).toEqual({})
    },
  )

  it('is complete where the service has no tags for an application’s own provider', async () => {
    lab.simulator.faults.add({
      operation: 'cognito-identity:GetPrincipalTagAttributeMap',
      kind: 'error',
      code: 'InvalidParameterException',
      matching: (request) => request['IdentityProviderName'] === 'login.company',
    })
    expect(Object.keys(await lab.recorded(await lab.take(), 'identity-pool'))).toEqual([id])
  })
})

describe('in place', () => {
  it('what an update had reset is put back, to the fields that no SDK knows', async () => {
    const before = shown()
    const snapshot = await lab.take()
    spoil({ NewerThanTheSdk: { kept: ['as', 'it', 'is'] } })
    identity('SetIdentityPoolRoles', { IdentityPoolId: id, Roles: { unauthenticated: ADMIN } })
    expect(await lab.differences(snapshot, lab.pool)).toMatchObject([{ change: 'removed', name: id }])
    const result = await lab.inPlace(snapshot)
    expect(result.failed).toEqual([])
    expect(shown()).toEqual(before)
    expect(ids()).toEqual([id])
    expect(await lab.differences(snapshot, lab.pool)).toEqual([])
  })

  it('one that was pointed at another user pool is left to that pool, made no second time, and told', async () => {
    const snapshot = await lab.take()
    const successor = lab.simulator.seed.pool({ PoolName: 'successor' })
    lab.call('CreateUserPoolClient', { UserPoolId: successor, ClientName: 'web' })
    const ClientId = lab.clientId('web', successor)
    spoil({ CognitoIdentityProviders: [{ ProviderName: providerOf(successor), ClientId }] })
    // What is left of the old pool in its roles names a client that is made again.
    lab.call('DeleteUserPoolClient', { ClientId: lab.clientId('web') })
    const moved = shown()
    const result = await lab.inPlace(snapshot)
    expect(result.failed).toEqual([])
    expect(result.done).toHaveProperty('CreateUserPoolClient', 1)
    expect(shown()).toEqual(moved)
    expect(ids()).toEqual([id])
    const lines = await linesUnder(lab.store, result.fidelityReport)
    expect(lines.find(({ kind }) => kind === 'identity-pool')).toMatchObject({
      id,
      outcome: 'lost',
      notes: [{ code: 'identity-pool-elsewhere', detail: successor }],
    })
    // Where identity pools were not asked for, nothing is said of them.
    const narrow = await lab.inPlace(snapshot, { scope: { only: ['users'] } })
    expect(await lab.notesOn(narrow, 'identity-pool')).toEqual({})
  })

  it('a repair of roles touches nothing that the plan did not name', async () => {
    const snapshot = await lab.take()
    const { roles } = shown()
    const RoleMappings = roles['RoleMappings'] as JsonObject
    identity('SetIdentityPoolRoles', { IdentityPoolId: id, Roles: {}, RoleMappings, Came: 'since' })
    expect(await lab.differences(snapshot, lab.pool)).toMatchObject([
      { kind: 'identity-pool', change: 'changed' },
    ])
    const result = await lab.inPlace(snapshot)
    expect(result.done).toEqual({ SetIdentityPoolRoles: 1 })
    expect(shown().roles).toEqual(roles)
  })

  it('a tag map and a setting are changed alone, each in its own call, and all else kept', async () => {
    const before = shown()
    const snapshot = await lab.take()
    const provider = { IdentityPoolId: id, IdentityProviderName: SAML }
    identity('SetPrincipalTagAttributeMap', { ...provider, PrincipalTags: { plan: 'sub' } })
    identity('UpdateIdentityPool', { ...(before.pool as JsonObject), AllowClassicFlow: false })
    const result = await lab.inPlace(snapshot)
    expect(result.plan).toEqual({ SetPrincipalTagAttributeMap: 1, UpdateIdentityPool: 1 })
    expect(shown()).toEqual(before)
  })

  it('is not overwritten where somebody changes it while the plan waits', async () => {
    const snapshot = await lab.take()
    identity('SetIdentityPoolRoles', { IdentityPoolId: id, Roles: {} })
    const honest = { authenticated: `${ROLE}-2` }
    const change = (): void => void identity('SetIdentityPoolRoles', { IdentityPoolId: id, Roles: honest })
    const result = await lab.inPlace(snapshot, {}, change)
    expect(result.failed).toMatchObject([{ operation: 'SetIdentityPoolRoles', outcome: 'drifted' }])
    expect(shown().roles['Roles']).toEqual(honest)
  })

  it('one that was deleted is made again, with all that it had, and the report says what is new', async () => {
    const before = shown()
    const snapshot = await lab.take()
    identity('DeleteIdentityPool', { IdentityPoolId: id })
    const result = await lab.inPlace(snapshot)
    expect(result.failed).toEqual([])
    const made = await madeIn(result)
    const again = shown(made)
    expect(again.pool).toEqual({ ...before.pool, IdentityPoolId: made })
    expect(again.roles).toEqual(before.roles)
    expect(again.principalTags).toEqual(before.principalTags)
    expect(await lab.notesOn(result, 'identity-pool')).toEqual({
      [id]: ['identity-pool-id-new', 'identity-pool-trust'],
    })
    // The one that was made is known from then on.
    identity('SetIdentityPoolRoles', { IdentityPoolId: made, Roles: {} })
    const second = await lab.inPlace(snapshot)
    expect(second.plan).toEqual({ SetIdentityPoolRoles: 1 })
    expect(ids()).toEqual([made])
  })

  it('points at the clients that are made again', async () => {
    const snapshot = await lab.take()
    const [first, second] = ['web', 'mobile'].map((name) => lab.clientId(name))
    lab.call('DeleteUserPoolClient', { ClientId: first! })
    const result = await lab.inPlace(snapshot)
    expect(result.failed).toEqual([])
    const web = lab.clientId('web')
    const text = JSON.stringify(shown())
    expect(text).toContain(web)
    expect(text).toContain(second)
    expect(text).not.toContain(first)
    expect(await lab.inPlace(snapshot)).toMatchObject({ plan: {} })
  })

  it('what widens access is left out when that is asked for', async () => {
    const snapshot = await lab.take()
    identity('SetIdentityPoolRoles', { IdentityPoolId: id, Roles: {} })
    spoil({ AllowUnauthenticatedIdentities: true })
    await lab.inPlace(snapshot, { noWidening: true })
    expect(shown().pool).not.toHaveProperty('SamlProviderARNs')
    expect(shown().pool).toMatchObject({ AllowUnauthenticatedIdentities: false, AllowClassicFlow: false })
    expect(shown().roles['Roles']).toEqual({})
    identity('DeleteIdentityPool', { IdentityPoolId: id })
    const result = await lab.inPlace(snapshot, { noWidening: true })
    expect(await lab.notesOn(result, 'identity-pool')).toEqual({ [id]: ['not-made-again'] })
    expect(ids()).toEqual([])
  })

  it('one that came since stays, whatever is to be deleted', async () => {
    const snapshot = await lab.take()
    const other = seedIdentityPool(lab.simulator, lab.pool, { IdentityPoolName: 'newer' })
    const result = await lab.inPlace(snapshot, { deleteExtra: true, deleteNewer: true })
    expect(result.plan).toEqual({})
    expect(await lab.notesOn(result, 'identity-pool')).toEqual({ [other]: ['extra-stays'] })
    expect([...ids()].sort()).toEqual([id, other].sort())
  })
})

describe('into another pool', () => {
  it('that is new, another is made that points at it, and the old one is as it was', async () => {
    const before = shown()
    const snapshot = await lab.take()
    const result = await lab.intoNewPool(snapshot)
    expect(result.failed).toEqual([])
    const made = await madeIn(result)
    const text = JSON.stringify(shown(made))
    expect(text).not.toContain(lab.pool)
    for (const name of ['web', 'mobile']) {
      expect(text).not.toContain(lab.clientId(name))
      expect(text).toContain(lab.clientId(name, result.poolId))
    }
    const key = `${providerOf(result.poolId)}:`
    const mappings = Object.keys(shown(made).roles['RoleMappings'] as JsonObject)
    expect(mappings).toEqual([expect.stringContaining(key)])
    expect(shown(made).principalTags).toEqual({
      [providerOf(result.poolId)]: { UseDefaults: false, PrincipalTags: { plan: 'custom:plan' } },
      [SAML]: before.principalTags[SAML],
    })
    expect(shown(made).pool).toMatchObject({
      IdentityPoolName: 'people',
      DeveloperProviderName: 'login.company',
      SamlProviderARNs: [SAML],
      SupportedLoginProviders: before.pool['SupportedLoginProviders']!,
      NewerThanTheSdk: before.pool['NewerThanTheSdk']!,
      IdentityPoolTags: { team: 'identity' },
    })
    expect(shown()).toEqual(before)
    expect(await lab.differences(snapshot, result.poolId)).toEqual([])
    const lines = await linesUnder(lab.store, result.fidelityReport)
    const notes = lines.find(({ kind }) => kind === 'identity-pool')!['notes'] as JsonObject[]
    expect(notes.find(({ code }) => code === 'identity-pool-trust')).toMatchObject({
      detail: `${ADMIN}, ${ROLE}`,
    })
  })

  it('a client that the snapshot does not have is left out, and named', async () => {
    const gone = '1goneclient234567890abcdef'
    const pointingAt = (IdentityPoolName: string, ...clients: string[]): string =>
      identity('CreateIdentityPool', {
        IdentityPoolName,
        AllowUnauthenticatedIdentities: false,
        CognitoIdentityProviders: clients.map((ClientId) => ({
          ProviderName: providerOf(lab.pool),
          ClientId,
        })),
      })['IdentityPoolId'] as string
    const [useless, stale] = [pointingAt('useless', gone), pointingAt('stale', gone, lab.clientId('web'))]
    const result = await lab.intoNewPool(await lab.take())
    expect(result.failed).toEqual([])
    expect(await lab.notesOn(result, 'identity-pool')).toMatchObject({
      [useless]: ['client-not-made'],
      [stale]: ['identity-pool-id-new', 'identity-pool-client-left-out'],
    })
    const made = ids().filter((one) => ![id, useless, stale].includes(one))
    expect(made.map((one) => shown(one).pool['IdentityPoolName']).sort()).toEqual(['people', 'stale'])
    for (const one of made) expect(JSON.stringify(shown(one))).not.toContain(gone)
  })

  it('that exists, what it lacks is added, and what it has under the name is left', async () => {
    const snapshot = await lab.take()
    const target = lab.simulator.seed.pool({ PoolName: 'other' })
    lab.call('CreateUserPoolClient', { UserPoolId: target, ClientName: 'web' })
    const first = await lab.intoPool(snapshot, target)
    expect(first.failed).toEqual([])
    const made = await madeIn(first)
    expect(JSON.stringify(shown(made))).toContain(lab.clientId('web', target))
    identity('SetIdentityPoolRoles', { IdentityPoolId: made, Roles: {} })
    const second = await lab.intoPool(snapshot, target)
    expect(second.plan).not.toHaveProperty('CreateIdentityPool')
    expect(await lab.notesOn(second, 'identity-pool')).toEqual({
      [id]: ['identity-pool-id-other', 'left-as-it-is'],
    })
    expect(await madeIn(second)).toBe(made)
    expect(shown(made).roles['Roles']).toEqual({})
  })

  it('is not made where a client that it names was not', async () => {
    const snapshot = await lab.take()
    const code = 'LimitExceededException'
    lab.simulator.faults.add({ operation: 'CreateUserPoolClient', kind: 'error', code, times: 1 })
    const result = await lab.intoNewPool(snapshot)
    const notes = await lab.notesOn(result, 'identity-pool')
    expect(notes[id]).toContain('client-not-made')
    expect(ids()).toEqual([id])
    expect(result.done).not.toHaveProperty('CreateIdentityPool')
  })
})
