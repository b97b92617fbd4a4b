import { expect, it } from 'vitest'
import { collect } from '../../testing/collect.js'
import { resourceServerKind } from './resource-server.js'

it('does not read the resource servers that come with a pool', async () => {
  const ResourceServers = [{ Identifier: 'own' }, { Identifier: 'managed', ManagedBy: 'COGNITO' }]
  const api = {
    region: 'eu-west-1',
    call: () => Promise.resolve({ ResourceServers }),
    serverTime: () => undefined,
  }
  const reading = {
    api,
    pool: { Id: 'pool-1' },
    clientIds: () => Promise.resolve([]),
    fetchImage: () => Promise.reject(new Error('nothing is fetched')),
  }
  expect(await collect(resourceServerKind.read(reading))).toEqual([
    { name: 'own', body: { Identifier: 'own' } },
  ])
})
