import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError, type Clock, type Random } from 'cognito-vault'
import { type JudgedFigure, judge } from './figure.js'
import type { FigureFile } from './figure-file.js'
import type { Machine } from './machine.js'
import { type BenchOptions, HELP, isQuickLook, parseOptions } from './options.js'
import { type FileRun, readResults, type Results, withRun, writeResults } from './results.js'
import { figureTable, shownNumber } from './table.js'

/** The numbers mean what they mean elsewhere in this program. */
export const EXIT = { reached: 0, failed: 1, usage: 2, missed: 8, interrupted: 130 } as const

/** The world around the command; a process hands in its own, a test what it likes. */
export interface BenchIo {
  readonly files: Readonly<Record<string, FigureFile>>
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
  readonly env: NodeJS.ProcessEnv
  readonly machine: Machine
  /** Of what takes part in every figure. */
  readonly versions: Readonly<Record<string, string>>
  readonly commit: string
  /** Where results are recorded. */
  readonly resultsPath: string
  /** Where folders for a while are made. */
  readonly tempDirectory: string
}

/** Runs the command. Never throws; what goes wrong is told, and is in the exit code. */
export async function runBench(argv: readonly string[], io: BenchIo): Promise<number> {
  let options: BenchOptions
  try {
    options = parseOptions(argv, io.files)
  } catch (error) {
    io.stderr.write(`${whyOf(error)}\n`)
    return EXIT.usage
  }
  if (options.help || options.list) {
    io.stdout.write(options.help ? HELP : list(io.files))
    return EXIT.reached
  }
  try {
    return await measureAll(options, io)
  } catch (error) {
    io.stderr.write(`${whyOf(error)}\n`)
    return io.signal.aborted ? EXIT.interrupted : EXIT.failed
  }
}

function list(files: BenchIo['files']): string {
  return Object.entries(files)
    .map(([name, { about }]) => `${name.padEnd(16)} ${about}\n`)
    .join('')
}

/** One file after the other; one that fails is told of and does not keep the others from being measured and recorded. */
async function measureAll({ files, scale }: BenchOptions, io: BenchIo): Promise<number> {
  // A record that cannot be read is found out before anything is measured.
  let results: Results | undefined = await readResults(io.resultsPath)
  const quick = isQuickLook(scale)
  let failed = false
  const judged: JudgedFigure[] = []
  for (const name of files) {
    const file = io.files[name]
    if (file === undefined) continue
    try {
      const measured = await measure(name, file, scale, io)
      const { run, figures } = measured
      io.stdout.write(figureTable(title(name, run), figures))
      judged.push(...figures)
      if (quick) continue
      results = withRun(results, { file: name, ...measured }, Object.keys(io.files))
      await writeResults(io.resultsPath, results)
    } catch (error) {
      io.signal.throwIfAborted()
      failed = true
      io.stderr.write(`${name}: failed: ${whyOf(error)}\n`)
    }
  }
  const missed = judged.filter(({ holds }) => holds === false).length
  const unknown = judged.filter(({ goal, holds }) => goal !== null && holds === null).length
  io.stdout.write(
    `${summary(judged, missed, unknown)}\n${quick ? 'A quick look: nothing was recorded.\n' : ''}`,
  )
  if (failed || unknown > 0) return EXIT.failed
  return missed > 0 ? EXIT.missed : EXIT.reached
}

async function measure(
  name: string,
  file: FigureFile,
  scale: BenchOptions['scale'],
  io: BenchIo,
): Promise<{ run: FileRun; figures: JudgedFigure[] }> {
  const { clock, random, signal, env, machine, commit } = io
  const startedAt = clock.now()
  const measured: Record<string, number> = {}
  const versions: Record<string, string> = { ...io.versions }
  const folder = await mkdtemp(join(io.tempDirectory, 'cognito-vault-bench-'))
  try {
    const figures = await file.run({
      clock,
      random,
      signal,
      env,
      folder,
      scale,
      say: (line) => io.stderr.write(`${name}: ${line}\n`),
      measures: (what, count) => (measured[what] = count),
      uses: (program, version) => (versions[program] = version),
    })
    const seconds = Math.round((clock.now() - startedAt) / 1_000)
    const date = new Date(startedAt).toISOString()
    return { run: { machine, versions, date, commit, seconds, measured }, figures: figures.map(judge) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function title(name: string, { measured, seconds }: FileRun): string {
  const counts = Object.entries(measured).map(([what, count]) => `${shownNumber(count)} ${what}`)
  return `${name}: ${[...counts, `${shownNumber(seconds)} s`].join(', ')}`
}

function summary(judged: readonly JudgedFigure[], missed: number, unknown: number): string {
  const goals = judged.filter(({ goal }) => goal !== null).length
  const rest = unknown > 0 ? `, ${unknown} could not be measured` : ''
  return `${goals - missed - unknown} of ${goals} goals are reached${rest}.`
}

function whyOf(error: unknown): string {
  if (error instanceof CodedError) return `${error.code}: ${error.message}`
  return error instanceof Error ? error.message : String(error)
}
