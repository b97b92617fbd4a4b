import { z } from 'zod'
import type { SnapshotReport } from '../../actions/backup.js'
import { beginBackup } from '../../actions/begin-backup.js'
import type { CognitoContext } from '../../actions/context.js'
import { continueBackup } from '../../actions/continue-backup.js'
import { failBackup } from '../../actions/fail-backup.js'
import { finishBackup } from '../../actions/finish-backup.js'
import { readPool, takenAt } from '../../actions/guard.js'
import { regionOfPool } from '../../actions/pool.js'
import { CodedError } from '../../model/errors.js'
import { isCompleteBackup } from '../../vault/snapshots.js'
import { openVault } from '../../vault/vault.js'
import { backupFailedMessage, backupMessage } from '../messages/backup-messages.js'
import { failureOf, type ToldFailure } from '../messages/failure-text.js'
import { withCognito } from './connect.js'
import type { Call } from './call.js'
import { executionName } from './execution-name.js'
import { createHandler } from './function.js'
import { openOrMake } from './open-or-make.js'
import { sliceAfter, stateOf, stepState } from './step-event.js'
import { causesOf, toCoded } from './thrown.js'
import { trying } from './trying.js'

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

type Begun = BackupState & { run: NonNullable<BackupState['run']> }

function required(state: BackupState | undefined): BackupState {
  if (state !== undefined) return state
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
  return {
    next: 'slice',
    ok: true,
    slices: 0,
    poolIds: [...poolIds],
    at: 0,
    throttled: 0,
    tries: 0,
    done: [],
  }
}

/** Begins the backup of the pool at hand, in a slice of its own: where its function dies, it is plain of which pool that was. */
async function slice(call: Call, state: BackupState): Promise<BackupState> {
  const { run } = state
  return trying(
    call,
    state,
    () => (run === undefined ? begin(call, state) : read(call, { ...state, run })),
    (error) => passedBy(call, state, error),
  )
}

async function begin(call: Call, state: BackupState): Promise<BackupState> {
  const poolId = poolAt(state)
  const { runId, snapshotId } = await withPool(call, poolId, (context) =>
    beginBackup(context, poolId, { runId: runIdOf(call) }),
  )
  return {
    ...state,
    ...sliceAfter(state, call.settings),
    run: { runId, poolId, snapshotId },
    throttled: state.throttled + call.throttled(),
    tries: 0,
  }
}

/** What the run of the pool at hand is called: a call that is repeated because its answer was lost begins no other. */
function runIdOf({ event: { execution } }: Call): string | undefined {
  return execution === '' ? undefined : `backup-${executionName(execution)}`
}

async function read(call: Call, state: Begun): Promise<BackupState> {
  const { run } = state
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
}

async function finish(call: Call, state: BackupState): Promise<BackupState> {
  return trying(
    call,
    state,
    () => store(call, state),
    (error) => passedBy(call, state, error),
  )
}

async function store(call: Call, state: BackupState): Promise<BackupState> {
  const { run } = state
  if (run === undefined)
    throw new CodedError('USAGE', 'no backup has begun', { hint: 'start the state machine anew' })
  const report = await withPool(call, run.poolId, (context) => finishBackup(context, run))
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
  const throttled = state.throttled + call.throttled()
  await call.tell(backupMessage({ report, ...compared, throttled }, call.place))
  return onward(state, { poolId: run.poolId, snapshotId: report.id }, isFine)
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

/** What a step of the pool at hand has ended with for good; of what should not have happened the log says where it arose. */
async function passedBy(call: Call, state: BackupState, error: CodedError): Promise<BackupState> {
  if (error.code === 'INTERNAL')
    call.log('ERROR', { code: 'pool.failed', error: error.code, causes: causesOf(error) })
  return failed(call, state, error)
}

/** What became of one pool: it is told of, its run given up, and the next pool is gone on with. */
async function failed(call: Call, state: BackupState, failure: ToldFailure): Promise<BackupState> {
  const poolId = poolAt(state)
  const snapshotId = await giveUp(call, state)
  await tellFailed(call, [poolId], failure, snapshotId)
  const stored = snapshotId === undefined ? {} : { snapshotId }
  return onward(state, { poolId, ...stored, error: failure.code }, false)
}

/** The machine has caught what no step could answer to: a function that was killed again and again, say. The pools after the one at hand are gone on with. */
async function fail(call: Call, state: BackupState | undefined): Promise<object> {
  const failure = failureOf(call.event.error ?? {})
  if (state === undefined || state.at >= state.poolIds.length) {
    await tellFailed(call, state?.poolIds ?? call.settings.poolIds, failure)
    return { ok: false }
  }
  const on = await failed(call, state, failure)
  // Where there was no other pool, the execution fails with what this one failed with.
  return state.poolIds.length > 1 ? on : { ...on, next: undefined }
}

async function tellFailed(
  call: Call,
  poolIds: readonly string[],
  failure: ToldFailure,
  snapshotId?: string,
): Promise<void> {
  const { code, message, hint } = failure
  for (const poolId of poolIds) call.metrics(poolId, { BackupFailed: 1, BackupCompleted: 0 })
  call.log('ERROR', { code: 'backup.failed', poolIds, snapshotId, error: code, message })
  await call.tell(backupFailedMessage(poolIds, { code, message, hint }, call.place, snapshotId))
}

/**
 * Unlocks the pool, so that the next backup need not wait. What cannot be given up now is over when its time is. Of a function that was killed while it began
 * there is no answer, and the run is known by its name all the same.
 *
 * @returns the snapshot, where it had been stored already
 */
async function giveUp(call: Call, state: BackupState): Promise<string | undefined> {
  const { vaults, log } = call
  const begun = runIdOf(call)
  const run = state.run ?? (begun === undefined ? undefined : { poolId: poolAt(state), runId: begun })
  if (run === undefined) return undefined
  try {
    const { isStored } = await failBackup(vaults.context, run)
    log('INFO', { code: 'backup.given-up', runId: run.runId, isStored })
    return isStored ? state.run?.snapshotId : undefined
  } catch (error) {
    log('WARN', { code: 'backup.not-given-up', runId: run.runId, error: toCoded(error).code })
    return undefined
  }
}

function poolAt({ poolIds, at }: BackupState): string {
  return poolIds[at] ?? ''
}

/** The pool at hand is done with: on with the next, if there is one. */
function onward(state: BackupState, result: BackupState['done'][number], isFine: boolean): BackupState {
  const { slices, poolIds } = state
  const at = state.at + 1
  return {
    next: at < poolIds.length ? 'slice' : 'done',
    ok: state.ok && isFine,
    slices,
    poolIds,
    at,
    throttled: 0,
    tries: 0,
    done: [...state.done, result],
  }
}

function withPool<T>(call: Call, poolId: string, work: (context: CognitoContext) => Promise<T>): Promise<T> {
  const { vaults, settings, env } = call
  const region = regionOfPool(poolId) ?? settings.region
  return withCognito(vaults.context, settings, env, { region }, work)
}
