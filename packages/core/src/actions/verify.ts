import { findSnapshot } from '../vault/find-snapshot.js'
import { type RunVerification, verifyRuns } from '../restore/verify-runs.js'
import type { ObjectStore } from '../storage/object-store.js'
import { damagedErasures } from '../vault/erasures.js'
import { damagedAcknowledgements } from '../vault/acknowledgements.js'
import { expectSnapshot } from '../vault/expect-snapshot.js'
import { listForgotten, readForgotten } from '../vault/forgotten.js'
import type { Sample } from '../vault/pool-verifier.js'
import { chooseEach, parseReadSubset } from '../vault/read-subset.js'
import { isReplica, type ReplicaStore } from '../vault/replica-store.js'
import { listPools } from '../vault/snapshots.js'
import { openVault, type Vault } from '../vault/vault.js'
import { type Damage, type LockedTooShort, verifyVault } from '../vault/verify.js'
import { CodedError, hasCode } from '../model/errors.js'
import type { VaultContext } from './context.js'

/** What `verify` found; the field names are those of its JSON document. */
export interface VerifyResult {
  /** Whether nothing is damaged. */
  readonly ok: boolean
  readonly snapshots: number
  readonly segments: number
  /** Restores, of which everything was read too: plans, journals, reports. None where one snapshot was asked for. */
  readonly runs: number
  readonly bytesRead: number
  readonly damage: readonly Damage[]
  /** In a replica: snapshots that are still arriving, of which nothing is said. What restores left is not looked at there. */
  readonly arriving?: number
  /** What Object Lock keeps for a shorter time than was promised; nothing of it is lost. */
  readonly lockedTooShort: readonly LockedTooShort[]
  /** What was read, where it was not all. */
  readonly subset?: { readonly asked: string } & Sample
}

export interface VerifyRequest {
  /** As a person names it; without one all of the vault. */
  readonly snapshot?: string | undefined
  /** `N/T` or a percentage: the part of the data that is read; all of it where nothing is said. */
  readonly readDataSubset?: string | undefined
  /** The id of a snapshot that the vault has to have. */
  readonly expect?: string | undefined
}

/**
 * Proves that the vault, or one snapshot of it, is whole, by reading everything and computing every digest again. Of what
 * {@link verifyVault} and {@link verifyRuns} cannot see it says nothing. With a subset the manifests, ranges and indexes are read as
 * ever, and a part of the data and of what restores left; of the rest it is made sure that it is there.
 *
 * @throws CodedError `USAGE` for a subset that is none; `VAULT_DAMAGED` when the vault's own description is: without it nothing can
 *   be told to be of this vault; `VAULT_ROLLED_BACK` when it lacks the snapshot that is expected
 */
export async function verify(
  context: VaultContext,
  request: string | VerifyRequest = {},
): Promise<VerifyResult> {
  const {
    snapshot: name,
    readDataSubset: asked,
    expect,
  } = typeof request === 'string' ? { snapshot: request } : request
  const { random, sink, signal } = context
  const subset = asked === undefined ? undefined : parseReadSubset(asked)
  const vault = await openVault(context.store)
  if (expect !== undefined) await expectSnapshot(vault, expect)
  const snapshot = name === undefined ? undefined : (await findSnapshot(vault, name)).manifest
  try {
    const drawn = subset === undefined ? undefined : { subset, random }
    const { sample, ...found } = await verifyVault(vault, { snapshot, sample: drawn, sink, signal })
    const isRead = subset === undefined ? undefined : chooseEach(subset, random)
    const replica = snapshot === undefined && isReplica(context.store) ? context.store : undefined
    const runs =
      snapshot === undefined && replica === undefined
        ? await verifyRuns(context.store, signal, isRead)
        : noRuns
    const arriving = replica && { arriving: await countArriving(vault, replica) }
    const erasures =
      snapshot === undefined ? await verifyErasures(context.store) : { bytesRead: 0, damage: [] }
    const retention = snapshot === undefined ? await verifyRetention(vault) : { bytesRead: 0, damage: [] }
    const others = [...runs.damage, ...erasures.damage, ...retention.damage].map((one) => ({
      ...one,
      snapshots: [],
    }))
    const damage = [...found.damage, ...others]
    const bytesRead = found.bytesRead + runs.bytesRead + erasures.bytesRead + retention.bytesRead
    const verified = { ...found, ...arriving, ok: damage.length === 0, runs: runs.runs, bytesRead, damage }
    return asked === undefined || sample === undefined
      ? verified
      : { ...verified, subset: { asked, ...sample } }
  } catch (error) {
    if (context.signal?.aborted !== true) throw error
    throw new CodedError('INTERRUPTED', 'stopped before everything was read', {
      hint: 'run the same command again; verify changes nothing',
      cause: error,
    })
  }
}

async function countArriving(vault: Vault, replica: ReplicaStore): Promise<number> {
  const snapshots = new Set<string>()
  for (const poolId of await listPools(vault))
    for await (const { snapshot } of replica.arriving(poolId)) snapshots.add(`${poolId}/${snapshot}`)
  return snapshots.size
}

async function verifyErasures(store: ObjectStore): Promise<Pick<RunVerification, 'bytesRead' | 'damage'>> {
  const damage: { key: string; reason: string }[] = []
  let bytesRead = 0
  for await (const { key, error } of damagedErasures(store, (bytes) => (bytesRead += bytes))) {
    if (!hasCode(error, 'VAULT_DAMAGED')) throw error
    damage.push({ key, reason: error.message })
  }
  return { bytesRead, damage }
}

/** What was acknowledged, and the manifests of forgotten snapshots, without which nothing of their pool can be pruned. */
async function verifyRetention(vault: Vault): Promise<Pick<RunVerification, 'bytesRead' | 'damage'>> {
  const damage: { key: string; reason: string }[] = []
  let bytesRead = 0
  for await (const { key, error } of damagedAcknowledgements(vault.store, (bytes) => (bytesRead += bytes))) {
    if (!hasCode(error, 'VAULT_DAMAGED')) throw error
    damage.push({ key, reason: error.message })
  }
  for (const poolId of await listPools(vault)) {
    for (const { key, snapshotId, bytes } of await listForgotten(vault, poolId)) {
      bytesRead += bytes
      try {
        await readForgotten(vault, poolId, snapshotId)
      } catch (error) {
        if (!hasCode(error, 'VAULT_DAMAGED', 'VAULT_TOO_NEW')) throw error
        damage.push({ key, reason: error.message })
      }
    }
  }
  return { bytesRead, damage }
}

const noRuns: RunVerification = { runs: 0, bytesRead: 0, damage: [] }
