import { afterEach, beforeEach, expect, it } from 'vitest'
import { openVault } from '../../src/vault/vault.js'
import { type FunctionLab, openFunctionLab } from './function-lab.js'

const AT = { execution: 'arn:aws:states:eu-west-1:1:execution:d:x', input: {} }
const killed = { Error: 'Sandbox.Timedout', Cause: '{}' }

let lab: FunctionLab
let shop: string

beforeEach(async () => {
  lab = await openFunctionLab()
  shop = lab.simulator.seed.pool({ PoolName: 'shop' })
  lab.set({ USER_POOL_IDS: shop })
})

afterEach(() => lab.close())

async function leaveScratchPool(): Promise<string> {
  const { id } = await openVault(lab.context.store)
  return lab.simulator.seed.pool({
    PoolName: 'cognito-vault-drill-left',
    UserPoolTags: { 'cognito-vault:drill': id },
  })
}

it('a drill that is killed for good is told of and counted, and its scratch pool is deleted, and no other', async () => {
  const left = await leaveScratchPool()
  const another = lab.simulator.seed.pool({
    PoolName: 'cognito-vault-drill-other',
    UserPoolTags: { 'cognito-vault:drill': 'another vault' },
  })
  const state = await lab.call('drill', { step: 'prepare', ...AT })
  await lab.call('drill', { step: 'fail', ...AT, state, error: killed })
  const lines = lab.lines()
  expect(lines).toContainEqual(expect.objectContaining({ PoolId: shop, DrillFailed: 1, DrillSucceeded: 0 }))
  expect(lines).toContainEqual(expect.objectContaining({ code: 'drill.cleaned-up', deleted: [left] }))
  expect(lab.simulator.inspect.poolIds().sort()).toEqual([shop, another].sort())
  const [told] = lab.services.messages
  expect(told?.subject).toBe(`Cognito Vault: drill of ${shop} failed`)
  expect(told?.text).toContain('no scratch pool is left')
})

it('where it cannot be deleted, the message says how to find and delete it', async () => {
  const left = await leaveScratchPool()
  lab.simulator.faults.add({ operation: 'DeleteUserPool', kind: 'error', code: 'AccessDeniedException' })
  await lab.call('drill', { step: 'fail', ...AT, error: killed })
  expect(lab.simulator.inspect.poolIds()).toContain(left)
  expect(lab.lines()).toContainEqual(
    expect.objectContaining({ code: 'drill.not-cleaned-up', level: 'ERROR' }),
  )
  const [told] = lab.services.messages
  expect(told?.text).toContain('--tag-filters Key=cognito-vault:drill')
  expect(told?.text).toContain('delete-user-pool')
})

it('there being no snapshot is a failure once there should have been one', async () => {
  lab.set({ MAX_SNAPSHOT_AGE_HOURS: '1' })
  expect(await lab.run('DrillMachine')).toMatchObject({ status: 'SUCCEEDED' })
  expect(lab.told()).toEqual([`no drill of ${shop} yet, there is no backup`])
  lab.lines()
  lab.set({ MAX_SNAPSHOT_AGE_HOURS: '0' })
  expect(await lab.run('DrillMachine')).toMatchObject({ status: 'FAILED', error: { name: 'NotComplete' } })
  expect(lab.told()).toEqual([`drill of ${shop} failed`])
  expect(lab.lines()).toContainEqual(expect.objectContaining({ PoolId: shop, DrillFailed: 1 }))
})
