import type { RepairResult } from '../actions/repair.js'
import type { HiddenSnapshot, RepairItem, RepairPlan } from '../actions/repair-plan.js'
import type { Origin } from '../vault/repair/candidates.js'
import { count, counted, printable, wrap } from './render-text.js'

/** What is wrong, and what would be done about it: the same before a dry run and before the real one. */
export function repairPlanText({ items, hidden, withoutParent }: RepairPlan, columns: number): string {
  const short = items.filter(({ action }) => action === 'keep')
  const damaged = items.filter(({ action }) => action !== 'keep')
  const parts = [
    damaged.length === 0 ? 'Nothing is damaged.' : `Damaged: ${counted(damaged.length, 'object')}`,
    ...damaged.map((item) => itemText(item, columns)),
  ]
  if (short.length > 0)
    parts.push(
      `Locked for a shorter time than promised: ${counted(short.length, 'object')}`,
      ...short.map((item) => itemText(item, columns)),
    )
  if (hidden.length > 0) parts.push('Deleted by other means than forget, and still beneath:')
  for (const one of hidden) parts.push(hiddenText(one, columns))
  if (withoutParent.length > 0) parts.push(wrap(parentsText(withoutParent.length), columns))
  return `${parts.join('\n')}\n`
}

function itemText(item: RepairItem, columns: number): string {
  const lines = [
    wrap(printable(`  ${item.reason}`), columns, '    '),
    wrap(printable(`    ${actionText(item)}`), columns, '      '),
  ]
  if (item.snapshots.length > 0)
    lines.push(wrap(printable(`    needed by ${item.snapshots.join(', ')}`), columns, '      '))
  for (const { snapshot, stream, ranges, records, of } of item.lost ?? []) {
    const where = ranges.length === 0 ? '' : `, ${counted(ranges.length, 'range')} (${ranges.join(', ')})`
    const text = `    lost of ${snapshot}: ${count(records)} of ${count(of)} ${stream}${where}`
    lines.push(wrap(printable(text), columns, '      '))
  }
  if (item.action === 'leave' && item.hint !== undefined)
    lines.push(wrap(printable(`    next: ${item.hint}`), columns, '      '))
  return lines.join('\n')
}

function actionText({ action, origin, why = '' }: RepairItem): string {
  if (action === 'leave') return `stays: ${why}`
  if (action === 'remove') return 'is removed, if no lock of its time can be held any more'
  if (action === 'keep') return 'is locked for as long as the snapshots that need it'
  return `is ${action === 'put' ? 'put back' : 'replaced'}, ${origin === undefined ? '' : originText(origin)}`
}

function originText(origin: Origin): string {
  if (origin.kind === 'version') return `from the version of ${origin.stored}`
  if (origin.kind === 'repair') return 'from what a repair that was stopped had kept of it'
  return origin.kind === 'vault' ? `from ${origin.url}` : 'computed again'
}

function hiddenText({ snapshot, poolId, deletedAt, isWhole }: HiddenSnapshot, columns: number): string {
  const how = isWhole ? `cognito-vault repair ${snapshot} brings it back` : 'not all of it can be had back'
  return wrap(printable(`  ${snapshot} of ${poolId}, deleted ${deletedAt}: ${how}`), columns, '    ')
}

function parentsText(snapshots: number): string {
  return `The parent of ${counted(snapshots, 'snapshot')} is not there any more, which is no damage: each is read without it.`
}

/** What was done. */
export function repairedText(result: RepairResult, columns: number): string {
  const { dryRun, outcomes, broughtBack } = result
  if (dryRun) return '\nA dry run: nothing was changed.\n'
  const number = (...which: string[]): number =>
    outcomes.filter(({ key, outcome }) => which.includes(outcome) && !isBroughtBack(key, broughtBack)).length
  const lines = [`Repaired: ${counted(number('repaired', 'there', 'removed'), 'object')}`]
  if (broughtBack.length > 0) lines.push(`Brought back: ${broughtBack.join(', ')}`)
  for (const { key, error } of outcomes)
    if (error !== undefined)
      lines.push(wrap(printable(`  not repaired: ${key}: ${error.message}`), columns, '    '))
  const damaged = number('left', 'failed')
  if (damaged > 0) lines.push(`Still damaged: ${counted(damaged, 'object')}`)
  return outcomes.length === 0 ? '' : `\n${lines.join('\n')}\n`
}

function isBroughtBack(key: string, snapshots: readonly string[]): boolean {
  return snapshots.some((snapshot) => key.endsWith(`/snapshots/${snapshot}.json`))
}
