import { unexplainedLines } from '../actions/drill-comparison.js'
import type { DrillReport } from '../actions/drill.js'
import { count, counted, duration, printable, wrap } from './render-text.js'

/** What a drill has shown. */
export function drillText(report: DrillReport, columns: number): string {
  const { snapshot, ok, sampled, users, asked, fidelity, leftOut, estimate, leftOvers } = report
  const parts = Object.entries(leftOut).map(([kind, n]) => `${kind} (${count(n)})`)
  const short = sampled < asked ? `; ${count(asked)} would have taken too long` : ''
  const lines = [
    `Drill of ${snapshot}: ${ok ? 'as it should be' : 'NOT AS IT SHOULD BE'}`,
    `  ${counted(sampled, 'user')} restored of ${count(users)}, all of whom were read${short}`,
    `  ${count(fidelity.exact)} exact, ${count(fidelity.transformed)} transformed, ${count(fidelity.lost)} lost, as any restore says of itself`,
    ...(parts.length === 0 ? [] : [`  Not tried: ${parts.join(', ')}`]),
    ...unexplainedLines(report.differences, report.failedCount).map((line) => `  ${printable(line)}`),
    `  ${duration(report.durationMs)}, ${duration(report.restoreMs)} of it restoring; ${counted(report.mau, 'user')} made monthly active, in a pool of the tier ${report.tier}`,
    `  A restore of everything would take about ${duration(estimate.seconds * 1000)} by API calls: ${counted(estimate.operations, 'call')}, ${count(estimate.mau)} MAU`,
    `  The scratch pool is deleted${leftOvers.length === 0 ? '' : `, and ${counted(leftOvers.length, 'pool')} that an earlier drill had left`}`,
  ]
  return `${lines.map((line) => wrap(line, columns, '    ')).join('\n')}\n`
}
