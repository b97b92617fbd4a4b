import { CodedError } from '../model/errors.js'
import type { Manifest } from './manifest.js'
import {
  latestComplete,
  listManifestKeys,
  listManifests,
  listPools,
  openSnapshot,
  readManifest,
  type Snapshot,
} from './snapshots.js'
import { arrivingIds } from './replica-store.js'
import type { Vault } from './vault.js'

/**
 * Opens the snapshot that a person named: an id, a unique prefix of one, `latest` (the newest complete one that a
 * backup took, where the vault has a single pool), or `latest:POOLID`.
 *
 * @throws CodedError `SNAPSHOT_NOT_FOUND`, or `USAGE` when the name fits several.
 */
export async function findSnapshot(vault: Vault, name: string): Promise<Snapshot> {
  if (name === 'latest') return openSnapshot(vault, await latestOf(vault, await onlyPool(vault)))
  if (name.startsWith('latest:'))
    return openSnapshot(vault, await latestOf(vault, name.slice('latest:'.length)))
  const keys: string[] = []
  for (const pool of await listPools(vault)) {
    for (const key of await listManifestKeys(vault, pool))
      if (snapshotIdOf(key).startsWith(name)) keys.push(key)
  }
  const exact = keys.filter((key) => snapshotIdOf(key) === name)
  const matches = exact.length > 0 ? exact : keys
  const [match, another] = matches
  if (match === undefined || name === '') {
    if (await isArriving(vault, name)) throw notArrived(name)
    throw notFound(`no snapshot is named ${name}`, name)
  }
  if (another !== undefined) {
    throw new CodedError('USAGE', `${name} fits ${matches.length} snapshots`, {
      value: name,
      hint: `give more of the id, such as ${snapshotIdOf(match)}`,
    })
  }
  return openSnapshot(vault, await readManifest(vault, match))
}

/** @throws CodedError `SNAPSHOT_NOT_FOUND` when the vault has no snapshot of the pool, readable or not */
export async function requireSnapshots(vault: Vault, poolId: string): Promise<void> {
  // A name that no pool has may hold what no key may.
  const isThere = (await listPools(vault)).includes(poolId)
  if (isThere && (await listManifestKeys(vault, poolId)).length > 0) return
  throw notFound(`there is no snapshot of pool ${poolId}`, poolId)
}

async function latestOf(vault: Vault, poolId: string): Promise<Manifest> {
  // A name that no pool has may hold what no key may.
  const isThere = (await listPools(vault)).includes(poolId)
  const latest = isThere ? await latestComplete(vault, poolId) : undefined
  if (latest === undefined) throw notFound(`there is no complete backup of pool ${poolId}`, poolId)
  return latest
}

async function onlyPool(vault: Vault): Promise<string> {
  const pools: string[] = []
  for (const pool of await listPools(vault)) {
    if (await mayHaveBackups(vault, pool)) pools.push(pool)
  }
  const [pool, another] = pools
  if (pool === undefined) throw notFound('the vault has no snapshot yet', 'latest')
  if (another !== undefined) {
    throw new CodedError(
      'USAGE',
      `the vault has snapshots of ${pools.length} pools, so latest says too little`,
      {
        value: 'latest',
        hint: `say of which pool: latest:${pool}`,
      },
    )
  }
  return pool
}

/** Whether a backup took any of a pool's snapshots; one that cannot be read may be a backup's. */
async function mayHaveBackups(vault: Vault, poolId: string): Promise<boolean> {
  for await (const { manifest } of listManifests(vault, poolId)) {
    if (manifest === undefined || manifest.takenFor === 'backup') return true
  }
  for await (const _ of arrivingIds(vault, poolId)) return true
  return false
}

async function isArriving(vault: Vault, name: string): Promise<boolean> {
  if (name === '') return false
  for (const pool of await listPools(vault))
    for await (const id of arrivingIds(vault, pool)) if (id.startsWith(name)) return true
  return false
}

function notArrived(name: string): CodedError {
  return new CodedError('SNAPSHOT_NOT_FOUND', `snapshot ${name} is still arriving in this replica`, {
    value: name,
    hint: 'try again when all of it is there: cognito-vault snapshots --replica',
  })
}

function snapshotIdOf(manifestKey: string): string {
  return manifestKey.slice(manifestKey.lastIndexOf('/') + 1, -'.json'.length)
}

function notFound(message: string, value: string): CodedError {
  return new CodedError('SNAPSHOT_NOT_FOUND', message, {
    value,
    hint: 'see what there is: cognito-vault snapshots',
  })
}
