import type { Clock, Random } from 'cognito-vault'
import type { Figure } from './figure.js'

/** What a figure file needs of the world. */
export interface BenchContext {
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
  /** Where peers are looked for, among other things. */
  readonly env: NodeJS.ProcessEnv
  /** An empty folder of its own, removed afterwards. */
  readonly folder: string
  /** How much is measured where it is to be another than what is recorded: for a quick look. */
  readonly scale: Scale
  /** Says how far it is, a line. */
  say(line: string): void
  /** Notes how much was measured, such as `users`: it is recorded with the figures. */
  measures(what: string, count: number): void
  /** Notes the version of a program that took part: it is recorded with the figures. */
  uses(program: string, version: string): void
}

export interface Scale {
  readonly users?: number | undefined
  readonly days?: number | undefined
  readonly runs?: number | undefined
}

/** One file of `figures/`: what belongs together because it is measured in one go. */
export interface FigureFile {
  /** One line, for `--list`. */
  readonly about: string
  /** @throws what went wrong: then none of its figures is recorded */
  readonly run: (context: BenchContext) => Promise<Figure[]>
}
