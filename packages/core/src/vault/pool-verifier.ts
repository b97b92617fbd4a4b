import type { Manifest } from './manifest.js'
import type { SegmentStore } from './segment-store.js'

/** Takes what was found wrong with an object, and the snapshot that needs it; throws what is no damage. */
export type Note = (error: unknown, key: string, snapshot?: string) => void

/** How much of the data a verification read. */
export interface Sample {
  readonly dataSegments: number
  readonly dataSegmentsRead: number
}

/** What looks at what a vault has of one pool. */
export interface PoolVerifier {
  readonly segments: SegmentStore
  /** How many segments were looked at. */
  readonly count: number
  /** Where not all of the data is read. */
  readonly sample?: Sample
  checkSnapshot(manifest: Manifest): Promise<void>
  /** Ends the work, once all snapshots were shown. */
  finish(): Promise<void>
}

/** The id of the segment that an object's key names; `undefined` for what is not in a segment's place. */
export function segmentIdIn(key: string, segments: SegmentStore): string | undefined {
  const name = key.slice(key.lastIndexOf('/') + 1)
  return /^[0-9a-f]{64}$/.test(name) && segments.keyOf(name) === key ? name : undefined
}

/** No segment's name begins with a dot; a file manager's do. */
export function isLitter(key: string): boolean {
  return key.slice(key.lastIndexOf('/') + 1).startsWith('.')
}
