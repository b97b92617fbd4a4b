import Table from 'cli-table3'

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

/** 1234567 as `1,234,567`. */
export function count(n: number): string {
  return n.toLocaleString('en-US')
}

/** `1 user`, `2 users`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB']

export function bytes(n: number): string {
  let value = n
  let unit = 0
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit] ?? ''}`
}

/** A duration as people say it, to two units: `0.4 s`, `42 s`, `7 min 5 s`, `2 h 10 min`. */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return twoUnits(minutes, 'min', seconds % 60, 's')
  const hours = Math.floor(seconds / 3600)
  if (hours < 48) return twoUnits(hours, 'h', minutes % 60, 'min')
  return twoUnits(Math.floor(hours / 24), 'days', hours % 24, 'h')
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}

/** `2026-11-23 08:42` in UTC. */
export function minute(isoTime: string): string {
  return isoTime.slice(0, 16).replace('T', ' ')
}
