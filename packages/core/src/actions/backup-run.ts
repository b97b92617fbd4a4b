import { type CaptureProgress, newCaptureProgress } from '../cognito/capture-progress.js'
import type { JsonObject } from '../model/canonical.js'
import { CodedError, hasCode } from '../model/errors.js'
import { isoTime } from '../model/ids.js'
import type { CaptureEnd, CaptureRun } from '../vault/capture-run.js'
import { type Lease, takeOverLease } from '../vault/leases.js'
import type { VaultContext } from './context.js'
import type { CaptureFacts } from './store-capture.js'
import { whileRenewed } from './with-lease.js'

/** A renewal may fail before the lease is lost. */
const RENEWALS_PER_LEASE = 3

/** Where a run has come to, as its parts say it. */
export type RunProgress = CaptureProgress & {
  readonly requests: Record<string, number>
  readonly readUntil: number
}

/** What a run is about, as it is stored when it begins. */
export interface RunFacts extends CaptureFacts {
  readonly pool: JsonObject
  readonly previousUsers: number | null
}

/** What one lease of many processes is called. */
export function leaseId(poolId: string, runId: string): string {
  return `${runId}/${poolId}`
}

export function takeOver(context: VaultContext, poolId: string, runId: string): Promise<Lease | undefined> {
  return takeOverLease(context, { id: leaseId(poolId, runId), holder: context.holder })
}

export async function takeOverIfHeld(
  context: VaultContext,
  poolId: string,
  runId: string,
): Promise<Lease | undefined> {
  try {
    return await takeOver(context, poolId, runId)
  } catch (error) {
    if (hasCode(error, 'LOCK_LOST')) return undefined
    throw error
  }
}

/** Does the work while holding the run's lease, and keeps it. */
export async function holding<T>(
  context: VaultContext,
  poolId: string,
  run: CaptureRun,
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  const lease = await takeOver(context, poolId, run.runId)
  if (lease === undefined || (await run.hasEnded())) throw isOver(run.runId)
  return whileRenewed(context, lease, lease.ttlMs / RENEWALS_PER_LEASE, () => work(lease))
}

export async function endRun(
  { clock }: VaultContext,
  run: CaptureRun,
  how: CaptureEnd,
  lease: Lease | undefined,
): Promise<void> {
  // What prune has removed is not to begin again with this.
  if ((await run.getFacts()) !== undefined) await run.end(how, isoTime(clock.now()))
  // What cannot be released is over when its time is.
  await lease?.release().catch(() => undefined)
}

export async function factsOf(run: CaptureRun): Promise<RunFacts> {
  const facts = await run.getFacts()
  if (facts === undefined) throw isOver(run.runId)
  return facts as unknown as RunFacts
}

export async function progressAt(run: CaptureRun, part: number): Promise<RunProgress> {
  if (part === 0) return { ...newCaptureProgress(), requests: {}, readUntil: 0 }
  return (await run.getPart(part)).progress as unknown as RunProgress
}

export function isOver(runId: string): CodedError {
  return new CodedError('LOCK_LOST', `${runId} has ended, or was not heard of for too long`, {
    value: runId,
    hint: 'begin again; nothing half-done is visible in the vault',
  })
}
