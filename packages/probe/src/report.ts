import type { Answered, Outcome } from './ask-all.js'
import type { Made } from './left-overs.js'
import type { Probe } from './probe.js'
import { type Deletion, PEOPLE } from './scratch.js'

/** What the Essentials plan asks for a monthly active user beyond the free tier; Lite, which is used, asks less. */
const CENTS_A_USER = 1.5

/** What the process exits with. The numbers mean what they mean elsewhere in this program. */
export const EXIT = {
  /** Every question has an answer, and it is the one that this program takes to be so. */
  asAssumed: 0,
  /** Nothing was asked, or something that was made could not be deleted. */
  failed: 1,
  usage: 2,
  /** Questions are undecided. */
  undecided: 3,
  /** An answer is another than this program takes it to be. */
  otherwise: 8,
  interrupted: 130,
} as const

export function mauOf(probes: readonly Probe[]): number {
  const shared = probes.some(({ usesPeople }) => usesPeople === true) ? PEOPLE : 0
  return probes.reduce((sum, { mau = 0 }) => sum + mau, shared)
}

/** What is said before anything is made. */
export function announcement(
  probes: readonly Probe[],
  run: string,
  where: { readonly region: string; readonly endpoint: string | undefined },
): string {
  const mau = mauOf(probes)
  const shared = probes.some(({ usesPeople }) => usesPeople === true)
  const creations = [
    ...(shared ? [`shared by several: a pool with ${PEOPLE} made-up users, whom nobody writes to`] : []),
    ...probes.filter(({ creates }) => creates !== 'nothing').map(({ id, creates }) => `${id}: ${creates}`),
  ]
  return [
    `This asks Amazon Cognito ${probes.length} questions, in ${where.region}${where.endpoint === undefined ? '' : ` at ${where.endpoint}`}.`,
    '',
    'It makes',
    ...creations.map((line) => `  ${line}`),
    '',
    `All of it is named cognito-vault-probe-${run}-…, carries the tag cognito-vault-probe, and is deleted at the end, also when a question`,
    'fails or Ctrl-C is pressed. What a killed process leaves is deleted by: npm run probe -- --clean',
    `It makes ${mau} users monthly active: nothing within the free tier, at most $${(Math.ceil(mau * CENTS_A_USER) / 100).toFixed(2)} beyond it. Nothing else is billed.`,
    '',
  ].join('\n')
}

export function answerText({ id, question, answer, assumed, evidence }: Answered): string {
  const isOtherwise = answer !== 'undecided' && answer !== assumed
  const mark = isOtherwise ? `  (this program takes it to be ${assumed})` : ''
  return `${answer.padEnd(9)}  ${id}: ${question}${mark}\n           ${evidence}\n`
}

export function deletionText({ deleted, left, notLooked }: Deletion): string {
  const lines = [`Deleted ${deleted.length} of ${deleted.length + left.length} things that were made.`]
  for (const one of left) lines.push(`Still there: ${madeText(one)}: ${one.why}`)
  if (notLooked !== undefined)
    lines.push(`Whether something was made without an answer is not known: ${notLooked}`)
  if (left.length > 0 || notLooked !== undefined) lines.push('To try again: npm run probe -- --clean')
  return `${lines.join('\n')}\n`
}

export function madeText({ kind, id, name }: Made): string {
  return `${kind} ${id} (${name})`
}

export function exitCodeOf({ answers, deletion }: Outcome): number {
  if (deletion.left.length > 0 || deletion.notLooked !== undefined) return EXIT.failed
  if (answers.some(({ answer, assumed }) => answer !== 'undecided' && answer !== assumed))
    return EXIT.otherwise
  return answers.some(({ answer }) => answer === 'undecided') ? EXIT.undecided : EXIT.asAssumed
}
