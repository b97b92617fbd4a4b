import type { VaultContext } from '../actions/context.js'
import { openRun } from '../restore/run-store.js'
import type { RunHeader } from '../restore/run-header.js'
import { findSnapshot } from '../vault/find-snapshot.js'
import type { Manifest } from '../vault/manifest.js'
import { openVault } from '../vault/vault.js'

/** The manifest of the snapshot that a person named, which says where its pool is. */
export async function manifestOf(context: VaultContext, name: string): Promise<Manifest> {
  return (await findSnapshot(await openVault(context.store), name)).manifest
}

/** The description of a run, which says where it restores to. */
export async function headerOf(context: VaultContext, runId: string): Promise<RunHeader> {
  await openVault(context.store)
  return openRun(context.store, runId).getHeader()
}
