import { readPool } from '../cognito/capture.js'
import { openCaptureRun } from '../vault/capture-run.js'
import { openVault } from '../vault/vault.js'
import { factsOf, holding, progressAt } from './backup-run.js'
import { type BackupState, explaining, stateOf } from './backup-state.js'
import { beforeDeadline } from './before-deadline.js'
import type { CognitoContext } from './context.js'
import { type CheckpointLimits, createPartCollector } from './part-collector.js'
import { requestsSince } from './requests-since.js'

export interface ContinueBackupOptions {
  /** When to stop, in milliseconds of the context's clock. What was sent by then is given up, and read again. */
  readonly until: number
  /** How much may be read again after a process has died; ten seconds or 8 million characters where nothing is said. */
  readonly checkpoint?: Partial<CheckpointLimits> | undefined
}

const CHECKPOINT: CheckpointLimits = { everyMs: 10_000, characters: 8_000_000 }

/**
 * Goes on reading the pool until all is read or the time is over. What is read is stored as parts of the run, with where the reading has come to. A process that
 * dies has lost what it read since its last part; the same state may be given again, and it goes on from there. A listing whose
 * token is not taken any more (they live one hour) begins again, and what was read of it before counts no more.
 *
 * @throws CodedError `LOCK_LOST` when the run was not heard of for too long, was given up, or another process goes on with it
 */
export async function continueBackup(
  context: CognitoContext,
  state: Pick<BackupState, 'poolId' | 'runId'>,
  { until, checkpoint }: ContinueBackupOptions,
): Promise<BackupState> {
  const { poolId, runId } = state
  const vault = await openVault(context.store)
  const run = openCaptureRun(vault.store, poolId, runId)
  return explaining(context, poolId, () =>
    holding(context, poolId, run, async (lease) => {
      const { pool, previousUsers } = await factsOf(run)
      const last = await run.lastPart()
      const progress = await progressAt(run, last)
      if (!progress.isWhole) {
        const before = new Map(context.budget.requests)
        const collector = createPartCollector({
          run,
          progress,
          requests: () => sum(progress.requests, requestsSince(before, context.budget.requests)),
          last,
          limits: { ...CHECKPOINT, ...checkpoint },
          clock: context.clock,
        })
        await beforeDeadline(context, until, (signal) =>
          readPool(
            context.api,
            pool,
            {
              concurrency: context.concurrency,
              previousUsers: previousUsers ?? undefined,
              signal,
              sink: context.sink,
              fetchImage: context.fetchImage,
            },
            progress,
            collector,
          ),
        )
        await collector.finish()
      }
      await lease.check()
      return stateOf(run, poolId, progress)
    }),
  )
}

function sum(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const total = { ...a }
  for (const [operation, count] of Object.entries(b)) total[operation] = (total[operation] ?? 0) + count
  return total
}
