import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { JudgedFigure } from './figure.js'
import type { Machine } from './machine.js'

/** What `latest.json` is: the newest figures of every figure file. */
export interface Results extends RunFacts {
  /** By figure file, the run that its figures are of. The facts above are those of the last of them. */
  readonly runs: Readonly<Record<string, FileRun>>
  readonly figures: readonly RecordedFigure[]
}

export interface RunFacts {
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  /** When the run began. */
  readonly date: string
  readonly commit: string
}

export interface FileRun extends RunFacts {
  readonly seconds: number
  /** How much was measured, such as `users`. */
  readonly measured: Readonly<Record<string, number>>
}

export type RecordedFigure = { readonly file: string } & JudgedFigure

/**
 * The results with a file's figures replaced by those of its new run; the figures of other files stay as they are.
 *
 * @param order the names of all figure files: figures of files that are there no more are dropped
 */
export function withRun(
  before: Results | undefined,
  { file, run, figures }: { file: string; run: FileRun; figures: readonly JudgedFigure[] },
  order: readonly string[],
): Results {
  const { machine, versions, date, commit } = run
  const runs = { ...before?.runs, [file]: run }
  const all = [
    ...(before?.figures ?? []).filter((figure) => figure.file !== file),
    ...figures.map((figure) => ({ file, ...figure })),
  ]
  return {
    machine,
    versions,
    date,
    commit,
    runs: Object.fromEntries(order.flatMap((name) => (runs[name] === undefined ? [] : [[name, runs[name]]]))),
    figures: order.flatMap((name) => all.filter((figure) => figure.file === name)),
  }
}

/** @returns `undefined` where there are none yet; @throws what reading says, SyntaxError included */
export async function readResults(path: string): Promise<Results | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  })
  return text === undefined ? undefined : (JSON.parse(text) as Results)
}

/** Writes them as a whole or not at all. */
export async function writeResults(path: string, results: Results): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.new`, `${JSON.stringify(results, undefined, 2)}\n`)
  await rename(`${path}.new`, path)
}
