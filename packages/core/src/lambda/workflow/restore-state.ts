import { z } from 'zod'
import type { RunHeader } from '../../restore/run-header.js'
import { stepState } from './step-event.js'

/** What the restore's function hands to its next call: ids and counts. */
export const restoreState = stepState.extend({
  runId: z.string(),
  region: z.string(),
  /** What is restored into, for messages. */
  into: z.string(),
  /** The pool whose metrics these are. */
  poolId: z.string(),
  intoLivePool: z.boolean(),
  noImports: z.boolean(),
  roleArn: z.string().optional(),
  operationsDone: z.number(),
  operations: z.number(),
  /** For the guard against going round for ever. */
  chunksDone: z.number().default(0),
  idleSlices: z.number().default(0),
  /** There until there is a plan: the pool that is restored into is read, stored as a snapshot, and planned for. */
  planning: z
    .object({
      step: z.enum(['read', 'store', 'plan']),
      /** The snapshot that is restored. */
      wanted: z.string(),
      /** The snapshot of the target, once it has begun to be read. */
      snapshotId: z.string().optional(),
      /** How it goes, for whoever looks at the execution. */
      users: z.number(),
      memberships: z.number(),
      /** How often in a row a slice has ended with what may pass by itself. */
      tries: z.number().int().nonnegative(),
    })
    .optional(),
  /** With what the restore was started, from one execution to the next while there is no plan. Never logged: it may name people. */
  input: z.unknown().optional(),
})

export type RestoreState = z.infer<typeof restoreState>
export type PlanningState = RestoreState & { planning: NonNullable<RestoreState['planning']> }

/** A plan is stored: on with executing it. */
export function stateFor(
  header: RunHeader,
  { noImports, roleArn }: { noImports: boolean; roleArn: string | undefined },
): RestoreState {
  const { runId, target, snapshot, summary } = header
  return {
    next: 'slice',
    ok: true,
    slices: 0,
    runId,
    region: target.region,
    into: target.poolId ?? target.poolName ?? 'a new pool',
    poolId: target.poolId ?? snapshot.poolId,
    intoLivePool: target.mode !== 'new-pool',
    noImports,
    ...(roleArn === undefined ? {} : { roleArn }),
    operationsDone: 0,
    operations: Object.values(summary.operations).reduce((sum, n) => sum + n, 0),
    chunksDone: 0,
    idleSlices: 0,
  }
}
