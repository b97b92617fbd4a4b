import { randomBytes } from 'node:crypto'
import { hostname, tmpdir } from 'node:os'
import type { VaultEvent } from '../../model/events.js'
import { CodedError } from '../../model/errors.js'
import { systemClock } from '../../model/system-clock.js'
import { HINT_MARK } from '../messages/failure-text.js'
import { isWanted, type Message, type Place } from '../messages/message.js'
import { createPublisher } from '../messages/publish.js'
import { type MetricName, metricLine } from '../watching/embedded-metric.js'
import { eventLines, type LogLevel, logLine } from '../watching/log-line.js'
import { openVaults, type Vaults } from './connect.js'
import { type Environment, functionSettings, type FunctionSettings } from './environment.js'
import { parseStepEvent, type StepEvent } from './step-event.js'

/** A call of a function: what it is to do, and what it has for that. */
export interface Call {
  readonly event: StepEvent
  readonly settings: FunctionSettings
  readonly env: Environment
  readonly vaults: Vaults
  /** When a slice is to stop by itself, in milliseconds of the clock. */
  readonly until: number
  /** Where this happens, for messages. */
  readonly place: Place
  /** Requests that were refused for their rate, in this call. */
  readonly throttled: () => number
  readonly log: (
    level: LogLevel,
    facts: Readonly<Record<string, unknown>> & { readonly code: string },
  ) => void
  readonly metrics: (
    poolId: string | undefined,
    values: Readonly<Partial<Record<MetricName, number>>>,
  ) => void
  /** Tells people, as far as they want to be told. */
  readonly tell: (message: Message) => Promise<void>
}

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
      const answer = await work({ ...call, until })
      // Nothing is measured of what went well.
      if (call.throttled() > 0) call.metrics(undefined, { Throttled: call.throttled() })
      call.log('INFO', { code: 'function.answered', step: parsed.step, answer })
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

  return {
    event,
    settings,
    env,
    vaults: openVaults(world, settings, env),
    place: { vault: settings.vault, execution: event.execution },
    throttled: () => throttled,
    log,
    metrics: (poolId, values) => {
      const properties = { execution: event.execution }
      write(metricLine({ vaultName: settings.vaultName, poolId, at: now(), values, properties }))
    },
    tell: async (message) => {
      const level = message.level === 'error' ? 'ERROR' : 'INFO'
      log(level, { code: 'message', subject: message.subject, text: message.text })
      if (publish !== undefined && isWanted(message, settings.preference)) await publish(message)
    },
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

/** Whatever was thrown, without a word of what services and libraries say: they may quote a request. */
export function toCoded(error: unknown, signal?: AbortSignal): CodedError {
  if (error instanceof CodedError) return error
  if (signal?.aborted === true)
    return new CodedError('INTERRUPTED', 'the time that Lambda gives was over', {
      hint: 'what was done is kept; start the state machine again',
      cause: error,
    })
  return new CodedError('INTERNAL', `this should not have happened: ${nameOf(error)}`, {
    hint: 'this is a defect: please report it, with what the log of the function says',
    cause: error,
  })
}

/** Lambda tells a state machine an error's name and message: here its code, and its message with the hint. */
function thrownAs({ code, message, hint }: CodedError): Error {
  const thrown = new Error(hint === undefined ? message : `${message}${HINT_MARK}${hint}`)
  thrown.name = code
  // A stack would be this place's.
  delete thrown.stack
  return thrown
}

const MOST_CAUSES = 5

function causesOf(error: Error): string[] {
  const causes: string[] = []
  for (let cause = error.cause; cause !== undefined && causes.length < MOST_CAUSES;) {
    const place = cause instanceof Error ? /\n\s+(at .*)/.exec(cause.stack ?? '')?.[1] : undefined
    causes.push(place === undefined ? nameOf(cause) : `${nameOf(cause)} ${place.slice(0, 200)}`)
    cause = cause instanceof Error ? cause.cause : undefined
  }
  return causes
}

function nameOf(error: unknown): string {
  if (error instanceof CodedError) return error.code
  return error instanceof Error ? error.name : typeof error
}
