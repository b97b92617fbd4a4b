import { type NoteCode, NOTES, type NoteText } from './fidelity-notes.js'
import { NOTE_GROUPS, type NoteGroup } from './note-groups.js'

const INTRODUCTION = `# What Cognito cannot give back

Every restore ends with a fidelity report: what of the snapshot is as it was, and a note for each user and each resource that is not. This
page is the list of those notes, each with what it means and what to do. It is written by \`npm run limits\` from the table that the report takes its
words from, so that the two cannot disagree.

- **transformed**: it is there, otherwise than it was.
- **lost**: it is not there, or a part of it is not.

What no note names is **exact**. How many there will be of each is in the plan, before anything is written; \`--dry-run\` shows it.
`

/** The Markdown of `docs/limits.md`, not yet formatted: every note, by group. */
export function limitsPage(): string {
  return [INTRODUCTION, ...NOTE_GROUPS.map(section)].join('\n')
}

function section({ title, about, codes }: NoteGroup): string {
  const rows = codes.map((code) => row(code, NOTES[code]))
  return [
    `## ${title}\n`,
    `${about}\n`,
    '| note | outcome | what | what to do |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

function row(code: NoteCode, { outcome, what, todo }: NoteText): string {
  return `| \`${code}\` | ${outcome} | ${cell(what)} | ${cell(todo)} |`
}

/** Text as a cell of a table shows it. */
function cell(text: string): string {
  return text.replace(/[\\|*<]|(?<!\w)_|_(?!\w)/g, '\\$&')
}
