import type { EventSink, VaultEvent } from '../model/events.js'
import { columnsOf, type CliIo } from './cli-io.js'
import { createProgressBar } from './progress-bar.js'
import { lineOf, movementLine, movementOf, type Movement, verboseLine } from './progress-text.js'
import { createRateMeter, type RateMeter } from './rate-meter.js'
import { printable } from './render-text.js'

/** Draws what the core says while it works, on stderr. */
export interface Progress {
  readonly sink: EventSink
  /** Takes the bar away, so that something else can be written; the next event brings it back. */
  pause(): void
}

const LINE_EVERY_MS = 10_000
/** Beyond these failures are told by the report alone. */
const MOST_FAILURES = 20

/** Nothing at all with `quiet`; every event with `verbose`; else a bar on a terminal, and lines elsewhere. */
export function createProgress(
  io: CliIo,
  { quiet, verbose }: { quiet: boolean; verbose: boolean },
): Progress {
  const write = (line: string): void => void io.stderr.write(`${line}\n`)
  if (verbose) return { sink: (event) => write(verboseLine(event)), pause: () => undefined }
  if (quiet) return { sink: () => undefined, pause: () => undefined }
  return io.stderr.isTTY === true ? onTerminal(io, write) : inLog(io, write)
}

function onTerminal(io: CliIo, write: (line: string) => void): Progress {
  const bar = createProgressBar(io.stderr, () => columnsOf(io.stderr, io.env))
  const rates = ratesByPhase(io)
  const lines = chosenLines(io)
  const movements = movementsOf()
  return {
    sink: (event) => {
      const line = lines(event)
      if (line !== undefined) {
        bar.clear()
        write(line)
      }
      const movement = movements(event)
      if (movement !== undefined) bar.draw(movement, rates(movement))
    },
    pause: () => bar.clear(),
  }
}

function inLog(io: CliIo, write: (line: string) => void): Progress {
  const rates = ratesByPhase(io)
  const lines = chosenLines(io)
  const movements = movementsOf()
  let current: Movement | undefined
  let isWritten = true
  let writtenAt = io.clock.now()

  function writeCurrent(rate: number | undefined): void {
    if (current === undefined || isWritten) return
    write(movementLine(current, rate))
    isWritten = true
    writtenAt = io.clock.now()
  }

  return {
    sink: (event) => {
      const movement = movements(event)
      if (movement !== undefined) {
        // The end of one phase is the beginning of the next.
        if (movement.phase !== current?.phase) writeCurrent(undefined)
        current = movement
        isWritten = false
        const rate = rates(movement)
        if (io.clock.now() - writtenAt >= LINE_EVERY_MS) writeCurrent(rate)
      }
      const line = lines(event)
      if (line === undefined) return
      if (event.code === 'capture.stored') writeCurrent(undefined)
      write(line)
    },
    pause: () => writeCurrent(undefined),
  }
}

/** Users are counted against the estimate that came first. */
function movementsOf(): (event: VaultEvent) => Movement | undefined {
  let estimatedUsers = 0
  return (event) => {
    if (event.code === 'capture.started') estimatedUsers = event.estimatedUsers
    return movementOf(event, estimatedUsers)
  }
}

function ratesByPhase({ clock }: CliIo): (movement: Movement) => number | undefined {
  let phase: string | undefined
  let meter: RateMeter | undefined
  return (movement) => {
    if (movement.phase !== phase || meter === undefined) meter = createRateMeter(() => clock.now())
    phase = movement.phase
    meter.note(movement.done)
    return meter.perSecond()
  }
}

/** The lines that are shown when they happen, but for floods of them. */
function chosenLines({ clock }: CliIo): (event: VaultEvent) => string | undefined {
  const throttledAt = new Map<string, number>()
  let failures = 0
  return (event) => {
    if (event.code === 'throttled') {
      if (clock.now() - (throttledAt.get(event.category) ?? -Infinity) < LINE_EVERY_MS) return undefined
      throttledAt.set(event.category, clock.now())
    }
    if (event.code === 'restore.failed' && ++failures > MOST_FAILURES) return undefined
    const line = lineOf(event)
    return line === undefined ? undefined : printable(line)
  }
}
