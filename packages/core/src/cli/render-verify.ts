import type { VerifyResult } from '../actions/verify.js'
import { CodedError } from '../model/errors.js'
import { bytes, count, counted, printable, wrap } from './render-text.js'

/** What a verification found. */
export function verifyText(result: VerifyResult, columns: number): string {
  const read = `${counted(result.snapshots, 'snapshot')}, ${counted(result.segments, 'segment')}, ${counted(result.runs, 'restore')}, ${bytes(result.bytesRead)} read`
  const subset = result.subset === undefined ? '' : `${wrap(subsetText(result.subset), columns, '  ')}\n`
  const arriving =
    result.arriving === undefined ? '' : `${wrap(arrivingText(result.arriving), columns, '  ')}\n`
  const short = shortText(result, columns)
  if (result.ok)
    return `${result.subset === undefined ? 'Whole' : 'Whole as far as was read'}: ${read}\n${subset}${arriving}${short}`
  const damage = result.damage.map(({ key, reason, snapshots }) => {
    const runId = /^restores\/([^/]+)\//.exec(key)?.[1]
    const none = runId === undefined ? 'no snapshot needs it' : `no snapshot needs it; it is of ${runId}`
    const needs = snapshots.length === 0 ? none : `needed by ${snapshots.join(', ')}`
    return `${wrap(printable(`  ${reason}`), columns, '    ')}\n${wrap(`    ${needs}`, columns, '    ')}`
  })
  return `Damaged: ${counted(result.damage.length, 'object')}; ${read}\n${subset}${arriving}${damage.join('\n')}\n${short}`
}

function arrivingText(arriving: number): string {
  const others =
    arriving === 0
      ? ''
      : ` ${counted(arriving, 'snapshot')} arriving: nothing is said of what is not all here.`
  return `A replica: what restores left was not read.${others}`
}

function shortText({ lockedTooShort }: VerifyResult, columns: number): string {
  if (lockedTooShort.length === 0) return ''
  const lines = lockedTooShort.map(({ reason }) => wrap(printable(`  ${reason}`), columns, '    '))
  const head = `Locked for a shorter time than promised: ${counted(lockedTooShort.length, 'object')}; nothing is lost`
  return `${head}\n${lines.join('\n')}\n`
}

/** What exit code and hint say of objects that are whole, and locked for a shorter time than promised. */
export function tooShort(objects: number): CodedError {
  return new CodedError(
    'LOCKED_TOO_SHORT',
    `${counted(objects, 'object')} ${objects === 1 ? 'is' : 'are'} locked for a shorter time than promised; nothing is lost`,
    { hint: 'lock them: cognito-vault repair, with the same --object-lock-days' },
  )
}

function subsetText({ asked, dataSegments, dataSegmentsRead }: NonNullable<VerifyResult['subset']>): string {
  return `${asked}: read ${count(dataSegmentsRead)} of ${counted(dataSegments, 'data segment')}; of the others it is known that they are there`
}
