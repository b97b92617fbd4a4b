import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect } from '../../test/sdk-client.js'
import { startSimulator, type Simulator } from '../simulator.js'

let simulator: Simulator

beforeAll(async () => {
  simulator = await startSimulator({ quotas: false })
})
afterAll(() => simulator.close())

test('the header has every attribute that an import can set, custom ones included', async () => {
  const client = connect(simulator)
  const UserPoolId = simulator.seed.pool({ Schema: [{ Name: 'plan', AttributeDataType: 'String' }] })
  const { CSVHeader = [] } = await client.getCSVHeader({ UserPoolId })
  expect(CSVHeader).toHaveLength(22)
  expect(CSVHeader).toEqual(
    expect.arrayContaining(['email', 'updated_at', 'custom:plan', 'cognito:username', 'cognito:mfa_enabled']),
  )
  for (const name of ['sub', 'identities', 'password_hash']) expect(CSVHeader).not.toContain(name)
})
