import { canonicalBody, text, without } from '../cognito/canonical-body.js'
import type { JsonObject } from '../model/canonical.js'
import { type Fact, unreadable } from './foreign-backup.js'
import { checkUser, isSub, subIn } from './user-list.js'

/** What the tool notes about a row; `pseudoUsername` is one of the attributes over again. */
const BOOKKEEPING = ['id', 'type', 'pseudoUsername', 'lastConfirmedInUserPool', 'lastUpdatedRegion']
const RENAMED = ['username', 'userAttributes', 'userEnabled', 'userStatus']

/**
 * What the items of the BackupTable of AWS's Cognito User Profiles Export say. Every run of it dates the rows that it finds with the
 * moment when it began, and leaves that moment in a row of its own when it has come to its end.
 *
 * @param items as plain JSON
 * @throws CodedError `SOURCE_UNREADABLE`
 */
export async function* readBackupTable(items: AsyncIterable<JsonObject>, name: string): AsyncGenerator<Fact> {
  let number = 0
  for await (const item of items) yield factOf(item, name, ++number)
}

function factOf(item: JsonObject, name: string, number: number): Fact {
  const [id, type] = [text(item, 'id'), text(item, 'type')]
  const at = momentOf(item['lastConfirmedInUserPool'])
  const refuse = (what: string): never => {
    throw unreadable(`${name}: item ${number} is not what the table of the workflow has: ${what}`, name)
  }
  if (id === 'latest-export-timestamp') {
    const run = momentOf(item['latestExportTimestamp'])
    return run === undefined ? refuse('latestExportTimestamp is no moment') : { kind: 'last-run', at: run }
  }
  if (id.startsWith('GROUP_MEMBER-') && type.startsWith('GROUP_MEMBER-')) {
    const [group, sub] = [text(item, 'groupName'), type.slice('GROUP_MEMBER-'.length)]
    if (group === '' || !isSub(sub)) refuse('a membership without its group or its user')
    return { kind: 'membership', sub, group, at }
  }
  if (id.startsWith('GROUP-') && type.startsWith('GROUP-')) {
    const group = text(item, 'groupName')
    return group === ''
      ? refuse('a group without a name')
      : { kind: 'group', name: group, body: groupOf(item), at }
  }
  if (id.startsWith('USER-') && type.startsWith('USER-')) {
    const body = userOf(item)
    checkUser(body, `${name}: item ${number}`, name)
    const [sub, own] = [id.slice('USER-'.length), subIn(body)]
    if (!isSub(sub) || (own !== '' && own !== sub)) refuse('its id is not that of its user')
    return { kind: 'user', sub, body, at }
  }
  return { kind: 'other' }
}

function userOf(item: JsonObject): JsonObject {
  const member = (to: string, from: string): JsonObject =>
    item[from] === undefined ? {} : { [to]: item[from] }
  return canonicalBody({
    ...without(item, [...BOOKKEEPING, ...RENAMED]),
    ...member('Username', 'username'),
    ...member('Attributes', 'userAttributes'),
    ...member('Enabled', 'userEnabled'),
    ...member('UserStatus', 'userStatus'),
  })
}

function groupOf(item: JsonObject): JsonObject {
  const { groupPrecedence: precedence } = item
  const [description, modified] = [
    text(item, 'groupDescription'),
    Date.parse(text(item, 'groupLastModifiedDate')),
  ]
  return {
    GroupName: text(item, 'groupName'),
    ...(description === '' ? {} : { Description: description }),
    // The workflow's way to say that there is none.
    ...(typeof precedence === 'number' && precedence >= 0 ? { Precedence: precedence } : {}),
    ...(Number.isNaN(modified) ? {} : { LastModifiedDate: new Date(modified).toISOString() }),
  }
}

/** Milliseconds, as the workflow writes them. */
function momentOf(value: JsonObject[string] | undefined): number | undefined {
  return typeof value === 'number' && value >= 0 ? value : undefined
}
