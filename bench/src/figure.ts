/** What a figure is to reach. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number }

/** Somebody else's value for the same thing, measured in the same run. */
export interface Peer {
  readonly name: string
  /** `null` where the peer could not be measured; the figure's note says why. */
  readonly value: number | null
}

/** What a figure file has measured. */
export interface Figure {
  /** Unique in its file. */
  readonly name: string
  /** `null` where it could not be measured; the note says why. */
  readonly value: number | null
  readonly unit: string
  readonly goal?: Goal
  /** What the value is made of: our part and the peer's, in this unit. */
  readonly of?: { readonly ours: number; readonly peer: Peer; readonly unit: string }
  /** One line. */
  readonly note?: string
}

/** A figure, judged. */
export interface JudgedFigure extends Omit<Figure, 'goal'> {
  readonly goal: Goal | null
  /** `null` without a goal, or without a value. */
  readonly holds: boolean | null
}

/** Says whether the figure reaches its goal. What was not rounded is compared, so that nothing holds by rounding. */
export function judge({ goal, ...figure }: Figure): JudgedFigure {
  const { value } = figure
  if (goal === undefined) return { ...figure, goal: null, holds: null }
  if (value === null) return { ...figure, goal, holds: null }
  return { ...figure, goal, holds: 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast }
}

/**
 * Our value as a multiple of a peer's.
 *
 * @param why why the peer has no value, where it has none: then neither has the figure
 */
export function ratioTo(
  name: string,
  ours: number,
  peer: Peer,
  { unit, goal, why }: { readonly unit: string; readonly goal?: Goal; readonly why?: string | undefined },
): Figure {
  return {
    name,
    value: peer.value === null ? null : ours / peer.value,
    unit: `x ${peer.name}`,
    ...(goal === undefined ? {} : { goal }),
    of: { ours, peer, unit },
    ...(why === undefined ? {} : { note: why }),
  }
}
