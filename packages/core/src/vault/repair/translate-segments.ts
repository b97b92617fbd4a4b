import type { VaultCipher } from '../cipher.js'
import { createSegmentCopier } from '../copy-segments.js'
import { type Manifest, streamsOf } from '../manifest.js'
import { joinLines, packSegment } from '../segment.js'
import { openSegments, type SegmentStore } from '../segment-store.js'
import { listManifests } from '../snapshots.js'
import type { Vault } from '../vault.js'
import type { Candidate } from './candidates.js'
import { orUnreadable } from './or-unreadable.js'

/**
 * What another vault has of a pool, by the ids that the same content has in this one: what `copy` would store, without
 * storing it. Reads the other's snapshots whole, and remembers of data only where it is.
 *
 * @param wanted the snapshots whose content is looked for; none for all that the other has
 */
export async function translateSegments(
  from: Vault,
  poolId: string,
  { cipher }: { readonly cipher: VaultCipher },
  wanted: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Candidate>> {
  const source = openSegments(from.store, poolId)
  const found = new Map<string, Candidate>()
  const placeOf = new WeakMap<readonly string[], string>()
  const origin = { kind: 'vault', url: from.store.url } as const

  /** Remembers which segment lines are of, so that they need not be kept. */
  const remembering: SegmentStore = {
    ...source,
    get: async (id) => {
      const lines = await source.get(id)
      placeOf.set(lines, id)
      return lines
    },
  }

  const naming: SegmentStore = {
    ...source,
    put: (lines) => {
      const plain = joinLines(lines)
      const id = cipher.segmentId(plain)
      const place = placeOf.get(lines)
      const read = (): Promise<Uint8Array> =>
        place === undefined
          ? packSegment(plain)
          : source.get(place).then((all) => packSegment(joinLines(all)))
      found.set(id, { origin, read: () => orUnreadable(read()) })
      return Promise.resolve(id)
    },
    use: () => undefined,
  }

  const copier = createSegmentCopier(remembering, signal)
  for await (const { manifest } of listManifests(from, poolId)) {
    if (manifest === undefined || !isWanted(manifest, wanted)) continue
    // What is damaged there is of no help here; what was read of it before is.
    for (const [, { root }] of streamsOf(manifest)) await orUnreadable(copier.copy(root, naming))
  }
  return found
}

function isWanted({ snapshot }: Manifest, wanted: ReadonlySet<string>): boolean {
  return wanted.size === 0 || wanted.has(snapshot)
}
