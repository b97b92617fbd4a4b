import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { VaultContext } from '../../src/actions/context.js'
import { verify } from '../../src/actions/verify.js'
import { recordValue } from '../../src/model/records.js'
import { openRun } from '../../src/restore/run-store.js'
import { openFsStore } from '../../src/storage/fs/fs-store.js'
import type { ObjectStore } from '../../src/storage/object-store.js'
import { createReadOnlyStore } from '../../src/storage/read-only/read-only-store.js'
import { collect } from '../../src/testing/collect.js'
import { createSimulatedClock } from '../../src/testing/simulated-clock.js'
import { withPassphrase } from '../../src/testing/test-keys.js'
import { readErasures } from '../../src/vault/erasures.js'
import { findSnapshot } from '../../src/vault/find-snapshot.js'
import { withKeys } from '../../src/vault/keyed-store.js'
import { streamsOf } from '../../src/vault/manifest.js'
import { openVault } from '../../src/vault/vault.js'

/** A vault that was made by scripts/make-frozen-vaults.js, once; that in the clear before there was encryption. */
function frozen(name: string): ObjectStore {
  const folder = fileURLToPath(new URL(`../frozen/${name}`, import.meta.url))
  const store = createReadOnlyStore(openFsStore(folder))
  return name === 'plain' ? store : withKeys(store, withPassphrase('frozen'))
}

const DAY_1 = '20261123T000000.000Z-00000001'
const DAY_2 = '20261124T000000.000Z-00000002'
/** Of the records of a stream, whatever the key of the vault. */
const DIGESTS = {
  resources: '42a2ea12',
  users: '25fcbff0',
  memberships: 'cbd5aea2',
}

describe.each(['plain', 'encrypted'])('a vault of an earlier version, %s', (name) => {
  it('is read as it was made', async () => {
    const vault = await openVault(frozen(name))
    const user = (i: number, day: number): object => ({
      key: `sub-0${i}`,
      value: { Username: `Zoë ${i}`, day },
    })
    for (const [id, day] of [
      [DAY_1, 1],
      [DAY_2, 2],
    ] as const) {
      const snapshot = await findSnapshot(vault, id)
      const found = await collect(snapshot.read('users'))
      const indexes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].filter((i) => day === 1 || i !== 3)
      expect(found.map((record) => ({ key: record.key, value: recordValue(record) }))).toEqual(
        indexes.map((i) => user(i, i === 7 ? day : 1)),
      )
      expect((await collect(snapshot.read('memberships'))).map(({ key }) => key)).toEqual([
        'sub-01/Grüße',
        'sub-02/staff',
      ])
    }
    const { manifest } = await findSnapshot(vault, DAY_2)
    const shortened = streamsOf(manifest).map(([stream, { digest }]) => [stream, digest.slice(0, 8)])
    expect(Object.fromEntries(shortened)).toEqual(DIGESTS)
  })

  it('has the run and the erasures that it had', async () => {
    const store = frozen(name)
    const run = openRun(store, 'run-20261124T010000.000Z-00000003')
    const { chunks } = await run.getHeader()
    expect(await run.getChunk(chunks[0]!)).toMatchObject([{ subject: { kind: 'group', id: 'Grüße' } }])
    expect(await run.isApproved()).toBe(true)
    const erasures = await readErasures(store)
    expect(erasures.of(['email', 'Zoe@example.com'])).toMatchObject({ number: 1 })
    expect(erasures.of(['email', 'ann@example.com'])).toBeUndefined()
  })

  it('is whole', async () => {
    const context: VaultContext = {
      store: frozen(name),
      clock: createSimulatedClock(),
      random: Math.random,
      sink: () => undefined,
      tempDirectory: '',
      holder: { host: 'h', pid: 1 },
    }
    expect(await verify(context)).toMatchObject({ ok: true, snapshots: 2, runs: 1, damage: [] })
  })
})
