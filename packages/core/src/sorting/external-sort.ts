import { compareKeys } from '../model/canonical.js'
import type { StreamRecord } from '../model/records.js'
import { mergeSorted } from './merge-sorted.js'
import { type SpillFile, writeSpillFile } from './spill-file.js'

export interface SorterOptions {
  /** Where sorted runs go when the records outgrow memory. */
  readonly tempDirectory: string
  /** Characters of records held in memory; what comes beyond is spilled. */
  readonly charactersInMemory?: number
  /** Whether of records with one key all are kept, or the one added last. */
  readonly duplicates: 'keep' | 'last'
}

/** Sorts records by key, however many, in bounded memory. */
export interface Sorter {
  add(record: StreamRecord): Promise<void>
  /** How many records were added. */
  readonly added: number
  /** The records ascending by key. May be read once, after the last `add`. */
  sorted(): AsyncGenerator<StreamRecord>
  /** Forgets what was added, and removes the temporary files. */
  clear(): Promise<void>
}

const DEFAULT_CHARACTERS = 24 * 1024 * 1024

export function createSorter(options: SorterOptions): Sorter {
  const limit = options.charactersInMemory ?? DEFAULT_CHARACTERS
  let buffer: StreamRecord[] = []
  let characters = 0
  let added = 0
  let files: SpillFile[] = []

  async function add(record: StreamRecord): Promise<void> {
    buffer.push(record)
    characters += record.line.length + record.key.length
    added++
    if (characters > limit) await spill()
  }

  async function spill(): Promise<void> {
    const run = sortBuffer()
    files.push(await writeSpillFile(options.tempDirectory, toLines(run)))
  }

  /** Stable, so that of records with one key the last added stays last. */
  function sortBuffer(): StreamRecord[] {
    const run = buffer.sort((a, b) => compareKeys(a.key, b.key))
    buffer = []
    characters = 0
    return run
  }

  async function* sorted(): AsyncGenerator<StreamRecord> {
    try {
      const merged = mergeSorted([...files.map(fromFile), toAsync(sortBuffer())])
      yield* options.duplicates === 'last' ? lastOfEach(merged) : merged
    } finally {
      await clear()
    }
  }

  async function clear(): Promise<void> {
    const old = files
    files = []
    buffer = []
    characters = 0
    added = 0
    for (const file of old) await file.remove()
  }

  return {
    add,
    get added() {
      return added
    },
    sorted,
    clear,
  }
}

/** A run's line is the key as JSON, which has no tab, a tab, and the record's line, which has no newline. */
function* toLines(run: readonly StreamRecord[]): Generator<string> {
  for (const record of run) yield `${JSON.stringify(record.key)}\t${record.line}`
}

async function* fromFile(file: SpillFile): AsyncGenerator<StreamRecord> {
  for await (const text of file.lines()) {
    const tab = text.indexOf('\t')
    yield { key: JSON.parse(text.slice(0, tab)) as string, line: text.slice(tab + 1) }
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- makes a sorted run in memory look like one in a file
async function* toAsync(run: readonly StreamRecord[]): AsyncGenerator<StreamRecord> {
  yield* run
}

async function* lastOfEach(records: AsyncIterable<StreamRecord>): AsyncGenerator<StreamRecord> {
  let last: StreamRecord | undefined
  for await (const record of records) {
    if (last !== undefined && last.key !== record.key) yield last
    last = record
  }
  if (last !== undefined) yield last
}
