import type { SnsPreference } from '../workflow/environment.js'

/** What is sent to whoever watches over the backups. It has ids, counts and names of the configuration, and nobody's data. */
export interface Message {
  /** `error` for all that somebody has to act on; `info` for the rest, which need not be sent. */
  readonly level: 'info' | 'error'
  readonly subject: string
  readonly text: string
}

/** Where what is told of happened. */
export interface Place {
  /** The vault's URL. */
  readonly vault: string
  /** ARN of the execution of the state machine; empty where there is none. */
  readonly execution: string
  readonly runId?: string | undefined
}

/** SNS takes no more, of ASCII, on one line. */
const LONGEST_SUBJECT = 100
const NAME = 'Cognito Vault'

/** A message of paragraphs, the last of which says where it happened. */
export function message(
  level: Message['level'],
  subject: string,
  paragraphs: readonly (string | undefined)[],
  { vault, execution, runId }: Place,
): Message {
  const where = facts({ Run: runId, Vault: vault, Execution: execution })
  const text = [...paragraphs, where].filter((part) => part !== undefined && part !== '').join('\n\n')
  return { level, subject: subjectOf(subject), text: `${text}\n` }
}

/** Lines of names and values, the values in one column; what has no value is left out. */
export function facts(values: Readonly<Record<string, string | undefined>>): string {
  const known = Object.entries(values).flatMap(([name, value]) =>
    value ? [[`${name}:`, value] as const] : [],
  )
  const width = Math.max(...known.map(([name]) => name.length)) + 1
  return known.map(([name, value]) => `  ${name.padEnd(width)}${value}`).join('\n')
}

/** What to do next, with the commands that do it. */
export function nextSteps(steps: readonly string[]): string | undefined {
  return steps.length === 0 ? undefined : `What to do:\n${steps.map((step) => `  ${step}`).join('\n')}`
}

/** Whether somebody who prefers so is sent it. */
export function isWanted({ level }: Message, preference: SnsPreference): boolean {
  return level === 'error' || preference === 'INFO_AND_ERRORS'
}

function subjectOf(subject: string): string {
  const plain = `${NAME}: ${subject}`.replaceAll(/[^\x20-\x7e]+/g, '?')
  return plain.length <= LONGEST_SUBJECT ? plain : `${plain.slice(0, LONGEST_SUBJECT - 3)}...`
}
