import { z } from 'zod'
import { PHASES } from './step.js'

const count = z.number().int().nonnegative()
const counts = z.record(z.string(), count)

const gapSchema = z.object({ resource: z.string(), operation: z.string(), reason: z.string() })

const chunkSchema = z.object({
  id: z.string(),
  phase: z.enum(PHASES),
  steps: count,
  /** SHA-256 of the chunk's lines. */
  digest: z.string(),
})

/** A run's description: what it restores, where to, and the plan in numbers. Written once, when the plan is whole. */
export const runHeaderSchema = z.object({
  format: z.literal(1),
  runId: z.string(),
  createdAt: z.string(),
  snapshot: z.object({ id: z.string(), poolId: z.string() }),
  target: z.object({
    mode: z.enum(['new-pool', 'existing-pool', 'in-place']),
    /** The pool that is restored into; absent where the plan makes it. */
    poolId: z.string().optional(),
    /** The name of the pool that the plan makes. */
    poolName: z.string().optional(),
    /** The snapshot of the target that the plan was made from; absent where the plan makes the pool. */
    snapshot: z.string().optional(),
    region: z.string(),
    /** How people sign in to the target. */
    rules: z.object({ usernameAttributes: z.array(z.string()), caseSensitive: z.boolean() }),
    /** What the target's policy asks of a password. */
    minimumPasswordLength: count.optional(),
  }),
  /** What the snapshot lacks because it could not be read then, so that it does not come back. */
  missing: z.array(gapSchema),
  /** What of the target could not be read, so that nothing of it is planned. */
  unread: z.array(gapSchema),
  chunks: z.array(chunkSchema),
  summary: z.object({
    operations: counts,
    widening: counts,
    subjects: counts,
    notes: counts,
    fidelity: z.object({ exact: count, transformed: count, lost: count }),
    mau: count,
    triggers: counts,
  }),
  /** Users and resources of the snapshot that are in the target as they were. */
  unchanged: count,
  etaSeconds: z.number().nonnegative(),
})

export type RunHeader = z.infer<typeof runHeaderSchema>
export type PlanChunk = z.infer<typeof chunkSchema>
