import { isoTime } from '../model/ids.js'
import type { EventSink } from '../model/events.js'
import { addStep, emptySummary, type PlanSummary } from './plan-summary.js'
import { changeOf, type PlannedChange } from './planned-change.js'
import { importSeconds } from './engines/import-speed.js'
import type { PlanChunk, RunHeader, RunLimits } from './run-header.js'
import type { RunStore } from './run-store.js'
import { PHASES, type Phase, type Step } from './step.js'

/** Steps that are stored, intended and settled together. */
const STEPS_A_CHUNK = 100

export interface PlanFrame {
  readonly createdAt: number
  readonly snapshot: RunHeader['snapshot']
  readonly target: RunHeader['target']
  readonly missing: RunHeader['missing']
  readonly unread: RunHeader['unread']
  readonly keepSub?: string | undefined
  readonly migratesFrom?: string | undefined
  /** Users and resources of the snapshot: those that no step is about are as they were. */
  readonly wantedCount: number
  /** Erasures that the vault's list had when the plan was made. */
  readonly erasures: number
  /** What the run is limited to, and what it passed by; asked when all steps are made. */
  readonly reached: () => { readonly limits: RunLimits; readonly leftOut: number }
  /** The triggers that the target has. */
  readonly triggers: readonly string[]
  /** The time that operations take, in milliseconds. */
  readonly etaMs: (operations: ReadonlyMap<string, number>) => number
  readonly sink: EventSink
  readonly signal?: AbortSignal | undefined
  /** How import jobs are made, should the plan have users for them. */
  readonly import?: () => RunHeader['import']
}

/** Changes of users that are told one by one; the rest is in the stored plan. */
const MOST_USERS_TOLD = 1_000

export interface StoredPlan {
  readonly header: RunHeader
  /** What it does, by name: all of the configuration, and of the users the first thousand, those to be deleted first. */
  readonly changes: readonly PlannedChange[]
}

/** Stores a plan as it is made, chunk by chunk, and then the header that makes it a whole. */
export async function storePlan(
  run: RunStore,
  steps: AsyncIterable<Step>,
  frame: PlanFrame,
): Promise<StoredPlan> {
  const open = new Map<Phase, Step[]>()
  const chunks: PlanChunk[] = []
  const closed = new Map<Phase, number>()
  const told = {
    resources: [] as PlannedChange[],
    deleted: [] as PlannedChange[],
    users: [] as PlannedChange[],
  }
  let summary = emptySummary()
  let about = 0

  async function close(phase: Phase): Promise<void> {
    const pending = open.get(phase) ?? []
    open.delete(phase)
    if (pending.length === 0) return
    const place = String(PHASES.indexOf(phase)).padStart(2, '0')
    const ordinal = closed.get(phase) ?? 0
    closed.set(phase, ordinal + 1)
    chunks.push(await run.putChunk(`${place}-${String(ordinal).padStart(6, '0')}`, phase, pending))
  }

  function tell(step: Step): void {
    const change = ['release', 'settle'].includes(step.phase) ? undefined : changeOf(step)
    if (change === undefined) return
    const list =
      change.kind !== 'user' ? told.resources : change.action === 'delete' ? told.deleted : told.users
    if (list === told.resources || list.length < MOST_USERS_TOLD) list.push(change)
  }

  for await (const step of steps) {
    summary = addStep(summary, step, frame.triggers)
    if (isAboutSnapshot(step)) about++
    tell(step)
    const pending = open.get(step.phase) ?? []
    pending.push(step)
    open.set(step.phase, pending)
    if (pending.length >= STEPS_A_CHUNK) {
      frame.signal?.throwIfAborted()
      await close(step.phase)
      frame.sink({ code: 'plan.users', users: about })
    }
  }
  for (const phase of PHASES) await close(phase)
  chunks.sort((a, b) => (a.id < b.id ? -1 : 1))

  const { limits, leftOut } = frame.reached()
  const imports = summary.engines?.import ?? 0
  const unchanged = Math.max(0, frame.wantedCount - leftOut - about)
  const header: RunHeader = {
    format: 1,
    runId: run.runId,
    createdAt: isoTime(frame.createdAt),
    snapshot: frame.snapshot,
    target: frame.target,
    missing: frame.missing,
    unread: frame.unread,
    ...(frame.keepSub === undefined ? {} : { keepSub: frame.keepSub }),
    ...(frame.migratesFrom === undefined ? {} : { migratesFrom: frame.migratesFrom }),
    chunks,
    summary: withUnchanged(summary, unchanged),
    unchanged,
    limits,
    leftOut,
    ...(imports === 0 ? {} : importMember(frame.import?.())),
    erasures: frame.erasures,
    etaSeconds: Math.ceil(
      importSeconds(imports) + frame.etaMs(new Map(Object.entries(summary.operations))) / 1000,
    ),
  }
  await run.refuseOtherChunks(chunks)
  await run.putHeader(header)
  const users = [...told.deleted, ...told.users].slice(0, MOST_USERS_TOLD)
  return { header, changes: [...told.resources, ...users] }
}

function importMember(settings: RunHeader['import']): Pick<RunHeader, 'import'> {
  return settings === undefined ? {} : { import: settings }
}

/** Whether a step is about something that the snapshot has, rather than something extra, or part of what another step does. */
export function isAboutSnapshot(step: Step): boolean {
  return !['delete', 'finish', 'release', 'settle', 'keep-sub'].includes(step.phase)
}

function withUnchanged(summary: PlanSummary, unchanged: number): PlanSummary {
  return { ...summary, fidelity: { ...summary.fidelity, exact: summary.fidelity.exact + unchanged } }
}
