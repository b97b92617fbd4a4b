import { CodedError } from '../../model/errors.js'
import type { VaultEvent } from '../../model/events.js'

/** How far a run has come, and for how many slices in a row it has come no further. */
export interface Advance {
  /** Operations that are over, the most that any slice has seen. */
  readonly operationsDone: number
  /** Parts of the plan that are over. */
  readonly chunksDone: number
  readonly idleSlices: number
}

/** What a slice that ended with its time has come to. */
export interface SliceEnd {
  readonly operationsDone: number
  readonly chunksDone: number
  /** Whether an import job went on, or was waited for. */
  readonly sawImport: boolean
}

/** More would hardly come to anything either, and each is paid for. */
const MOST_IDLE_SLICES = 3

/**
 * Whether an event says that an import job goes on by itself. That one was made does not: before each, all users are listed, and who has no time for
 * more than that makes another one each time.
 */
export function isImportUnderWay({ code }: VaultEvent): boolean {
  return code === 'import.progress' || code === 'import.ended' || code === 'import.waiting'
}

/**
 * How far a run has come with a slice. A slice that begins looks at what is done already, and may have come less far with that than the one before.
 *
 * @throws CodedError `RESTORE_STALLED` when three in a row came to nothing: what comes next takes longer than a slice, and would for ever
 */
export function advanced(before: Advance, came: SliceEnd, runId: string): Advance {
  const isFurther =
    came.sawImport || came.operationsDone > before.operationsDone || came.chunksDone > before.chunksDone
  const idleSlices = isFurther ? 0 : before.idleSlices + 1
  if (idleSlices >= MOST_IDLE_SLICES)
    throw new CodedError(
      'RESTORE_STALLED',
      `${MOST_IDLE_SLICES} slices of ${runId} in a row came to nothing: what comes next takes longer than a slice`,
      {
        value: runId,
        hint: `go on by the command line, on a machine that stays up: cognito-vault resume ${runId}`,
      },
    )
  return {
    operationsDone: Math.max(before.operationsDone, came.operationsDone),
    chunksDone: Math.max(before.chunksDone, came.chunksDone),
    idleSlices,
  }
}
