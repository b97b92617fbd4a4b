import { type NoteCode, NOTES } from '../restore/fidelity-notes.js'
import type { UnreadableRun } from '../restore/runs.js'
import type { Gap } from '../vault/manifest.js'
import { count, printable, wrap } from './render-text.js'

/** What is or will not be as it was: of how many, what, and what to do about it. */
export function notesText(notes: Readonly<Record<string, number>>, columns: number): string {
  const shown = Object.entries(notes).sort(([a, n], [b, m]) => weight(a) - weight(b) || m - n)
  return shown
    .map(([code, n]) => {
      const note = Object.hasOwn(NOTES, code) ? NOTES[code as NoteCode] : undefined
      const what = wrap(
        `  ${count(n)} × ${note?.outcome ?? ''} (${code}): ${note?.what ?? ''}`,
        columns,
        '    ',
      )
      return note === undefined ? what : `${what}\n${wrap(`    to do: ${note.todo}`, columns, '      ')}`
    })
    .join('\n')
}

/** Lost before transformed. */
function weight(code: string): number {
  return Object.hasOwn(NOTES, code) && NOTES[code as NoteCode].outcome === 'lost' ? 0 : 1
}

/** What could not be read, by which operation, and why. */
export function gapsText(gaps: readonly Gap[], columns: number, indent = '  '): string {
  return together(gaps)
    .map(({ resource, operation, reason }) =>
      wrap(
        [`${indent}${printable(resource)}`, ...(operation === '' ? [] : [operation]), printable(reason)].join(
          ': ',
        ),
        columns,
        `${indent}  `,
      ),
    )
    .join('\n')
}

/** What an import lacks for one reason is one thing: its source was never meant to have it. */
function together(gaps: readonly Gap[]): Gap[] {
  const byReason = new Map<string, Gap>()
  for (const gap of gaps) {
    const isImport = gap.operation === 'import'
    const key = isImport ? gap.reason : JSON.stringify(gap)
    const first = byReason.get(key)
    const resource = first === undefined ? gap.resource : `${first.resource}, ${gap.resource}`
    byReason.set(key, {
      ...gap,
      resource: isImport ? resource : gap.resource,
      operation: isImport ? '' : gap.operation,
    })
  }
  return [...byReason.values()]
}

/** Runs that cannot be read, and what that means for what is shown. */
export function unreadableText(runs: readonly UnreadableRun[], meaning: string, columns: number): string {
  const lines = runs.map(({ reason }) => wrap(printable(`  ${reason}`), columns, '    '))
  return `${wrap(meaning, columns, '  ')}\n${lines.join('\n')}\n  see all that is damaged: cognito-vault verify`
}
