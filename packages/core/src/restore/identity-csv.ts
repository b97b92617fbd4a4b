import type { Identity } from './identity-map.js'

/** The columns, in the order in which they stay. */
const COLUMNS = ['kind', 'old', 'new', 'oldUsername', 'newUsername'] as const

/** The first line of an identity map as CSV, ended as RFC 4180 has it. */
export const IDENTITY_CSV_HEADER = row(COLUMNS)

/** An identity as a line of CSV: RFC 4180, UTF-8 without a byte order mark. */
export function identityCsvLine(identity: Identity): string {
  return row(COLUMNS.map((column) => disarmed(identity[column] ?? '')))
}

function row(fields: readonly string[]): string {
  return `${fields.map(quoted).join(',')}\r\n`
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}

/**
 * Spreadsheets run a cell that begins like a formula, quoted or not, and people choose their usernames. Such a field
 * gets an apostrophe before it; so does one that begins with an apostrophe, so that taking one away gives the value back.
 */
function disarmed(field: string): string {
  return /^['=+\-@\t\r\n＝＋－＠]/.test(field) ? `'${field}` : field
}
