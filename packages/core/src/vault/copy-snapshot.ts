import { CodedError } from '../model/errors.js'
import type { SegmentCopier } from './copy-segments.js'
import { type Manifest, streamsOf } from './manifest.js'
import { openSegments } from './segment-store.js'
import { commitSnapshot } from './snapshots.js'
import type { Vault } from './vault.js'

/** Copies one snapshot into another vault, where it appears when all of it is stored. @returns bytes that were stored */
export async function copySnapshot(
  copier: SegmentCopier,
  manifest: Manifest,
  to: Vault,
  checkLease: () => Promise<void>,
): Promise<number> {
  const segments = openSegments(to.store, manifest.pool.id)
  const streams = { ...manifest.streams }
  for (const [name, stream] of streamsOf(manifest))
    streams[name] = { ...stream, root: await copier.copy(stream.root, segments) }
  await commitSnapshot(to, { ...manifest, vault: to.id, streams }, segments.touched, checkLease)
  return segments.bytesStored
}

/** Tells the copier of a snapshot that both vaults have. */
export async function knowSnapshot(
  copier: SegmentCopier,
  manifest: Manifest,
  copied: Manifest,
  to: Vault,
  isThere: (id: string) => boolean,
): Promise<void> {
  const segments = openSegments(to.store, manifest.pool.id)
  for (const [name, { root }] of streamsOf(manifest)) {
    const other = copied.streams[name]
    if (other !== undefined) await copier.know(root, other.root, segments, isThere)
  }
}

/**
 * Makes sure that a snapshot which has the id of another is that one, by the digests over all its records.
 *
 * @throws CodedError `SNAPSHOT_DIFFERS`
 */
export function requireSameContent(manifest: Manifest, found: Manifest): void {
  const streams = streamsOf(manifest)
  const isSame = streams.every(([name, { digest }]) => found.streams[name]?.digest === digest)
  if (isSame && streamsOf(found).length === streams.length) return
  throw new CodedError(
    'SNAPSHOT_DIFFERS',
    `this vault has a snapshot ${manifest.snapshot} already, and it holds other records`,
    {
      value: manifest.snapshot,
      hint: 'one of the two was not made by cognito-vault: see both with `cognito-vault show`; nothing was changed',
    },
  )
}
