import { bytesOf } from './csv-file.js'
import { csvHeader, csvLine, type CsvUser, HASH_COLUMN } from './csv-row.js'
import type { Algorithm } from './hashes/hash-line.js'
import type { ImportLimits } from './import-limits.js'
import type { JobRecord } from './import-records.js'

/** A row that may be sent. */
export interface FillRow {
  readonly place: string
  readonly user: CsvUser
  readonly algorithm: Algorithm | undefined
  readonly hash: string | undefined
}

/** A file on its way to be filled with the rows of a job, in the order of the plan. */
export interface FileFill {
  /** The lines by which a row gets into the file: none where it has to wait for another job. */
  readonly take: (row: FillRow) => string[]
  /** Rows that came, those that wait among them. */
  readonly left: number
  /** Whom the job sends; `undefined` where nobody came. */
  readonly record: () => Omit<JobRecord, 'ordinal'> | undefined
}

/**
 * Rows of one algorithm, that of the first, until the file is full. Whoever comes after the first that has no room waits
 * too, so that a job's rows are all of its kind from one place to another.
 *
 * @param columns of the pool's file
 */
export function createFileFill(
  columns: readonly string[],
  limits: Pick<ImportLimits, 'rows' | 'bytes'>,
): FileFill {
  let left = 0
  let isFull = false
  let filled: { record: Omit<JobRecord, 'ordinal'>; columns: readonly string[]; bytes: number } | undefined

  function begin({ place, algorithm }: FillRow): NonNullable<typeof filled> {
    const hasColumn = algorithm === undefined || columns.includes(HASH_COLUMN)
    const own = hasColumn ? columns : [...columns, HASH_COLUMN]
    const record = { from: place, to: place, rows: 0, ...(algorithm === undefined ? {} : { algorithm }) }
    return { record, columns: own, bytes: bytesOf(csvHeader(own)) }
  }

  return {
    take: (row) => {
      left++
      const before = filled ?? begin(row)
      if (isFull || row.algorithm !== before.record.algorithm) return []
      const line = csvLine(before.columns, row.user, row.hash)
      const bytes = before.bytes + bytesOf(line)
      isFull = before.record.rows >= limits.rows || bytes > limits.bytes
      if (isFull) return []
      const header = filled === undefined ? [csvHeader(before.columns)] : []
      const record = { ...before.record, to: row.place, rows: before.record.rows + 1 }
      filled = { ...before, record, bytes }
      return [...header, line]
    },
    get left() {
      return left
    },
    record: () => filled?.record,
  }
}
