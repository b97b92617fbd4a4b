import type { VerifyResult } from '../actions/verify.js'
import { bytes, count, counted, printable, wrap } from './render-text.js'

/** What a verification found. */
export function verifyText(result: VerifyResult, columns: number): string {
  const read = `${counted(result.snapshots, 'snapshot')}, ${counted(result.segments, 'segment')}, ${counted(result.runs, 'restore')}, ${bytes(result.bytesRead)} read`
  const subset = result.subset === undefined ? '' : `${wrap(subsetText(result.subset), columns, '  ')}\n`
  if (result.ok)
    return `${result.subset === undefined ? 'Whole' : 'Whole as far as was read'}: ${read}\n${subset}`
  const damage = result.damage.map(({ key, reason, snapshots }) => {
    const runId = /^restores\/([^/]+)\//.exec(key)?.[1]
    const none = runId === undefined ? 'no snapshot needs it' : `no snapshot needs it; it is of ${runId}`
    const needs = snapshots.length === 0 ? none : `needed by ${snapshots.join(', ')}`
    return `${wrap(printable(`  ${reason}`), columns, '    ')}\n${wrap(`    ${needs}`, columns, '    ')}`
  })
  return `Damaged: ${counted(result.damage.length, 'object')}; ${read}\n${subset}${damage.join('\n')}\n`
}

function subsetText({ asked, dataSegments, dataSegmentsRead }: NonNullable<VerifyResult['subset']>): string {
  return `${asked}: read ${count(dataSegmentsRead)} of ${counted(dataSegments, 'data segment')}; of the others it is known that they are there`
}
