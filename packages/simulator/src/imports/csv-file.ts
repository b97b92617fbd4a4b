/** The most that a file may hold, by the guide. */
const SIZE_LIMIT = 100_000_000
const ROWS_LIMIT = 500_000
const ROW_LENGTH_LIMIT = 16_000

/** A file whose header is that of the job: its columns, and the lines of its users. */
export interface ImportFile {
  readonly columns: readonly string[]
  readonly rows: readonly string[]
}

/** Takes a file apart; a text says why it cannot be. `expected` are its columns, in any order. */
export function openImportFile(bytes: Uint8Array, expected: readonly string[]): ImportFile | string {
  if (bytes.byteLength > SIZE_LIMIT) return 'The file is larger than 100 MB.'
  const text = decode(bytes)
  if (text === undefined) return 'The file is not UTF-8.'
  const [header = '', ...rows] = text.split('\n').map((line) => line.replace(/\r$/u, ''))
  if (rows[rows.length - 1] === '') rows.pop()
  // A byte order mark makes the first name unknown, as it is meant to.
  const columns = header.split(',')
  if (columns.length !== expected.length || expected.some((name) => !columns.includes(name))) {
    return 'The header of the file is not that of the user pool.'
  }
  if (rows.length > ROWS_LIMIT) return 'The file has more than 500,000 users.'
  return { columns, rows }
}

/** Nothing is quoted: a comma within a value has a backslash before it, and is all that can be escaped. */
export function readRow(columns: readonly string[], row: string): Map<string, string> | string {
  if (row.length > ROW_LENGTH_LIMIT) return 'The line is longer than 16,000 characters.'
  const fields = row.split(/(?<!\\),/u)
  if (fields.length !== columns.length) return 'The line does not have as many values as the header.'
  return new Map(columns.map((name, index) => [name, (fields[index] ?? '').replaceAll('\\,', ',').trim()]))
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
