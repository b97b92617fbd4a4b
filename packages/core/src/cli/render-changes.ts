import type { PlannedChange } from '../restore/planned-change.js'
import { count, printable, wrap } from './render-text.js'

const MOST_USERS_SHOWN = 20

const TITLES: Readonly<Record<PlannedChange['action'], string>> = {
  delete: 'This is deleted',
  change: 'This is changed',
  create: 'This is made again',
}

/** What a plan does to a pool that lives, by name: what it deletes first. */
export function changesText(changes: readonly PlannedChange[], runId: string, columns: number): string[] {
  return (['delete', 'change', 'create'] as const).flatMap((action) => {
    const list = changes.filter((change) => change.action === action)
    if (list.length === 0) return []
    const users = list.filter(({ kind }) => kind === 'user')
    const shown = [...list.filter(({ kind }) => kind !== 'user'), ...users.slice(0, MOST_USERS_SHOWN)]
    const lines = shown.map((change) => wrap(printable(`  ${lineOf(change)}`), columns, '    '))
    const more = users.length - MOST_USERS_SHOWN
    if (more > 0) {
      lines.push(
        wrap(
          `  and ${count(more)} users or more: --json lists 1,000, and all are in the vault under restores/${runId}/plan/`,
          columns,
          '    ',
        ),
      )
    }
    return [`${TITLES[action]}\n${lines.join('\n')}`]
  })
}

function lineOf({ kind, id, username, members }: PlannedChange): string {
  const name = username === undefined || username === id ? id : `${username} (${id})`
  return `${kind} ${name}`.trim() + (members.length === 0 ? '' : `: ${members.join(', ')}`)
}
