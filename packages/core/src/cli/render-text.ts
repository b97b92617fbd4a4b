import Table from 'cli-table3'
import { count } from '../model/plain-text.js'

export { bytes, count, counted, duration, minute } from '../model/plain-text.js'

/** Text as a terminal may be given it: what would move the cursor or end the line is written out. */
export function printable(text: string): string {
  return text.replaceAll(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
    },
  )
}

/** The text, cut where it is longer. */
export function clip(text: string, width: number): string {
  const characters = Array.from(text)
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`
}

/** The text broken into lines of at most `width`, all but the first indented. A word longer than that stays whole. */
export function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = []
  let line = /^ */.exec(text)?.[0] ?? ''
  for (const word of text.trim().split(' ')) {
    const longer = line.trim() === '' ? `${line}${word}` : `${line} ${word}`
    if (Array.from(longer).length > width && line.trim() !== '') {
      lines.push(line)
      line = `${indent}${word}`
    } else line = longer
  }
  return [...lines, line].join('\n')
}

export interface Column {
  readonly title: string
  readonly right?: boolean
}

/** A table without borders: two spaces between columns, no more width than its content needs. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], indent = ''): string {
  const withTitles = columns.some(({ title }) => title !== '')
  const drawn = new Table({
    chars: NO_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: columns.map(({ right }) => (right === true ? 'right' : 'left')),
    ...(withTitles ? { head: columns.map(({ title }) => title) } : {}),
  })
  drawn.push(...rows.map((row) => row.map(printable)))
  return drawn
    .toString()
    .split('\n')
    .map((line) => `${indent}${line}`.trimEnd())
    .join('\n')
}

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
}

/** A table of numbers by name, the numbers to the right. */
export function countTable(counts: Readonly<Record<string, number>>, indent = '  '): string {
  const rows = Object.entries(counts).map(([name, n]) => [name, count(n)])
  return table([{ title: '' }, { title: '', right: true }], rows, indent)
}
