import { afterEach, beforeEach, expect, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import type { PlannedRestore, RestoreTarget } from '../../src/actions/restore-request.js'
import { restore, type RestoreResult } from '../../src/actions/restore.js'
import { type Lab, openLab } from '../support/lab.js'
import { yes } from '../support/run-to-end.js'

const ROLE = 'arn:aws:iam::123456789012:role/sms'

let lab: Lab
let snapshot: string
let plan: PlannedRestore

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
  const { seed } = lab.simulator
  const SmsConfiguration = { SnsCallerArn: ROLE, ExternalId: 'shop' }
  const pool = seed.pool({ PoolName: 'shop', SmsConfiguration })
  seed.call('SetUserPoolMfaConfig', {
    UserPoolId: pool,
    MfaConfiguration: 'ON',
    SmsMfaConfiguration: { SmsConfiguration },
  })
  snapshot = (await backup(lab.context, [pool])).snapshots[0]!.id
})
afterEach(() => lab.close())

async function withoutRole(target: RestoreTarget): Promise<RestoreResult> {
  const result = await restore(lab.context, { snapshot, target, drop: [ROLE] }, (planned) => {
    plan = planned
    return yes()
  })
  return result!
}

it('a drop after which a new pool asks for no second factor is said in the plan and in the report', async () => {
  const { poolId, notes } = await withoutRole({ mode: 'new-pool', poolName: 'copy' })
  const mfa = lab.simulator.seed.call('GetUserPoolMfaConfig', { UserPoolId: poolId })
  expect(mfa).toMatchObject({ MfaConfiguration: 'OFF' })
  expect(plan.header.summary.notes['mfa-dropped']).toBe(1)
  expect(notes['mfa-dropped']).toBe(1)
})

it('of a pool that exists, and keeps the MFA that it has, nothing of the kind is said', async () => {
  const poolId = lab.simulator.seed.pool({ PoolName: 'other' })
  const { mfa } = lab.simulator.inspect.pool(poolId)
  await withoutRole({ mode: 'existing-pool', poolId })
  expect(lab.simulator.inspect.pool(poolId).mfa).toEqual(mfa)
  expect(plan.header.summary.notes).not.toHaveProperty('mfa-dropped')
})
