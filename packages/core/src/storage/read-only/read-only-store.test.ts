import { expect, it } from 'vitest'
import { collect } from '../../testing/collect.js'
import { createSimulatedClock } from '../../testing/simulated-clock.js'
import { createMemoryStore } from '../memory/memory-store.js'
import { createReadOnlyStore } from './read-only-store.js'

// The conformance suite does not apply: it starts from an empty store and puts.
it('reads what is there, and refuses to put and to delete', async () => {
  const store = createMemoryStore(createSimulatedClock(), 'memory:test')
  await store.putIfAbsent('a/b', Buffer.from('one'))
  const readOnly = createReadOnlyStore(store)

  await expect(readOnly.putIfAbsent('a/c', Buffer.from('two'))).rejects.toMatchObject({
    code: 'VAULT_READ_ONLY',
    value: 'a/c',
  })
  await expect(readOnly.delete('a/b')).rejects.toMatchObject({ code: 'VAULT_READ_ONLY', value: 'a/b' })

  expect(readOnly.url).toBe('memory:test')
  expect(await readOnly.get('a/b')).toEqual(Uint8Array.from(Buffer.from('one')))
  expect(await readOnly.head('a/b')).toEqual(await store.head('a/b'))
  expect(await collect(readOnly.list(''))).toHaveLength(1)
  expect(await collect(readOnly.list('', 'a/b'))).toHaveLength(0)
})
