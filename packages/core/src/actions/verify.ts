import { findSnapshot } from '../vault/find-snapshot.js'
import { openVault } from '../vault/vault.js'
import { verifyVault, type Damage } from '../vault/verify.js'
import { CodedError } from '../model/errors.js'
import type { VaultContext } from './context.js'

/** What `verify` found; the field names are those of its JSON document. */
export interface VerifyResult {
  readonly ok: boolean
  readonly snapshots: number
  readonly segments: number
  readonly bytesRead: number
  readonly damage: readonly Damage[]
}

/** Proves that the vault, or one snapshot of it, is whole, by reading everything and computing every digest again. */
export async function verify(context: VaultContext, name?: string): Promise<VerifyResult> {
  const vault = await openVault(context.store)
  const snapshot = name === undefined ? undefined : (await findSnapshot(vault, name)).manifest
  try {
    const found = await verifyVault(vault, { snapshot, sink: context.sink, signal: context.signal })
    return { ok: found.damage.length === 0, ...found }
  } catch (error) {
    if (context.signal?.aborted !== true) throw error
    throw new CodedError('INTERRUPTED', 'stopped before everything was read', {
      hint: 'run the same command again; verify changes nothing',
      cause: error,
    })
  }
}
