import type { Shrinkage } from './shrink-guard.js'
import { CHANGE_WINDOW_DAYS } from './shrink-guard.js'
import { count } from '../model/plain-text.js'

const NAMES = { users: 'users', memberships: 'memberships', populatedGroups: 'groups with members' } as const

/** What the shrink guard saw: `600 users where 20261120… had 1,000`. */
export function shrinkageText({ what, than, before, now }: Shrinkage): string {
  return what === 'changedUsers'
    ? `${count(now)} users changed or deleted within ${CHANGE_WINDOW_DAYS} days, of the ${count(before)} that ${than} had`
    : `${count(now)} ${NAMES[what]} where ${than} had ${count(before)}`
}
