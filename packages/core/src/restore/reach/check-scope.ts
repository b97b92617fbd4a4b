import type { ResourceSet } from '../../cognito/resource-set.js'
import { objects, text } from '../../cognito/canonical-body.js'
import { RESOURCE_KINDS } from '../../cognito/resources/resource-kinds.js'
import { CodedError } from '../../model/errors.js'
import type { PlanOptions } from '../plan-options.js'
import { PARTS, type Scope } from './scope.js'

/**
 * Refuses a scope that contradicts itself or its target, before anything is read.
 *
 * @throws CodedError `USAGE`
 */
export function checkScope(scope: Scope, mode: PlanOptions['mode']): void {
  const { users, groups, only, onlyDeleted, attributes, changedBetween } = scope
  for (const name of only ?? []) {
    const known = [...PARTS, ...RESOURCE_KINDS.map(({ kind }) => kind)]
    if (!known.includes(name)) throw usage(`--only does not know "${name}"`, `it takes ${known.join(', ')}`)
  }
  const given: readonly [string, boolean][] = [
    ['--users', users !== undefined],
    ['--groups', groups !== undefined],
    ['--only', only !== undefined],
    ['--only-deleted', onlyDeleted === true],
    ['--attributes', attributes !== undefined],
    ['--changed-between', changedBetween !== undefined],
  ]
  const isGiven = (option: string): boolean => given.some(([name, is]) => name === option && is)
  for (const [one, other, why] of CONTRADICTIONS) {
    if (isGiven(one) && isGiven(other)) throw usage(`${one} and ${other} contradict each other`, why)
  }
  if (users !== undefined && only?.every((name) => !['users', 'groups'].includes(name)) === true)
    throw usage('--users and an --only without users contradict each other', 'leave one of them out')
  if (mode === 'new-pool') {
    const [option] = given
      .filter(([name, is]) => is && !['--users', '--only'].includes(name))
      .map(([name]) => name)
    if (option !== undefined)
      throw usage(`${option} needs a pool that exists`, 'give --in-place or --to-pool ID')
    if (only !== undefined && only.join() !== 'config')
      throw usage('a new pool has its configuration in any case', 'give --only config, or no --only')
  }
  if (mode === 'existing-pool') {
    const option = ['--attributes', '--changed-between'].find(isGiven)
    if (option !== undefined)
      throw usage(
        `${option} goes with --in-place`,
        'another pool is only added to: nothing that it has is changed',
      )
  }
  if (changedBetween !== undefined && changedBetween.from > changedBetween.to)
    throw usage('--changed-between begins after it ends', 'give the earlier time first')
}

const CONTRADICTIONS: readonly (readonly [string, string, string])[] = [
  ['--only-deleted', '--attributes', 'attributes are put back to those who are there'],
  ['--only-deleted', '--changed-between', 'Cognito does not say when something was deleted'],
  ['--attributes', '--groups', 'restore one after the other'],
  ['--attributes', '--only', '--attributes alone writes nothing but these attributes'],
  ['--groups', '--only', '--groups alone writes nothing but the groups and who is in them'],
  ['--groups', '--changed-between', 'Cognito does not say when somebody was put into a group, or taken out'],
]

/**
 * Refuses names that neither side has: a misspelt one would leave out what was meant.
 *
 * @throws CodedError `NOT_IN_SNAPSHOT`
 */
export function checkNames({ groups, attributes }: Scope, wanted: ResourceSet, current: ResourceSet): void {
  const named = [...wanted.of('group'), ...current.of('group')].map(({ name }) => name)
  const group = groups?.find((name) => !named.includes(name))
  if (group !== undefined) throw unknown(`there is no group "${group}"`, group)
  const schema = [wanted, current].flatMap((set) => objects(set.one('pool')?.body ?? {}, 'SchemaAttributes'))
  const attribute = attributes?.find((name) => !schema.some((entry) => text(entry, 'Name') === name))
  if (attribute !== undefined) throw unknown(`there is no attribute "${attribute}"`, attribute)
}

function unknown(what: string, value: string): CodedError {
  return new CodedError('NOT_IN_SNAPSHOT', `${what}, in the snapshot or in the pool; nothing was changed`, {
    value,
    hint: 'see what the snapshot holds: cognito-vault show SNAPSHOT',
  })
}

/**
 * Refuses a plan for users of whom none was found.
 *
 * @throws CodedError `NOT_IN_SNAPSHOT`; the queries are not repeated, for they are people's
 */
export function checkMatched({ users = [] }: Scope, unmatched: readonly number[]): void {
  if (users.length === 0 || unmatched.length < users.length) return
  throw new CodedError('NOT_IN_SNAPSHOT', 'no user is of the name, or fits the query, that --users gives', {
    hint: 'a user is named by the whole sub, username, email, phone number or preferred username, or by ATTRIBUTE=VALUE or ATTRIBUTE^=PREFIX; nothing was changed',
  })
}

function usage(message: string, hint: string): CodedError {
  return new CodedError('USAGE', message, { hint })
}
