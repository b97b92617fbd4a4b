import { expect, it } from 'vitest'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import { finishedChunks } from './finished-chunks.js'

it('the chunks of a run that are over are those whose journal says so, whatever else it has, and of no other run', async () => {
  const store = createMemoryStore(createSimulatedClock())
  for (const key of [
    'restores/run-1/journal/05-000001/000001.json',
    'restores/run-1/journal/05-000001/done.json',
    'restores/run-1/journal/05-000002/000001.json',
    'restores/run-1/journal/05-000003/old/done.json',
    'restores/run-1/plan/05-000004',
    'restores/run-10/journal/05-000005/done.json',
  ])
    await store.putIfAbsent(key, Buffer.from('{}'))
  expect([...(await finishedChunks(store, { prefix: 'restores/run-1/' }))]).toEqual(['05-000001'])
})
