import type { PlannedReferences } from '../actions/plan-references.js'
import type { PlannedReference } from '../model/planned-reference.js'
import { counted, printable, wrap } from './render-text.js'
import type { SeenReferences } from './restore-progress.js'

/** What is outside the pool and needed by what a plan writes; nothing where there is none. */
export function outsideText({ references, accountUnknown }: PlannedReferences, columns: number): string[] {
  if (references.length === 0) return []
  const lines = ['Outside the pool, and needed by it', listText(references, columns)]
  const unknown = new Map<string, Set<string>>()
  for (const { becomes, check } of references) {
    if (check?.outcome !== 'unknown') continue
    unknown.set(check.reason, (unknown.get(check.reason) ?? new Set()).add(becomes))
  }
  for (const [reason, values] of unknown) {
    const text = `  Not checked, ${counted(values.size, 'value')}: ${printable(reason)}`
    lines.push(wrap(text, columns, '    '))
  }
  if (accountUnknown !== undefined) {
    const text = `  The account restored into is not known (${printable(accountUnknown)}): what is of the snapshot's account is taken to be reachable`
    lines.push(wrap(text, columns, '    '))
  }
  return [lines.join('\n')]
}

/** What stops a restore: all that nobody has said anything of, or all that is not there, and what can be said. */
export function stoppingText({ references, from, to }: SeenReferences, columns: number): string {
  const unmapped = references.filter((reference) => reference.unmapped)
  if (unmapped.length === 0) {
    const missing = references.filter(({ check }) => check?.outcome === 'missing')
    return `Outside the pool, and not there\n${listText(missing, columns)}\n`
  }
  const ways = [
    '--map VALUE=NEW: what stands for it there',
    '--map VALUE=VALUE: it is the same there',
    '--drop VALUE: its setting is not restored',
  ]
  if (from.region !== to.region)
    ways.push(`--map ${from.region}=${to.region}: the same names, in the other Region`)
  if (from.account !== undefined && to.account !== undefined && from.account !== to.account)
    ways.push(`--map ${from.account}=${to.account}: the same names, in the other account`)
  const shown = ways.map((way) => wrap(`  ${way}`, columns, '      ')).join('\n')
  return `Outside the pool, and nobody said what stands for it\n${listText(unmapped, columns)}\n\nSay of each\n${shown}\n`
}

/** Each value once, under the settings that name it. */
function listText(references: readonly PlannedReference[], columns: number): string {
  const byValue = new Map<string, PlannedReference[]>()
  for (const reference of references) {
    const key = JSON.stringify([reference.value, reference.becomes])
    byValue.set(key, [...(byValue.get(key) ?? []), reference])
  }
  return [...byValue.values()].flatMap((same) => itemText(same, columns)).join('\n')
}

function itemText(same: readonly PlannedReference[], columns: number): string[] {
  const [first] = same
  if (first === undefined) return []
  const names = same.map(
    ({ kind, name, member }) => `${kind}${name === '' || name === 'ALL' ? '' : ` ${name}`} ${member}`,
  )
  const lines = [
    wrap(`  ${printable(names.join(', '))}`, columns, '    '),
    broken(first.value, '    ', columns),
  ]
  if (first.becomes !== first.value) lines.push(broken(first.becomes, '    becomes ', columns))
  if (first.check?.outcome === 'found') lines.push('    checked: it is there')
  if (first.check?.outcome === 'missing')
    lines.push(wrap(`    checked: ${first.check.reason}`, columns, '      '))
  return lines
}

/** A value on as many lines as it takes: ARNs have no spaces to break at. */
function broken(value: string, lead: string, columns: number): string {
  const lines: string[] = []
  let line = lead
  let width = lead.length
  for (const character of printable(value)) {
    if (width >= columns) {
      lines.push(line)
      line = '      '
      width = line.length
    }
    line += character
    width++
  }
  return [...lines, line].join('\n')
}
