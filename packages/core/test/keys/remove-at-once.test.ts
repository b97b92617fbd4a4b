import { expect, it } from 'vitest'
import type { VaultContext } from '../../src/actions/context.js'
import { addKey, listKeys, removeKey } from '../../src/actions/keys.js'
import { createMemoryStore } from '../../src/storage/memory/memory-store.js'
import { CHEAP, newPassphrase, withPassphrase } from '../../src/testing/test-keys.js'
import { withKeys } from '../../src/vault/keyed-store.js'
import { initVault, openVault } from '../../src/vault/vault.js'
import { hastyClock } from '../support/lab.js'

it('two who remove each other’s key at once leave one of them', async () => {
  const store = createMemoryStore(hastyClock)
  await initVault(store, 0, Math.random, newPassphrase('one'))
  const as = (passphrase: string): VaultContext => ({
    store: withKeys(store, withPassphrase(passphrase)),
    clock: hastyClock,
    random: Math.random,
    sink: () => undefined,
    tempDirectory: '',
    holder: { host: 'h', pid: 1 },
  })
  const [one] = (await listKeys(as('one'))).slots
  const { added } = await addKey(as('one'), { ...withPassphrase('two'), cost: CHEAP })

  const ends = await Promise.allSettled([
    removeKey(as('one'), added[0]!.slot),
    removeKey(as('two'), one!.slot),
  ])

  const refused = ends.flatMap((end) =>
    end.status === 'rejected' ? [(end.reason as { code: string }).code] : [],
  )
  expect(refused.length).toBeGreaterThan(0)
  for (const code of refused) expect(['LOCKED', 'SLOT_NEEDED', 'WRONG_KEY']).toContain(code)
  const { slots } = await listKeys(as('one'))
  expect(slots.length).toBeGreaterThan(0)
  await openVault(withKeys(store, withPassphrase(slots[0]!.slot === one!.slot ? 'one' : 'two')))
})
