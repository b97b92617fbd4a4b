import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect } from '../../test/sdk-client.js'
import { createManualClock } from '../clock.js'
import { startSimulator, type Simulator } from '../simulator.js'

const clock = createManualClock()
let simulator: Simulator

beforeAll(async () => {
  simulator = await startSimulator({ quotas: false, clock })
})
afterAll(() => simulator.close())

test('every pool has a certificate of its own, renewed after a year', async () => {
  const client = connect(simulator)
  const certificate = async (UserPoolId: string): Promise<string> =>
    (await client.getSigningCertificate({ UserPoolId })).Certificate ?? ''
  const [one, other] = [simulator.seed.pool(), simulator.seed.pool()]
  const before = await certificate(one)
  expect(before).not.toBe('')
  expect(await certificate(other)).not.toBe(before)
  clock.advance(364 * 24 * 3_600_000)
  expect(await certificate(one)).toBe(before)
  clock.advance(2 * 24 * 3_600_000)
  expect(await certificate(one)).not.toBe(before)
})
