import type { VerifyResult } from '../actions/verify.js'
import { bytes, counted, printable, wrap } from './render-text.js'

/** What a verification found. */
export function verifyText(result: VerifyResult, columns: number): string {
  const read = `${counted(result.snapshots, 'snapshot')}, ${counted(result.segments, 'segment')}, ${counted(result.runs, 'restore')}, ${bytes(result.bytesRead)} read`
  if (result.ok) return `Whole: ${read}\n`
  const damage = result.damage.map(({ key, reason, snapshots }) => {
    const runId = /^restores\/([^/]+)\//.exec(key)?.[1]
    const none = runId === undefined ? 'no snapshot needs it' : `no snapshot needs it; it is of ${runId}`
    const needs = snapshots.length === 0 ? none : `needed by ${snapshots.join(', ')}`
    return `${wrap(printable(`  ${reason}`), columns, '    ')}\n${wrap(`    ${needs}`, columns, '    ')}`
  })
  return `Damaged: ${counted(result.damage.length, 'object')}; ${read}\n${damage.join('\n')}\n`
}
