import type { Goal, JudgedFigure } from './figure.js'

const WIDTH = 80
const NAME = 42
const VALUE = 22

/** The figures of a file as a terminal shows them, in 80 columns: each with its goal, and below it what it is made of. */
export function figureTable(title: string, figures: readonly JudgedFigure[]): string {
  return [title, ...figures.flatMap(figureLines), ''].map((line) => `${line}\n`).join('')
}

function figureLines({ name, value, unit, goal, holds, of, note }: JudgedFigure): string[] {
  const shown = value === null ? 'not measured' : `${shownNumber(value)} ${unit}`
  const verdict = goal === null ? '' : `${goalText(goal)}  ${verdictText(holds)}`
  const row = `${shown.padStart(VALUE)}  ${verdict}`.trimEnd()
  const first =
    name.length <= NAME && shown.length <= VALUE
      ? [`${name.padEnd(NAME)}${row}`]
      : [...wrap(name, ''), `${' '.repeat(NAME)}${row}`]
  const parts =
    of === undefined
      ? []
      : [
          `${shownNumber(of.ours)} ${of.unit}; ${of.peer.name}: ${of.peer.value === null ? 'none' : shownNumber(of.peer.value)}`,
        ]
  return [
    ...first,
    ...[...parts, ...(note === undefined ? [] : [note])].flatMap((text) => wrap(text, '    ')),
  ]
}

function verdictText(holds: boolean | null): string {
  return holds === null ? '?' : holds ? 'yes' : 'NO'
}

export function goalText(goal: Goal): string {
  return 'atMost' in goal ? `≤ ${goal.atMost}` : `≥ ${goal.atLeast}`
}

/** Whole numbers in groups of three; others so that what decides about a goal shows. */
export function shownNumber(value: number): string {
  const digits = Number.isInteger(value) || Math.abs(value) >= 1_000 ? 0 : 3
  const [whole = '', rest] = Math.abs(value).toFixed(digits).split('.')
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')
  return `${value < 0 ? '-' : ''}${grouped}${rest === undefined ? '' : `.${rest}`}`
}

function wrap(text: string, indent: string): string[] {
  const lines: string[] = []
  let line = indent
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + word.length + 1 > WIDTH) {
      lines.push(line)
      line = indent
    }
    line += line.trim() === '' ? word : ` ${word}`
  }
  return [...lines, line]
}
