import type { Message, Place } from '../messages/message.js'
import type { MetricName } from '../watching/embedded-metric.js'
import type { LogLevel } from '../watching/log-line.js'
import type { Vaults } from './connect.js'
import type { Environment, FunctionSettings } from './environment.js'
import type { StepEvent } from './step-event.js'

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
  /** Tells people, as far as they want to be told. Never fails: that nobody could be told is logged, counted, and in the answer. */
  readonly tell: (message: Message) => Promise<void>
  /** Messages that could not be sent, in this call. */
  readonly untold: () => number
}
