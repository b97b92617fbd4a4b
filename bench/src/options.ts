import { parseArgs } from 'node:util'
import type { FigureFile, Scale } from './figure-file.js'

/** What the command line asks for. */
export interface BenchOptions {
  /** In the order of the list, whatever the order that they were named in. */
  readonly files: readonly string[]
  readonly scale: Scale
  readonly list: boolean
  readonly help: boolean
}

export const HELP = `npm run bench -- [options] [FILE…]

Measures, prints each figure with its goal, and records them all in
bench/results/latest.json. With names of figure files only those are measured,
and only their figures are replaced.

  --list      the figure files, and what each measures
  --users N   as many users, for a quick look: nothing is recorded
  --days N    as many daily snapshots, likewise
  --runs N    as many cold starts of each function, likewise

Exit codes: 0 every goal is reached; 8 one is not; 1 something could not be
measured; 2 usage; 130 interrupted.
`

/** @throws Error for what cannot be understood */
export function parseOptions(
  argv: readonly string[],
  known: Readonly<Record<string, FigureFile>>,
): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      users: { type: 'string' },
      days: { type: 'string' },
      runs: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  for (const name of positionals) {
    if (!Object.hasOwn(known, name)) throw new Error(`there is no figure file "${name}"; --list shows them`)
  }
  return {
    files: Object.keys(known).filter((name) => positionals.length === 0 || positionals.includes(name)),
    scale: {
      users: count('--users', values.users),
      days: count('--days', values.days),
      runs: count('--runs', values.runs),
    },
    list: values.list,
    help: values.help,
  }
}

function count(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (!/^[1-9]\d{0,8}$/.test(value))
    throw new Error(`${option} takes a whole number from 1 on, not "${value}"`)
  return Number(value)
}

/** Whether this is a quick look, of which nothing is recorded. */
export function isQuickLook({ users, days, runs }: Scale): boolean {
  return users !== undefined || days !== undefined || runs !== undefined
}
