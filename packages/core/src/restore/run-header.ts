import { z } from 'zod'
import { isObject, type JsonValue } from '../model/canonical.js'
import { CodedError } from '../model/errors.js'
import { damaged } from '../vault/segment.js'
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

const RUN_FORMAT = 1

/** What a run is limited to. Of users only how many queries there were: what they say is in no description. */
const limitsSchema = z.object({
  users: count.optional(),
  /** The places of those queries that nobody fits, from 1. */
  unmatched: z.array(count).optional(),
  groups: z.array(z.string()).optional(),
  only: z.array(z.string()).optional(),
  onlyDeleted: z.boolean().optional(),
  attributes: z.array(z.string()).optional(),
  changedBetween: z.object({ from: z.string(), to: z.string() }).optional(),
  /** The run that this one takes back: it writes only what that one wrote. */
  undoes: z.string().optional(),
})

/** A run's description: what it restores, where to, and the plan in numbers. Written once, when the plan is whole. */
const runHeaderSchema = z.object({
  format: z.literal(RUN_FORMAT),
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
    /** Users whom reading the target has made monthly active, each of whom may be among those whom the plan does. */
    mauRead: count.optional(),
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
    lockedOut: count.default(0),
    triggers: counts,
    engines: z.object({ import: count, api: count, why: counts }).optional(),
  }),
  /** How import jobs are made, where the plan has users for them. */
  import: z
    .object({
      roleArn: z.string(),
      engine: z.enum(['auto', 'import']),
      /** The file of hashes that the plan was made with, which is not in the vault, and how many of its users are imported. */
      hashes: z.object({ sha256: z.string(), lines: count, users: count }).optional(),
    })
    .optional(),
  /** Users and resources of the snapshot that are in the target as they were. */
  unchanged: count,
  limits: limitsSchema.default({}),
  /** The pool from which users are to come by themselves. */
  migratesFrom: z.string().optional(),
  /** The attribute that keeps the old sub of who is made. */
  keepSub: z.string().optional(),
  /** Users and resources of the snapshot that the run is not about. */
  leftOut: count.default(0),
  etaSeconds: z.number().nonnegative(),
  /** Erasures that the vault's list had when the plan was made. */
  erasures: count.default(0),
})

export type RunHeader = z.infer<typeof runHeaderSchema>
export type RunLimits = z.infer<typeof limitsSchema>
export type PlanChunk = z.infer<typeof chunkSchema>

/**
 * A run's description from what is stored for it.
 *
 * @throws CodedError `VAULT_TOO_NEW` when a newer version of this program planned the run, `VAULT_DAMAGED` when it is
 *   not a description, or another run's
 */
export function parseHeader(found: JsonValue, key: string, runId: string): RunHeader {
  const format = isObject(found) ? found['format'] : undefined
  if (typeof format === 'number' && format > RUN_FORMAT) {
    throw new CodedError('VAULT_TOO_NEW', `${key} has format ${format}, which this version does not know`, {
      value: key,
      hint: 'upgrade cognito-vault; nothing was changed',
    })
  }
  const parsed = runHeaderSchema.safeParse(found)
  if (!parsed.success) throw damaged(key, 'it is not what the format says', parsed.error)
  if (parsed.data.runId !== runId) throw damaged(key, 'it is the plan of another run')
  return parsed.data
}
