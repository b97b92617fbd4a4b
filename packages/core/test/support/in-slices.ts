import type { SnapshotReport } from '../../src/actions/backup.js'
import type { BackupState } from '../../src/actions/backup-state.js'
import { beginBackup } from '../../src/actions/begin-backup.js'
import type { CognitoContext } from '../../src/actions/context.js'
import { continueBackup } from '../../src/actions/continue-backup.js'
import { finishBackup } from '../../src/actions/finish-backup.js'
import type { CognitoApi } from '../../src/cognito/cognito-api.js'
import type { Lab } from './lab.js'
import { createSteppingClock } from './stepping-clock.js'

const SECOND_MS = 1000
const PART_MS = 5 * SECOND_MS
/** More slices than any of these backups need. */
const MOST_SLICES = 200

/** A process of its own, in which each answer of the service takes a second. */
export function newProcess(
  lab: Lab,
  { wrap = (api) => api, ...change }: Parameters<Lab['again']>[0] = {},
): CognitoContext {
  const clock = createSteppingClock(SECOND_MS)
  return lab.again({ concurrency: 2, ...change, clock, wrap: (api: CognitoApi) => clock.watch(wrap(api)) })
}

/** A slice of so many seconds, with a part about every five. */
export async function slice(
  context: CognitoContext,
  state: BackupState,
  seconds: number,
): Promise<BackupState> {
  const until = context.clock.now() + seconds * SECOND_MS
  const next = await continueBackup(context, state, { until, checkpoint: { everyMs: PART_MS } })
  return JSON.parse(JSON.stringify(next)) as BackupState
}

/** What runs each step of a backup: in a process of its own, or in one that dies, and then in another. */
export type RunStep = <T>(step: (context: CognitoContext) => Promise<T>) => Promise<T>

/** A backup in slices of so many seconds; with the states in between. */
export async function backUpInSlices(
  poolId: string,
  seconds: number,
  inProcess: RunStep,
): Promise<{ report: SnapshotReport; states: BackupState[] }> {
  const states = [await inProcess((context) => beginBackup(context, poolId, { runId: 'nightly' }))]
  const last = (): BackupState => states.at(-1)!
  while (!last().done) {
    if (states.length > MOST_SLICES) throw new Error('a backup does not come to its end')
    const state = last()
    states.push(await inProcess((context) => slice(context, state, seconds)))
  }
  return { report: await inProcess((context) => finishBackup(context, last())), states }
}
