import { type CaptureProgress, type Collector, generationOf } from '../cognito/capture-progress.js'
import type { JsonObject } from '../model/canonical.js'
import type { Clock } from '../model/clock.js'
import { CodedError } from '../model/errors.js'
import type { CaptureRun, PartBatch } from '../vault/capture-run.js'

/** How much may be read again after a process has died: what it read since its last part. */
export interface CheckpointLimits {
  /** A part is stored at the first page after so many milliseconds. */
  readonly everyMs: number
  /** Or when the records since the last part have so many characters. */
  readonly characters: number
}

/** A collector that stores what it is given as parts of a run, each with where the reading has come to. */
export interface PartCollector extends Collector {
  /** Stores what was taken since the last part, as the last one of this process. */
  finish(): Promise<void>
  /** The number of the last part. */
  readonly parts: number
}

export interface PartCollectorOptions {
  readonly run: CaptureRun
  readonly progress: CaptureProgress
  /** What was sent by now, by operation, since the run began. */
  readonly requests: () => Record<string, number>
  /** The number of the last part that there is. */
  readonly last: number
  readonly limits: CheckpointLimits
  readonly clock: Clock
}

/**
 * In the tick in which records come, the progress accounts for them: so a part is cut in that tick. While one is being stored whoever brings more waits, so
 * that no more is held than a part and a page of each listing.
 */
export function createPartCollector(options: PartCollectorOptions): PartCollector {
  const { run, progress, clock, limits } = options
  let batches: PartBatch[] = []
  let characters = 0
  let cutAt = clock.now()
  let number = options.last
  let storing: Promise<void> = Promise.resolve()

  function cut(): void {
    const state = { ...progress, requests: options.requests(), readUntil: clock.now() }
    // What is changed from here on is the next part's.
    const part = { progress: JSON.parse(JSON.stringify(state)) as JsonObject, batches }
    const place = ++number
    batches = []
    characters = 0
    cutAt = clock.now()
    storing = storing.then(async () => {
      if (!(await run.putPart(place, part))) throw takenOver(run.runId)
    })
    // Whoever comes next is told.
    storing.catch(() => undefined)
  }

  return {
    async take(stream, section, records) {
      if (records.length > 0)
        batches.push({ stream, section, generation: generationOf(progress, section), records })
      for (const { line } of records) characters += line.length
      if (characters >= limits.characters || clock.now() - cutAt >= limits.everyMs) cut()
      await storing
    },
    // Their generation is over: whoever reads the parts passes over them.
    forgetUsers: () => storing,
    async finish() {
      cut()
      await storing
    },
    get parts() {
      return number
    },
  }
}

function takenOver(runId: string): CodedError {
  return new CodedError('LOCK_LOST', `another process goes on with ${runId}`, {
    value: runId,
    hint: 'leave it to that one; nothing of what it does is lost',
  })
}
