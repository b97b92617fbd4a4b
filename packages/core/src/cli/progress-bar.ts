import { SingleBar } from 'cli-progress'
import type { CliOutput } from './cli-io.js'
import { movementLine, type Movement } from './progress-text.js'
import { clip, duration } from './render-text.js'

/** A line at the foot of the terminal that is drawn over and over. */
export interface ProgressBar {
  draw(movement: Movement, rate: number | undefined): void
  /** Takes it off the terminal, so that something else can be written. */
  clear(): void
}

const WIDEST_BAR = 24
const NARROWEST_BAR = 6

interface Payload {
  movement: Movement
  rate: number | undefined
}

export function createProgressBar(output: CliOutput, columns: () => number): ProgressBar {
  const bar = new SingleBar({
    stream: output,
    clearOnComplete: true,
    // The cursor, the wrapping and the signals of the terminal are left as they are: nothing needs to be put back.
    hideCursor: false,
    linewrap: true,
    gracefulExit: false,
    emptyOnZero: true,
    format: (_options, _params, payload: Payload) => barText(payload.movement, payload.rate, columns() - 1),
  })
  let isDrawn = false
  return {
    draw: (movement, rate) => {
      const payload: Payload = { movement, rate }
      if (isDrawn) bar.update(movement.done, payload)
      else bar.start(movement.total ?? 0, movement.done, payload)
      isDrawn = true
    },
    clear: () => {
      if (isDrawn) bar.stop()
      isDrawn = false
    },
  }
}

/** The bar as text of at most `width`: the bar gives way first, then what is said is cut. */
export function barText(movement: Movement, rate: number | undefined, width: number): string {
  const { done, total } = movement
  const text = movementLine(movement, rate)
  if (total === undefined || total === 0) return clip(text, width)
  const share = Math.min(1, done / total)
  const left = rate !== undefined && rate > 0 && done < total ? duration((1000 * (total - done)) / rate) : ''
  const tail = `${text}${left === '' ? '' : `, ${left} left`}`
  const percent = `${Math.floor(100 * share)}%`.padStart(4)
  const room = Math.min(WIDEST_BAR, width - tail.length - percent.length - 4)
  if (room < NARROWEST_BAR) return clip(`${percent.trim()} ${tail}`, width)
  const full = Math.round(room * share)
  return `[${'='.repeat(full)}${'-'.repeat(room - full)}]${percent} ${tail}`
}
