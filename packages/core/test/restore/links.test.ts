import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import { diffLive } from '../../src/actions/diff.js'
import type { PlannedRestore, RestoreRequest } from '../../src/actions/restore-request.js'
import { restore, type RestoreResult } from '../../src/actions/restore.js'
import { undo } from '../../src/actions/undo.js'
import { DEATHS, dyingAtOperation } from '../support/dying-process.js'
import { type Lab, openLab } from '../support/lab.js'
import { restoreToTheEnd, yes } from '../support/run-to-end.js'
import { person, seedSmallPool } from '../support/small-pool.js'

let lab: Lab
let pool: string
let snapshot: string
let planned: PlannedRestore

const newPool = { mode: 'new-pool', poolName: 'shop' } as const

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
  pool = seedSmallPool(lab.simulator, {})
  lab.simulator.seed.users(pool, [person('lia'), person('max')])
  link('lia', '7')
  link('lia', '8')
  snapshot = (await backup(lab.context, [pool])).snapshots[0]!.id
  lab.simulator.ledger.clear()
})

afterEach(() => lab.close())

function link(username: string, userId: string): void {
  lab.simulator.seed.call('AdminLinkProviderForUser', {
    UserPoolId: pool,
    DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: username },
    SourceUser: sourceOf(userId),
  })
}

function unlink(userId: string): void {
  lab.simulator.seed.call('AdminDisableProviderForUser', { UserPoolId: pool, User: sourceOf(userId) })
}

function sourceOf(userId: string): { [member: string]: string } {
  return {
    ProviderName: 'Partner',
    ProviderAttributeName: 'Cognito_Subject',
    ProviderAttributeValue: userId,
  }
}

function linksOf(username: string, poolId = pool): string[] {
  const { identities = '[]' } = lab.simulator.inspect.user(poolId, username).attributes
  return (JSON.parse(identities) as { userId: string }[]).map(({ userId }) => userId).sort()
}

async function repair(more: Partial<RestoreRequest> = {}): Promise<RestoreResult> {
  const request: RestoreRequest = { snapshot, target: { mode: 'in-place' }, ...more }
  const result = await restore(lab.context, request, (plan) => {
    planned = plan
    return yes()
  })
  return result!
}

describe('a user who was linked to identities of a provider', () => {
  it('is linked to them again in a new pool, silently and at the price that the plan names', async () => {
    const result = (await restore(lab.context, { snapshot, target: newPool }, (plan) => {
      planned = plan
      return yes()
    }))!
    expect(result.failed).toEqual([])
    expect(linksOf('lia', result.poolId)).toEqual(['7', '8'])
    expect(lab.simulator.ledger.messages.all()).toEqual([])
    expect(lab.simulator.ledger.triggers.all()).toEqual([])
    expect(lab.simulator.ledger.mau.count(result.poolId)).toBe(planned.header.summary.mau)
    expect(planned.header.summary.operations).toMatchObject({ AdminLinkProviderForUser: 2 })
  })

  it.each(DEATHS)('is linked once by a restore that dies at the call, %s, and is resumed', async (death) => {
    lab.simulator.seed.deleteUser(pool, 'lia')
    const process = dyingAtOperation('AdminLinkProviderForUser', death)
    const request = { snapshot, target: { mode: 'in-place' } } as const
    const result = (await restoreToTheEnd(lab, lab.store, process, request))!
    expect(result.failed).toEqual([])
    expect(linksOf('lia')).toEqual(['7', '8'])
    expect(result.done).toMatchObject({ AdminCreateUser: 1, AdminLinkProviderForUser: 2 })
  })

  it('is given back in place the links that are gone, and nothing differs then', async () => {
    unlink('8')
    const left = await repair({ noWidening: true })
    expect([left.done, left.notes]).toEqual([{}, { 'widening-left-out': 1 }])
    const result = await repair()
    expect(planned.header.summary.widening['linked-identity']).toBe(1)
    expect(planned.header.summary.mau).toBe(1)
    expect(result.done).toEqual({ AdminLinkProviderForUser: 1 })
    expect(linksOf('lia')).toEqual(['7', '8'])
    expect((await diffLive(lab.context, snapshot)).same).toBe(true)
    await undo(lab.context, result.runId, {}, yes)
    expect(linksOf('lia')).toEqual(['7'])
  })

  it('loses an additional link only when that is asked for, and has it again when the run is taken back', async () => {
    link('max', '9')
    expect((await repair()).notes).toEqual({ 'link-left': 1 })
    const result = await repair({ deleteExtra: true })
    expect(result.done).toEqual({ AdminDisableProviderForUser: 1 })
    expect(linksOf('max')).toEqual([])
    await undo(lab.context, result.runId, {}, yes)
    expect(linksOf('max')).toEqual(['9'])
  })

  it('is not linked to an identity that has signed in as a user of its own meanwhile, or that somebody else has', async () => {
    unlink('8')
    unlink('7')
    link('max', '7')
    lab.simulator.seed.users(pool, [
      {
        username: 'Partner_8',
        status: 'EXTERNAL_PROVIDER',
        identities: [{ userId: '8', providerName: 'Partner', providerType: 'OIDC', primary: 'true' }],
      },
    ])
    const result = await repair()
    expect(result.failed.map(({ operation, outcome }) => `${operation} ${outcome}`)).toEqual([
      'AdminLinkProviderForUser conflict',
      'AdminLinkProviderForUser conflict',
    ])
    expect(result.notes).toMatchObject({ 'link-taken': 2, 'link-left': 1, 'extra-left': 1 })
    expect([linksOf('lia'), linksOf('max')]).toEqual([[], ['7']])
  })
})
