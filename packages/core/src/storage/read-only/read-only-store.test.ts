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

it('keeps nothing longer, and shows what is kept and what lies beneath', async () => {
  const inner = {
    ...createMemoryStore(createSimulatedClock()),
    retention: {
      until: () => Promise.resolve(7),
      putRetained: () => Promise.resolve('stored' as const),
      retain: () => Promise.resolve(),
      retainedUntil: () => Promise.resolve(5),
    },
    versions: { list: () => noVersions(), get: () => Promise.resolve(undefined) },
    sweep: () => Promise.resolve(1),
    prepare: () => Promise.resolve([]),
  }
  const readOnly = createReadOnlyStore(inner)
  const { retention, versions } = readOnly
  await expect(retention!.retain('a', 9)).rejects.toMatchObject({ code: 'VAULT_READ_ONLY', value: 'a' })
  await expect(retention!.putRetained('a', Buffer.from(''), 9)).rejects.toMatchObject({
    code: 'VAULT_READ_ONLY',
  })
  expect(await retention!.retainedUntil('a')).toBe(5)
  expect(await collect(versions!.list(''))).toEqual([])
  expect(readOnly).not.toHaveProperty('sweep')
  expect(readOnly).not.toHaveProperty('prepare')
})

async function* noVersions(): AsyncGenerator<never> {
  // Nothing lies beneath.
}
