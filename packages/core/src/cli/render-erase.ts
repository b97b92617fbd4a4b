import type { PlannedErasure } from '../actions/erase.js'
import { counted, printable, wrap } from './render-text.js'

/** Whom an erasure is about, before anybody says yes. */
export function erasureText(planned: PlannedErasure, columns: number): string {
  const { accounts, sharedNames } = planned
  const parts = [accounts.length === 0 ? wrap(NOBODY, columns) : accountsText(accounts)]
  if (sharedNames > 0) {
    const what = `${counted(sharedNames, 'name')} of the person ${sharedNames === 1 ? 'is' : 'are'} another user’s too and will not be on the list, so that the other can be restored`
    parts.push(wrap(what, columns))
  }
  parts.push(wrap(MEANING, columns))
  return `${parts.join('\n\n')}\n`
}

const NOBODY =
  'No snapshot has a user of that name. The name itself goes on the list: whoever has it as sub, username, email, phone number or preferred username, in an account made before now, is not restored.'

const MEANING =
  'No restore, undo or resumed run makes the person again or puts anything of the snapshots back. This cannot be taken back. Snapshots are not changed: they have the data until they are forgotten.'

function accountsText(accounts: PlannedErasure['accounts']): string {
  const lines = accounts.map(({ poolId, sub }) => printable(`  ${sub} of ${poolId}`))
  return `To be erased: ${counted(accounts.length, 'account')} in the snapshots\n${lines.join('\n')}`
}

/** What is left to do by hand. */
export function erasedText(columns: number): string {
  const todo =
    'On the list. Where the user still lives in a pool: aws cognito-idp admin-delete-user, so that the next backup does not have the person again.'
  return `\n${wrap(todo, columns)}\n`
}
