import { parallel } from '../model/parallel.js'
import { getIndex, getRanges, putIndex, putRanges, type Range, type RangeIndex } from './range-index.js'
import type { SegmentStore } from './segment-store.js'

/** Segments on their way at once, each of which is in memory meanwhile. */
const AT_ONCE = 4

/** Takes the segments of a pool's streams from one vault to another, where their ids may be others. */
export interface SegmentCopier {
  /**
   * Copies all that a stream refers to, and answers its root in the other vault. Every segment is checked against its id as
   * it is read, and is read once, however many streams refer to it.
   *
   * @param to tells afterwards what the copy refers to, as `touched`
   * @throws CodedError `VAULT_DAMAGED`, naming the segment that is missing or altered
   */
  copy(root: string, to: SegmentStore): Promise<string>
  /**
   * Takes it that the same stream is in both vaults, so that what it refers to need not be read to be known.
   *
   * @param isThere whether the other vault has a segment: what it has lost is copied again with the next that needs it
   */
  know(root: string, copiedRoot: string, to: SegmentStore, isThere: (id: string) => boolean): Promise<void>
}

/** A segment in the other vault, and those below it. */
interface Copied {
  readonly id: string
  readonly below: readonly Copied[]
}

/** What it knows are ids: of a pool of a million users some thousands. */
export function createSegmentCopier(from: SegmentStore, signal?: AbortSignal): SegmentCopier {
  /** By the ids in the vault that is copied from. */
  const known = new Map<string, Copied>()

  async function copy(root: string, to: SegmentStore): Promise<string> {
    const copied = await once(root, to, async () => {
      const ranges = await getRanges(from, root)
      const indexes = new Map<string, Copied>()
      await parallel(new Set(ranges.map(({ index }) => index)), AT_ONCE, signal, async (index) => {
        indexes.set(index, await once(index, to, () => copyIndex(index, to)))
      })
      const renamed = ranges.map((range) => ({ ...range, index: indexes.get(range.index)?.id ?? '' }))
      return { id: await putRanges(to, renamed), below: [...indexes.values()] }
    })
    return copied.id
  }

  async function copyIndex(index: string, to: SegmentStore): Promise<Copied> {
    const { base, deltas } = await getIndex(from, index)
    const below: Copied[] = []
    const renamed = async <T extends { readonly segment: string }>(part: T): Promise<T> => {
      const copied = await once(part.segment, to, async () => ({
        id: await to.put(await from.get(part.segment)),
        below: [],
      }))
      below.push(copied)
      return { ...part, segment: copied.id }
    }
    const copied: { base: RangeIndex['base']; deltas: RangeIndex['deltas'][number][] } = {
      base: await renamed(base),
      deltas: [],
    }
    for (const delta of deltas) copied.deltas.push(await renamed(delta))
    return { id: await putIndex(to, copied), below }
  }

  /** What is known is not read again, and is what the copy refers to all the same. */
  async function once(id: string, to: SegmentStore, make: () => Promise<Copied>): Promise<Copied> {
    const found = known.get(id)
    if (found !== undefined) {
      use(found, to)
      return found
    }
    const copied = await make()
    known.set(id, copied)
    return copied
  }

  async function know(
    root: string,
    copiedRoot: string,
    to: SegmentStore,
    isThere: (id: string) => boolean,
  ): Promise<void> {
    if (known.has(root) || !isThere(copiedRoot)) return
    const [ranges, copied] = [await getRanges(from, root), await getRanges(to, copiedRoot)]
    const below: Copied[] = []
    // The same records may have been cut otherwise there; then nothing can be told of the one by the other.
    const isSameCut = (range: Range, place: number): boolean =>
      range.from === copied[place]?.from && range.records === copied[place].records
    if (ranges.length !== copied.length || !ranges.every(isSameCut)) return
    await parallel(ranges.entries(), AT_ONCE, signal, async ([place, { index }]) => {
      const found = known.get(index) ?? (await knowIndex(index, copied[place]?.index ?? '', to, isThere))
      if (found === undefined) return
      known.set(index, found)
      below.push(found)
    })
    if (below.length === ranges.length) known.set(root, { id: copiedRoot, below })
  }

  async function knowIndex(
    index: string,
    copiedIndex: string,
    to: SegmentStore,
    isThere: (id: string) => boolean,
  ): Promise<Copied | undefined> {
    if (!isThere(copiedIndex)) return undefined
    const [parts, copied] = [partsOf(await getIndex(from, index)), partsOf(await getIndex(to, copiedIndex))]
    const isSame = (part: Part, place: number): boolean => {
      const other = copied[place]
      return other !== undefined && part.records === other.records && isThere(other.segment)
    }
    if (parts.length !== copied.length || !parts.every(isSame)) return undefined
    const below = parts.map((part, place): Copied => {
      const found = { id: copied[place]?.segment ?? '', below: [] }
      known.set(part.segment, found)
      return found
    })
    return { id: copiedIndex, below }
  }

  return { copy, know }
}

function use({ id, below }: Copied, to: SegmentStore): void {
  to.use(id)
  for (const one of below) use(one, to)
}

type Part = RangeIndex['base']

function partsOf({ base, deltas }: RangeIndex): Part[] {
  return [base, ...deltas]
}
