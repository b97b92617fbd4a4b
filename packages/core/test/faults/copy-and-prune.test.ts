import { isDeepStrictEqual } from 'node:util'
import { describe, it } from 'vitest'
import { copy } from '../../src/actions/copy.js'
import { prune } from '../../src/actions/prune.js'
import { withLease } from '../../src/actions/with-lease.js'
import { collect } from '../../src/testing/collect.js'
import { makeSmallVault } from '../../src/testing/small-vault.js'
import { newPassphrase } from '../../src/testing/test-keys.js'
import { addErasure, erasureEntries } from '../../src/vault/erasures.js'
import { FORGET_PURPOSE, forgetSnapshot, RETENTION_SCOPE } from '../../src/vault/forgotten.js'
import { openVault } from '../../src/vault/vault.js'
import {
  contentsOf,
  contextOf,
  emptyPlace,
  type FaultVault,
  faultsOf,
  type Kind,
  makeFaultVault,
  PASSPHRASE,
  throwFirst,
} from './fault-vault.js'
import { SETTINGS, sweep, SWEEP_TIMEOUT_MS, type Through, type Trial } from './sweep.js'

const DAY = 24 * 3_600_000
/** Two pools, of one three snapshots, of which the one in the middle is forgotten and has segments that no other needs; an erasure. */
async function makeVault(kind: Kind): Promise<FaultVault> {
  const vault = emptyPlace(kind)
  const small = await makeSmallVault(vault.stored, kind === 'plain' ? undefined : newPassphrase(PASSPHRASE))
  const first = await small.take({ id: 'day-1', day: 1 })
  const second = await small.take({ id: 'day-2', day: 2, parent: first })
  await small.take({ id: 'day-3', day: 3, parent: second })
  await small.take({ id: 'day-1', pool: 'pool_B', day: 4 })
  const context = contextOf(vault, await vault.see())
  await addErasure(context.store, [['email', 'a@example.com']], 0, () => Buffer.alloc(32, 1))
  const opened = await openVault(context.store)
  await withLease(context, RETENTION_SCOPE, FORGET_PURPOSE, (lease) =>
    forgetSnapshot(opened, 'pool_A', 'day-2', () => lease.check()),
  )
  return vault
}

interface Made {
  readonly vault: FaultVault
  readonly contents: ReadonlyMap<string, string>
}

const made = new Map<Kind, Promise<Made>>()
function vaultOf(kind: Kind): Promise<Made> {
  const vault =
    made.get(kind) ?? makeVault(kind).then(async (vault) => ({ vault, contents: await contentsOf(vault) }))
  made.set(kind, vault)
  return vault
}

describe.each(SETTINGS)(
  'a $kind vault of which one storage call goes wrong, tried again: $retries',
  { timeout: SWEEP_TIMEOUT_MS },
  (setting) => {
    const { kind } = setting
    it('is pruned right, or says what is wrong', () => sweep(() => pruning(kind), setting))

    it.each(['from', 'to'] as const)('is copied right %s another, or says what is wrong', (side) =>
      sweep(() => copying(kind, side), setting),
    )
  },
)

async function pruning(kind: Kind): Promise<Trial> {
  const { vault: before, contents: wanted } = await vaultOf(kind)
  const vault = await before.copy()
  vault.passTime(2 * DAY)

  async function act(through?: Through): Promise<void> {
    throwFirst((await prune(contextOf(vault, await vault.see(through)))).failures)
  }

  return {
    act,
    again: async () => {
      // Whoever ended without a word might still go on, for a day.
      vault.passTime(2 * DAY)
      await act()
    },
    // The log of locks is as long as there was something to lock.
    outcome: async () =>
      (await collect(vault.stored.list('')))
        .map(({ key }) => key)
        .filter((key) => !key.startsWith('leases/')),
    faults: () => faultsOf(vault, wanted),
  }
}

/** Between a vault of this kind and one of the other, which has nothing yet. */
async function copying(kind: Kind, side: 'from' | 'to'): Promise<Trial> {
  const otherKind = kind === 'plain' ? 'encrypted' : 'plain'
  const { vault: from, contents: wanted } = await vaultOf(side === 'from' ? kind : otherKind)
  const before = await collect(from.stored.list(''))
  const to = await makeFaultVault(side === 'from' ? otherKind : kind)

  async function act(through?: Through): Promise<void> {
    const [source, target] = side === 'from' ? [through, undefined] : [undefined, through]
    const { snapshots, unreadable } = await copy(contextOf(to, await to.see(target)), {
      from: await from.see(source),
    })
    throwFirst([...snapshots, ...unreadable])
  }

  return {
    act,
    again: async () => {
      to.passTime(120_000)
      await act()
    },
    outcome: async () => ({ contents: await contentsOf(to), erasures: await erasureEntries(await to.see()) }),
    faults: async () => {
      const contents = await contentsOf(to)
      const other = [...contents].filter(([name, content]) => wanted.get(name) !== content)
      return [
        ...other.map(([name]) => `${name} is another`),
        ...(await faultsOf(to, new Map())),
        ...(isDeepStrictEqual(await collect(from.stored.list('')), before) ? [] : ['the source was changed']),
      ]
    },
  }
}
