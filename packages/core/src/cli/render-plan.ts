import type { PlannedRestore } from '../actions/restore-request.js'
import type { RunHeader } from '../restore/run-header.js'
import { limitsText } from './render-limits.js'
import { changesText } from './render-changes.js'
import { enginesText } from './render-engines.js'
import { gapsText, notesText, unreadableText } from './render-notes.js'
import { outsideText } from './render-references.js'
import { count, counted, countTable, duration, printable, wrap } from './render-text.js'

/** List price in dollars of a monthly active user, by the pool's tier, before what is free. */
const PRICE_PER_MAU = { Lite: 0.0055, Essentials: 0.015, Plus: 0.02 }

const WIDENINGS: Readonly<Record<string, string>> = {
  'enable-user': 'disabled users are enabled',
  'group-role': 'groups are given a role, and their members with them',
  'membership-with-role': 'users are put into groups with a role',
  'recreate-user': 'deleted users are made again',
  'client-secret': 'clients that were deleted are made again with their secrets',
  'client-access': 'clients are made again, or may do more',
  'identity-provider': 'identity providers are made again, or changed',
  'sign-up': 'people may sign up by themselves',
  'weaker-passwords': 'passwords may be weaker',
  'looser-mfa': 'MFA becomes looser',
  'identity-pool-access': 'identity pools are made again, take more people, or check less',
  'identity-pool-role': 'identity pools give roles, by default, by rules or by tags',
  'linked-identity': 'identities of other providers sign in as a user again',
}

/** The plan as it is shown before anybody says yes. */
export function planText(
  { header, changes, outside, leavesFactors, unfinished, unreadableRuns }: PlannedRestore,
  columns: number,
): string {
  const { summary, snapshot, target, missing, unread } = header
  const operations = Object.values(summary.operations).reduce((sum, n) => sum + n, 0)
  const parts = [
    `Plan ${header.runId}\n  from  snapshot ${snapshot.id} of ${snapshot.poolId}\n  into  ${printable(targetText(target))}`,
    operations === 0
      ? nothingToDo(header)
      : `Operations, ${count(operations)} in all\n${countTable(summary.operations)}`,
  ]
  parts.splice(1, 0, ...limitsText(header, columns))
  if (header.unchanged > 0) {
    parts.push(
      `In the target as they were: ${counted(header.unchanged, 'user or resource', 'users and resources')}`,
    )
  }
  parts.push(...changesText(changes, header.runId, columns), ...outsideText(outside, columns))
  parts.push(
    ...enginesText(header, columns),
    ...releasesText(header, columns),
    ...keptSubText(header, columns),
    ...migrationText(header, columns),
  )
  parts.push(...accessText(summary, columns), ...costText(header, columns), ...lockedOutText(header, columns))
  if (Object.keys(summary.notes).length > 0) {
    parts.push(`What will not be as it was\n${notesText(summary.notes, columns)}`)
  }
  if (missing.length > 0) {
    parts.push(`The snapshot is incomplete; it lacks\n${gapsText(missing, columns)}`)
  }
  if (unread.length > 0) {
    parts.push(
      `Of the target these cannot be read, so nothing of them is planned\n${gapsText(unread, columns)}`,
    )
  }
  if (leavesFactors) {
    const left =
      'Second factors of users who live are not compared, and stay: --mfa capture reads them, which is billed, and puts them back'
    parts.push(wrap(left, columns, '  '))
  }
  for (const runId of unfinished) {
    parts.push(
      wrap(
        `A restore to the same place was approved and never finished. To go on with it instead: cognito-vault resume ${runId}`,
        columns,
        '  ',
      ),
    )
  }
  if (unreadableRuns.length > 0) {
    const meaning = 'Earlier restores cannot be read; what they made again may be taken for missing or extra'
    parts.push(unreadableText(unreadableRuns, meaning, columns))
  }
  return `${parts.join('\n\n')}\n`
}

function nothingToDo({ snapshot, target }: RunHeader): string {
  const nothing = 'There is nothing to do.'
  if (target.mode === 'new-pool') return nothing
  return `${nothing}\nWhat was lost before the snapshot was taken is in an older one:\ncognito-vault snapshots --pool ${snapshot.poolId}`
}

/** Where a run restores to. */
export function targetText(target: RunHeader['target']): string {
  switch (target.mode) {
    case 'new-pool':
      return `a new pool "${target.poolName ?? ''}" in ${target.region}`
    case 'existing-pool':
      return `pool ${target.poolId ?? ''} in ${target.region}: what is missing is added`
    case 'in-place':
      return `pool ${target.poolId ?? ''} in ${target.region}: put back as it was`
  }
}

/** Who is without an address for as long as the run lasts. */
function releasesText({ chunks }: RunHeader, columns: number): string[] {
  const released = chunks
    .filter(({ phase }) => phase === 'release')
    .reduce((sum, { steps }) => sum + steps, 0)
  if (released === 0) return []
  const what = `${counted(released, 'user has', 'users have')} an address that another user gets back: until the restore is through, a placeholder stands in its place. Should the restore stop, resume or undo it`
  return [wrap(what, columns, '  ')]
}

/** Where the old sub of who is made again goes, and whether the pool gets an attribute for it, which it has for good. */
function keptSubText({ keepSub, summary }: RunHeader, columns: number): string[] {
  if (keepSub === undefined) return []
  const isAdded = (summary.notes['attribute-added'] ?? 0) > 0
  const added = isAdded ? '; it is added to the schema, from which no attribute can ever be removed' : ''
  return [wrap(`The old sub of everyone who is made is kept in ${keepSub}${added}`, columns, '  ')]
}

/** Who is not made, because they come by themselves. */
function migrationText({ migratesFrom, summary }: RunHeader, columns: number): string[] {
  if (migratesFrom === undefined) return []
  const users = counted(summary.notes['comes-by-migration'] ?? 0, 'user is', 'users are')
  const what = `${users} not made: they come from ${migratesFrom} with their passwords when they first sign in, as they are there then. That pool has to stay until they have come, and each is active there too in that month`
  return [wrap(what, columns, '  ')]
}

function accessText(summary: RunHeader['summary'], columns: number): string[] {
  const parts: string[] = []
  const widening = Object.entries(summary.widening).filter(([, n]) => n > 0)
  if (widening.length > 0) {
    const lines = widening.map(([kind, n]) =>
      wrap(`  ${count(n)} × ${WIDENINGS[kind] ?? kind}`, columns, '    '),
    )
    parts.push(`This widens access (--no-widening leaves it out)\n${lines.join('\n')}`)
  }
  const triggers = Object.entries(summary.triggers).filter(([, n]) => n > 0)
  if (triggers.length > 0) {
    const lines = triggers.map(([name, n]) => `  ${name}: ${counted(n, 'time')}`)
    parts.push(`Triggers of the live pool that will run\n${lines.join('\n')}`)
  }
  return parts
}

/** Who will stand before a closed door, said before anybody says yes. */
function lockedOutText({ summary: { lockedOut }, runId }: RunHeader, columns: number): string[] {
  if (lockedOut === 0) return []
  const who = counted(lockedOut, 'user', 'users')
  const what = `LOCKED OUT: ${who} will not get in until an administrator sets a password: see why below, and who: cognito-vault report ${runId} --only locked-out`
  return [wrap(what, columns, '  ')]
}

function costText({ summary, etaSeconds, target }: RunHeader, columns: number): string[] {
  const read =
    target.mauRead === undefined
      ? ''
      : `; reading the pool has made ${count(target.mauRead)} active already, who may be among them`
  return [
    `${wrap(`${mauText(summary.mau)}${read}`, columns, '  ')}\n${wrap(`Time: about ${duration(etaSeconds * 1000)}, if nothing is throttled`, columns, '  ')}`,
  ]
}

/** How many users become active, and what that costs. */
export function mauText(mau: number): string {
  if (mau === 0) return 'Monthly active users: none are made active'
  const prices = Object.entries(mauPrices(mau)).map(([tier, price]) => `${tier} ${dollars(price)}`)
  return `Monthly active users: ${counted(mau, 'user becomes', 'users become')} active this month; at list price ${prices.join(', ')}`
}

/** What monthly active users cost at list price, in dollars, by the pool's tier. */
export function mauPrices(mau: number): Record<string, number> {
  const cents = (amount: number): number => Math.round(amount * 100) / 100
  return Object.fromEntries(Object.entries(PRICE_PER_MAU).map(([tier, price]) => [tier, cents(mau * price)]))
}

function dollars(amount: number): string {
  return `$${amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
}
