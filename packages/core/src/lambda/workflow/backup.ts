import { z } from 'zod'
import type { SnapshotReport } from '../../actions/backup.js'
import type { CognitoContext } from '../../actions/context.js'
import { readPool, takenAt } from '../../actions/guard.js'
import { regionOfPool } from '../../actions/pool.js'
import { beginBackup, continueBackup, failBackup, finishBackup } from '../../actions/sliced-backup.js'
import { CodedError, hasCode } from '../../model/errors.js'
import { isCompleteBackup } from '../../vault/snapshots.js'
import { openVault } from '../../vault/vault.js'
import { backupFailedMessage, backupMessage } from '../messages/backup-messages.js'
import { failureOf, type ToldFailure } from '../messages/failure-text.js'
import { withCognito } from './connect.js'
import type { Call } from './call.js'
import { createHandler } from './function.js'
import { openOrMake } from './open-or-make.js'
import { sliceAfter, stateOf, stepState } from './step-event.js'

const runSchema = z.object({ runId: z.string(), poolId: z.string(), snapshotId: z.string() })

const backupState = stepState.extend({
  /** All pools of this run, and the place of the one at hand. */
  poolIds: z.array(z.string()),
  at: z.number().int().nonnegative(),
  /** The backup at hand. */
  run: runSchema.optional(),
  /** How it goes, for whoever looks at the execution. */
  users: z.number().optional(),
  memberships: z.number().optional(),
  throttled: z.number(),
  /** How often in a row a slice has ended with what may pass by itself. */
  tries: z.number().int().nonnegative().default(0),
  /** What became of the pools before: the snapshot, or a code. */
  done: z.array(
    z.object({ poolId: z.string(), snapshotId: z.string().optional(), error: z.string().optional() }),
  ),
})

type BackupState = z.infer<typeof backupState>

/** Takes a snapshot of each pool in turn, a slice at a time. A pool that fails is told of and does not keep the others from being backed up. */
export const backup = createHandler('backup', async (call) => {
  const state = stateOf(call.event, backupState)
  switch (call.event.step) {
    case 'prepare':
      return state === undefined ? prepare(call) : { ...state, next: 'slice', slices: 0 }
    case 'slice':
      return slice(call, required(state))
    case 'finish':
      return finish(call, required(state))
    case 'fail':
      return fail(call, state)
    default:
      throw new CodedError('USAGE', `the backup has no step ${call.event.step}`, { value: call.event.step })
  }
})

function required(state: BackupState | undefined): BackupState & { run: NonNullable<BackupState['run']> } {
  if (state?.run !== undefined) return { ...state, run: state.run }
  throw new CodedError('USAGE', 'no backup has begun', { hint: 'start the state machine anew' })
}

async function prepare(call: Call): Promise<BackupState> {
  const { poolIds } = call.settings
  if (poolIds.length === 0)
    throw new CodedError('USAGE', 'no pool is to be backed up', {
      value: 'USER_POOL_IDS',
      hint: 'name one in the parameters of the stack',
    })
  await openOrMake(call)
  const state: BackupState = {
    next: 'slice',
    ok: true,
    slices: 0,
    poolIds: [...poolIds],
    at: 0,
    throttled: 0,
    tries: 0,
    done: [],
  }
  return beginNext(call, state)
}

/** Begins the backup of the pool at hand, or of the next that can be begun. */
async function beginNext(call: Call, state: BackupState): Promise<BackupState> {
  const poolId = state.poolIds[state.at]
  if (poolId === undefined) return { ...without(state), next: 'done' }
  try {
    const runId = `backup-${executionName(call.event.execution)}`
    const { snapshotId } = await withPool(call, poolId, (context) =>
      beginBackup(context, poolId, call.event.execution === '' ? {} : { runId }),
    )
    return { ...without(state), next: 'slice', run: { runId, poolId, snapshotId } }
  } catch (error) {
    return failed(call, state, poolId, error)
  }
}

async function slice(
  call: Call,
  state: BackupState & { run: NonNullable<BackupState['run']> },
): Promise<BackupState> {
  const { run } = state
  try {
    const { done, users, memberships } = await withPool(call, run.poolId, (context) =>
      continueBackup(context, run, { until: call.until }),
    )
    const on = sliceAfter(state, call.settings)
    return {
      ...state,
      ...on,
      next: done ? 'finish' : on.next,
      users,
      memberships,
      throttled: state.throttled + call.throttled(),
      tries: 0,
    }
  } catch (error) {
    return (await triedAgain(call, state, error)) ?? failed(call, state, run.poolId, error)
  }
}

async function finish(
  call: Call,
  state: BackupState & { run: NonNullable<BackupState['run']> },
): Promise<BackupState> {
  const { run } = state
  let report: SnapshotReport
  try {
    report = await withPool(call, run.poolId, (context) => finishBackup(context, run))
  } catch (error) {
    return failed(call, state, run.poolId, error)
  }
  const compared = await comparedWithLast(call, report)
  // What the shrink guard flags is whole: that is told by the message, and by an alarm of its own.
  const isFine = report.complete && report.during === undefined
  call.metrics(run.poolId, {
    BackupCompleted: isFine ? 1 : 0,
    BackupFailed: isFine ? 0 : 1,
    BackupDuration: report.durationMs,
    Users: report.counts['users'] ?? 0,
    ...(compared.usersChanged === undefined ? {} : { UsersChanged: compared.usersChanged }),
    ShrinkGuardTripped: report.shrunk.length > 0 ? 1 : 0,
    BytesStored: report.bytesStored,
  })
  await call.tell(backupMessage({ report, ...compared, throttled: state.throttled }, call.place))
  const done = [...state.done, { poolId: run.poolId, snapshotId: report.id }]
  return beginNext(call, { ...state, at: state.at + 1, ok: state.ok && isFine, throttled: 0, tries: 0, done })
}

const MOST_TRIES = 5
const WAIT_MS = 20_000

/** What the network or the store did, and may not do again in a while: what was read until now is kept. */
async function triedAgain(call: Call, state: BackupState, error: unknown): Promise<BackupState | undefined> {
  if (!hasCode(error, 'ENDPOINT_UNREACHABLE', 'STORAGE_FAILED') || state.tries >= MOST_TRIES) return undefined
  call.log('WARN', { code: 'slice.tried-again', error: error.code, message: error.message })
  const { clock, signal } = call.vaults.context
  await clock.sleep(WAIT_MS * (state.tries + 1), signal)
  return { ...state, ...sliceAfter(state, call.settings), tries: state.tries + 1 }
}

/** What the backup before had, and what has changed since. */
async function comparedWithLast(
  { vaults }: Call,
  { id, poolId }: SnapshotReport,
): Promise<{ usersBefore: number | undefined; usersChanged: number | undefined }> {
  const { manifests } = await readPool(await openVault(vaults.context.store), poolId)
  const own = manifests.find(({ snapshot }) => snapshot === id)
  const last = manifests
    .filter((manifest) => manifest.snapshot < id && isCompleteBackup(manifest))
    .sort((a, b) => takenAt(a) - takenAt(b))
    .at(-1)
  const [now, before] = [own?.guard?.usersChanged, last?.guard?.usersChanged]
  return {
    usersBefore: last?.streams.users.records,
    usersChanged: now === undefined || before === undefined ? undefined : now - before,
  }
}

/** What a step of one pool ended with: it is told of, its run given up, and the next pool begun. */
async function failed(call: Call, state: BackupState, poolId: string, error: unknown): Promise<BackupState> {
  if (!(error instanceof CodedError) || error.code === 'INTERRUPTED') throw error
  await giveUp(call, state)
  await tellFailed(call, [poolId], error)
  const done = [...state.done, { poolId, error: error.code }]
  return beginNext(call, { ...state, ok: false, at: state.at + 1, throttled: 0, tries: 0, done })
}

/** The machine has caught what no step could answer to: a function that was killed again and again, say. */
async function fail(call: Call, state: BackupState | undefined): Promise<object> {
  const failure = failureOf(call.event.error ?? {})
  if (state !== undefined) await giveUp(call, state)
  const left = state === undefined ? call.settings.poolIds : state.poolIds.slice(state.at)
  await tellFailed(call, left, failure)
  return { ok: false }
}

async function tellFailed(call: Call, poolIds: readonly string[], failure: ToldFailure): Promise<void> {
  const { code, message, hint } = failure
  for (const poolId of poolIds) call.metrics(poolId, { BackupFailed: 1, BackupCompleted: 0 })
  call.log('ERROR', { code: 'backup.failed', poolIds, error: code, message })
  await call.tell(backupFailedMessage(poolIds, { code, message, hint }, call.place))
}

/** Unlocks the pool, so that the next backup need not wait. What cannot be given up now is over when its time is. */
async function giveUp({ vaults, log }: Call, { run }: BackupState): Promise<void> {
  if (run === undefined) return
  try {
    const { isStored } = await failBackup(vaults.context, run)
    log('INFO', { code: 'backup.given-up', runId: run.runId, isStored })
  } catch (error) {
    log('WARN', {
      code: 'backup.not-given-up',
      runId: run.runId,
      error: error instanceof CodedError ? error.code : 'INTERNAL',
    })
  }
}

function withPool<T>(call: Call, poolId: string, work: (context: CognitoContext) => Promise<T>): Promise<T> {
  const { vaults, settings, env } = call
  const region = regionOfPool(poolId) ?? settings.region
  return withCognito(vaults.context, settings, env, { region }, work)
}

/** What is left of a state when the pool at hand is done with. */
function without(state: BackupState): BackupState {
  const { next, ok, slices, poolIds, at, throttled, tries, done } = state
  return { next, ok, slices, poolIds, at, throttled, tries, done }
}

/** The name of an execution, from its ARN, as far as a run's id may hold it. */
export function executionName(execution: string): string {
  return (execution.split(':').at(-1) ?? '').replaceAll(/[^\w.-]/g, '-').slice(0, 100)
}
