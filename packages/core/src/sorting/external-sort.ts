import { compareKeys } from '../model/canonical.js'
import { CodedError } from '../model/errors.js'
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
  /**
   * May be called again before it has resolved; of such calls the later one counts as added last.
   * @throws CodedError `STORAGE_FULL` or `STORAGE_FAILED`; from then on always, until all is forgotten.
   */
  add(record: StreamRecord): Promise<void>
  /** How many records were added since the sorter was made or cleared. */
  readonly added: number
  /**
   * The records ascending by key, once, after the last `add`; removes the temporary files at its end, also where the
   * reader stops early. Of a sorter that is never read, `clear` does.
   * @throws CodedError `INTERNAL` when it is read again.
   */
  sorted(): AsyncGenerator<StreamRecord>
  /** Forgets what was added, and removes the temporary files. */
  clear(): Promise<void>
}

const DEFAULT_CHARACTERS = 24 * 1024 * 1024

/** As many sorted runs are merged into one, and such ones again, so that the open files do not grow with the records. */
const FAN_IN = 16

interface SpilledRun {
  readonly file: SpillFile
  /** How often what it holds was merged. */
  readonly level: number
}

export function createSorter(options: SorterOptions): Sorter {
  const limit = options.charactersInMemory ?? DEFAULT_CHARACTERS
  let buffer: StreamRecord[] = []
  let characters = 0
  let added = 0
  let wasRead = false
  /** What was added first comes first, so that of records with one key the last added stays last. */
  let runs: SpilledRun[] = []
  /** One after another: whoever adds meanwhile waits, so that no more than one buffer is held. */
  let spilling: Promise<void> = Promise.resolve()

  async function add(record: StreamRecord): Promise<void> {
    buffer.push(record)
    characters += record.line.length + record.key.length
    added++
    if (characters > limit) {
      const run = sortBuffer()
      spilling = spilling.then(() => spill(run))
    }
    await spilling
  }

  async function spill(run: readonly StreamRecord[]): Promise<void> {
    runs.push({ file: await writeSpillFile(options.tempDirectory, toLines(toAsync(run))), level: 0 })
    for (let level = 0; ; level++) {
      const tail = runs.slice(-FAN_IN)
      if (tail.length < FAN_IN || tail.some((one) => one.level !== level)) return
      const merged = merge(tail.map(({ file }) => fromFile(file)))
      const file = await writeSpillFile(options.tempDirectory, toLines(merged))
      runs = [...runs.slice(0, -FAN_IN), { file, level: level + 1 }]
      for (const one of tail) await one.file.remove()
    }
  }

  function merge(sources: readonly AsyncIterable<StreamRecord>[]): AsyncGenerator<StreamRecord> {
    const merged = mergeSorted(sources)
    return options.duplicates === 'last' ? lastOfEach(merged) : merged
  }

  /** Stable, as `runs` are. */
  function sortBuffer(): StreamRecord[] {
    const run = buffer.sort((a, b) => compareKeys(a.key, b.key))
    buffer = []
    characters = 0
    return run
  }

  async function* sorted(): AsyncGenerator<StreamRecord> {
    if (wasRead) throw readTwice()
    wasRead = true
    try {
      await spilling
      yield* merge([...runs.map(({ file }) => fromFile(file)), toAsync(sortBuffer())])
    } finally {
      await removeRuns()
    }
  }

  async function removeRuns(): Promise<void> {
    const old = runs
    runs = []
    for (const { file } of old) await file.remove()
  }

  async function clear(): Promise<void> {
    // A run that is being written has a file too.
    await spilling.catch(() => undefined)
    spilling = Promise.resolve()
    buffer = []
    characters = 0
    added = 0
    wasRead = false
    await removeRuns()
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

function readTwice(): CodedError {
  return new CodedError('INTERNAL', 'sorted records were to be read twice', {
    hint: 'this is a defect of cognito-vault: please report it; nothing was changed',
  })
}

/** A run's line is the key as JSON, which has no tab, a tab, and the record's line, which has no newline. */
async function* toLines(run: AsyncIterable<StreamRecord>): AsyncGenerator<string> {
  for await (const record of run) yield `${JSON.stringify(record.key)}\t${record.line}`
}

async function* fromFile(file: SpillFile): AsyncGenerator<StreamRecord> {
  for await (const text of file.lines()) {
    const tab = text.indexOf('\t')
    yield { key: keyFrom(text.slice(0, tab), file), line: text.slice(tab + 1) }
  }
}

function keyFrom(json: string, file: SpillFile): string {
  try {
    return JSON.parse(json) as string
  } catch (cause) {
    throw file.altered(cause)
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
