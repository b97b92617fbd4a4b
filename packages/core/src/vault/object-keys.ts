/** Where each object of a vault lies; `docs/format.md` is this file in prose. */
export const VAULT_KEY = 'vault.json'
export const POOLS_PREFIX = 'pools/'
export const RESTORES_PREFIX = 'restores/'
export const CAPTURES_PREFIX = 'captures/'
export const LEASES_PREFIX = 'leases/'
export const SLOTS_PREFIX = 'keys/'

export function slotKey(slotId: string): string {
  return `${SLOTS_PREFIX}${slotId}`
}

export function segmentKey(poolId: string, segmentId: string): string {
  return `${segmentsPrefix(poolId)}${segmentId.slice(0, 2)}/${segmentId}`
}

export function segmentsPrefix(poolId: string): string {
  return `${POOLS_PREFIX}${poolId}/segments/`
}

export function manifestKey(poolId: string, snapshotId: string): string {
  return `${manifestsPrefix(poolId)}${snapshotId}.json`
}

export function manifestsPrefix(poolId: string): string {
  return `${POOLS_PREFIX}${poolId}/snapshots/`
}

/** Where the manifest of a snapshot lies from when it is forgotten until it is pruned. */
export function forgottenKey(poolId: string, snapshotId: string): string {
  return `${forgottenPrefix(poolId)}${snapshotId}.json`
}

export function forgottenPrefix(poolId: string): string {
  return `${POOLS_PREFIX}${poolId}/forgotten/`
}

/** Where the bytes of a manifest lie while it is being replaced. */
export function standInKey(poolId: string, snapshotId: string): string {
  return `${standInPrefix(poolId)}${snapshotId}.json`
}

export function standInPrefix(poolId: string): string {
  return `${POOLS_PREFIX}${poolId}/repairing/`
}

/**
 * Where the backups of a pool lie that are taken in slices. Not below `pools/`: rules of a bucket know objects by the beginnings of their
 * keys, and these are neither to be replicated nor to be kept.
 */
export function capturesPrefix(poolId: string): string {
  return `${CAPTURES_PREFIX}${poolId}/`
}

export function runPrefix(runId: string): string {
  return `${RESTORES_PREFIX}${runId}/`
}
