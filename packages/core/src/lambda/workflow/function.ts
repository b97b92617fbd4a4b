import { randomBytes } from 'node:crypto'
import { hostname, tmpdir } from 'node:os'
import type { VaultEvent } from '../../model/events.js'
import { systemClock } from '../../model/system-clock.js'
import { createPublisher } from '../messages/publish.js'
import { metricLine } from '../watching/embedded-metric.js'
import { eventLines, type LogLevel, logLine } from '../watching/log-line.js'
import type { Call } from './call.js'
import { openVaults } from './connect.js'
import { type Environment, functionSettings, type FunctionSettings } from './environment.js'
import { parseStepEvent, type StepEvent, untoldBefore } from './step-event.js'
import { createTelling } from './telling.js'
import { causesOf, thrownAs, toCoded } from './thrown.js'

/** What Lambda hands to a handler beside the event, as far as it is used. */
export interface LambdaContext {
  getRemainingTimeInMillis?(): number
}

export type Handler = (event: unknown, context?: LambdaContext) => Promise<object>

/** What a slice has left when it stops, to store where it has come to and to answer. */
const TO_END_MS = 45_000
/** When the work is stopped, whatever it does: what is left is for the answer. */
const TO_ANSWER_MS = 10_000

/** A handler of Lambda: reads the event and the environment, and turns what is thrown into what a state machine can tell of. */
export function createHandler(name: string, work: (call: Call) => Promise<object>): Handler {
  return async (event, context = {}) => {
    const { env } = process
    const stop = new AbortController()
    const write = (line: string): void => void process.stdout.write(`${line}\n`)
    const done = new AbortController()
    try {
      const startedAt = systemClock.now()
      const left = context.getRemainingTimeInMillis?.() ?? Infinity
      const settings = functionSettings(env)
      const parsed = parseStepEvent(event)
      if (Number.isFinite(left)) void stopIn(left - TO_ANSWER_MS, stop, done.signal)
      const call = callOf(name, { event: parsed, settings, env, write, signal: stop.signal })
      const until = startedAt + Math.min(settings.sliceSeconds * 1_000, Math.max(0, left - TO_END_MS))
      call.log('INFO', { code: 'function.called', step: parsed.step })
      let answer: object
      try {
        answer = await work({ ...call, until })
      } finally {
        // Of a step that failed too. Nothing is measured of what went well.
        if (call.throttled() > 0) call.metrics(undefined, { Throttled: call.throttled() })
      }
      const untold = untoldBefore(parsed) + call.untold()
      if (untold > 0) answer = { ...answer, untold }
      call.log('INFO', { code: 'function.answered', step: parsed.step, answer: withoutInput(answer) })
      return answer
    } catch (error) {
      const failure = toCoded(error, stop.signal)
      const place = { function: name, execution: executionOf(event) }
      write(
        logLine(place, systemClock.now(), 'ERROR', {
          code: 'function.failed',
          error: failure.code,
          message: failure.message,
          ...(failure.hint === undefined ? {} : { hint: failure.hint }),
          causes: causesOf(failure),
        }),
      )
      throw thrownAs(failure)
    } finally {
      done.abort()
    }
  }
}

/** The input of a restore may name people. */
function withoutInput(answer: object): object {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => name !== 'input'))
}

async function stopIn(ms: number, stop: AbortController, done: AbortSignal): Promise<void> {
  await systemClock.sleep(Math.max(0, ms), done).then(
    () => stop.abort(),
    () => undefined,
  )
}

interface Parts {
  readonly event: StepEvent
  readonly settings: FunctionSettings
  readonly env: Environment
  readonly write: (line: string) => void
  readonly signal: AbortSignal
}

function callOf(name: string, { event, settings, env, write, signal }: Parts): Omit<Call, 'until'> {
  const place = { function: name, execution: event.execution, runId: runIdIn(event) }
  const now = (): number => systemClock.now()
  const lineOf = eventLines(place, now)
  let throttled = 0
  const sink = (found: VaultEvent): void => {
    if (found.code === 'throttled') throttled++
    const line = lineOf(found)
    if (line !== undefined) write(line)
  }
  const holder = { host: hostname(), pid: process.pid }
  const world = { clock: systemClock, random, sink, tempDirectory: tmpdir(), holder, signal }
  const publish = settings.topicArn === undefined ? undefined : createPublisher(settings.topicArn, env)

  function log(level: LogLevel, facts: Readonly<Record<string, unknown>> & { readonly code: string }): void {
    write(logLine(place, now(), level, facts))
  }

  const metrics: Call['metrics'] = (poolId, values) => {
    const properties = { execution: event.execution }
    write(metricLine({ vaultName: settings.vaultName, poolId, at: now(), values, properties }))
  }
  const telling = createTelling({ publish, preference: settings.preference, log, metrics })

  return {
    event,
    settings,
    env,
    vaults: openVaults(world, settings, env),
    place: { vault: settings.vault, execution: event.execution },
    throttled: () => throttled,
    log,
    metrics,
    ...telling,
  }
}

/** A number in [0, 1) from the system's source. */
function random(): number {
  return randomBytes(6).readUIntBE(0, 6) / 2 ** 48
}

function runIdIn({ state }: StepEvent): string | undefined {
  const { runId, run } = (state ?? {}) as { runId?: unknown; run?: { runId?: unknown } }
  const found = runId ?? run?.runId
  return typeof found === 'string' ? found : undefined
}

function executionOf(event: unknown): string {
  const { execution } = (event ?? {}) as { execution?: unknown }
  return typeof execution === 'string' ? execution : ''
}
