import type { VaultContext } from '../../src/actions/context.js'
import { init } from '../../src/actions/init.js'
import { verify } from '../../src/actions/verify.js'
import type { CodedError } from '../../src/model/errors.js'
import type { Clock } from '../../src/model/clock.js'
import { noEvents } from '../../src/model/events.js'
import { recordValue, STREAMS } from '../../src/model/records.js'
import { createMemoryStore } from '../../src/storage/memory/memory-store.js'
import type { ObjectStore } from '../../src/storage/object-store.js'
import { CHEAP, withPassphrase } from '../../src/testing/test-keys.js'
import { sealedBy, withKeys } from '../../src/vault/keyed-store.js'
import { listManifests, openSnapshot } from '../../src/vault/snapshots.js'
import { unlock } from '../../src/vault/unlock.js'
import { openVault } from '../../src/vault/vault.js'
import { type OpenedBefore, openingOnce } from './opened-once.js'
import { hastyClock } from '../support/lab.js'

/** Whether what is stored is encrypted. */
export type Kind = 'plain' | 'encrypted'
export const KINDS: readonly Kind[] = ['plain', 'encrypted']

/** Leases are renewed so often. */
const RENEWAL_MS = 20_000

export const PASSPHRASE = 'open'

/** A vault in memory: its bytes, and the time by its own clock. */
export interface FaultVault {
  readonly stored: ObjectStore
  readonly clock: Clock
  passTime(ms: number): void
  /** The same bytes in another place, with a clock of its own that shows the same. */
  copy(): Promise<FaultVault>
  /**
   * The store as a command sees it, which opens the vault above whatever comes between. Where nothing does, who looks at it from
   * outside opens nothing twice.
   */
  see(through?: (stored: ObjectStore) => ObjectStore): Promise<ObjectStore>
}

/** A place in which there is no vault yet. */
export function emptyPlace(kind: Kind, passed = 0, before: OpenedBefore = new Map()): FaultVault {
  let ahead = passed
  const clock: Clock = {
    now: () => hastyClock.now() + ahead,
    // Whoever waits for a lock to run out sees it run out; what is renewed in the meantime is renewed in real time.
    sleep: (ms, signal) => {
      if (ms < RENEWAL_MS) ahead += ms
      return hastyClock.sleep(ms, signal)
    },
  }
  const stored = createMemoryStore(clock)
  const keys = withPassphrase(PASSPHRASE)
  let outside: Promise<ObjectStore> | undefined
  return {
    stored,
    clock,
    passTime: (ms) => {
      ahead += ms
    },
    copy: async () => {
      const other = emptyPlace(kind, ahead, before)
      for await (const { key } of stored.list(''))
        await other.stored.putIfAbsent(key, (await stored.get(key))!)
      return other
    },
    see: async (through) => {
      if (kind === 'plain') return through?.(stored) ?? stored
      if (through !== undefined) return withKeys(through(stored), keys)
      outside ??= unlock(stored, keys).then((opened) => sealedBy(stored, openingOnce(opened, before)))
      return outside
    },
  }
}

export async function makeFaultVault(kind: Kind): Promise<FaultVault> {
  const vault = emptyPlace(kind)
  const passphrase = (): Promise<Uint8Array> => Promise.resolve(Buffer.from(PASSPHRASE))
  await init(contextOf(vault, vault.stored), kind === 'plain' ? 'none' : { passphrase, cost: CHEAP })
  return vault
}

export function contextOf({ clock }: FaultVault, store: ObjectStore): VaultContext {
  return {
    store,
    clock,
    random: Math.random,
    sink: noEvents,
    tempDirectory: '/nowhere',
    holder: { host: 'test', pid: 1 },
  }
}

/** What every snapshot that is in sight holds, read in full, by its pool and its id. */
export async function contentsOf(vault: FaultVault): Promise<Map<string, string>> {
  const opened = await openVault(await vault.see())
  const contents = new Map<string, string>()
  for await (const { key, manifest, error } of listManifests(opened)) {
    if (manifest === undefined) {
      contents.set(key, error.message)
      continue
    }
    const lines: string[] = []
    for (const stream of STREAMS)
      for await (const record of openSnapshot(opened, manifest).read(stream))
        lines.push(JSON.stringify([stream, record.key, recordValue(record)]))
    contents.set(
      `${manifest.pool.id} ${manifest.snapshot}${manifest.complete ? '' : ' incomplete'}`,
      lines.join('\n'),
    )
  }
  return contents
}

/** What `verify` finds, and snapshots that do not hold what they have to, or are gone. */
export async function faultsOf(vault: FaultVault, wanted: ReadonlyMap<string, string>): Promise<string[]> {
  const { damage } = await verify(contextOf(vault, await vault.see()))
  const found = damage.map(({ key, reason }) => `${key}: ${reason}`)
  const contents = await contentsOf(vault)
  for (const [name, content] of wanted) if (contents.get(name) !== content) found.push(`${name} is another`)
  return found
}

/** Rethrows what is told of one thing among several. */
export function throwFirst(failures: readonly { readonly error?: CodedError }[]): void {
  for (const { error } of failures) if (error !== undefined) throw error
}
