import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { CodedError } from '../../model/errors.js'
import { isoTime } from '../../model/ids.js'
import type { Scope } from '../../restore/reach/scope.js'
import { parseUserQuery } from '../../restore/reach/user-query.js'

/** The options that limit a restore, as they were given. */
export interface ScopeFlags {
  readonly users?: readonly string[]
  readonly groups?: readonly string[]
  readonly only?: readonly string[]
  readonly onlyDeleted?: boolean
  readonly attributes?: readonly string[]
  readonly changedBetween?: readonly string[]
}

export function addScopeOptions(command: Command): Command {
  return command
    .option(
      '--users <query...>',
      'only the users of this sub, username, email or phone number, or of ATTRIBUTE=VALUE or ATTRIBUTE^=PREFIX; file://PATH reads one a line',
    )
    .option('--groups <name...>', 'only these groups, and who is in them')
    .option('--only <part...>', 'only config, users, groups, or a kind of resource such as client')
    .option('--only-deleted', 'only what is not there any more')
    .option('--attributes <name...>', 'only these attributes, of users who are there')
    .option(
      '--changed-between <times...>',
      'only what was last changed between two times, such as 2026-11-24T09:00Z 2026-11-24T10:00Z',
    )
}

/**
 * What the options limit a restore to.
 *
 * @throws CodedError `USAGE`
 */
export function scopeOf(flags: ScopeFlags): Scope {
  const { users, groups, only, onlyDeleted, attributes, changedBetween } = flags
  for (const [option, names] of Object.entries({ users, groups, only, attributes })) {
    if (names?.some((name) => name.trim() === '') === true) throw emptyName(`--${option}`)
  }
  return {
    ...(users === undefined ? {} : { users: users.flatMap(readQueries).map(parseUserQuery) }),
    ...(groups === undefined ? {} : { groups }),
    ...(only === undefined ? {} : { only }),
    ...(onlyDeleted === true ? { onlyDeleted } : {}),
    ...(attributes === undefined ? {} : { attributes }),
    ...(changedBetween === undefined ? {} : { changedBetween: parseTimes(changedBetween) }),
  }
}

/** Such as a shell makes of a variable that is not set. */
function emptyName(option: string): CodedError {
  return new CodedError('USAGE', `${option} was given an empty name`, {
    value: option,
    hint: 'see cognito-vault restore --help; nothing was read or changed',
  })
}

/** The same options on a command line; users are left out, for they are people's. */
export function scopeArguments(scope: Scope): string[] {
  const lists = { '--groups': scope.groups, '--only': scope.only, '--attributes': scope.attributes }
  return [
    ...(scope.users === undefined ? [] : ['--users', '…']),
    ...Object.entries(lists).flatMap(([option, names = []]) =>
      names.length === 0 ? [] : [option, ...names],
    ),
    ...(scope.onlyDeleted === true ? ['--only-deleted'] : []),
    ...(scope.changedBetween === undefined
      ? []
      : ['--changed-between', scope.changedBetween.from, scope.changedBetween.to]),
  ]
}

function readQueries(given: string): string[] {
  if (!given.startsWith('file://')) return [given]
  const lines = readLines(given).filter((line) => line !== '')
  if (lines.length > 0) return lines
  throw new CodedError('USAGE', `${given} names nobody`, {
    value: given,
    hint: 'it takes one user or query a line',
  })
}

function readLines(url: string): string[] {
  try {
    return readFileSync(pathOf(url), 'utf8')
      .split(/\r?\n/)
      .map((line) => line.trim())
  } catch (cause) {
    throw new CodedError('USAGE', `${url} cannot be read`, {
      value: url,
      hint: 'give the path of a file',
      cause,
    })
  }
}

/** As the AWS CLI takes it: what follows `file://` may be a relative path. */
function pathOf(url: string): string {
  return url.startsWith('file:///') ? fileURLToPath(url) : url.slice('file://'.length)
}

/** A moment with its zone: without one, the same words mean another hour on another machine. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/

function parseTimes(times: readonly string[]): { from: string; to: string } {
  const [from, to, ...more] = times
  if (from === undefined || to === undefined || more.length > 0)
    throw new CodedError('USAGE', '--changed-between takes two times', { hint: EXAMPLE })
  return { from: parseTime(from), to: parseTime(to) }
}

const EXAMPLE = 'for instance --changed-between 2026-11-24T09:00Z 2026-11-24T10:00+01:00'

function parseTime(given: string): string {
  const time = MOMENT.test(given) ? Date.parse(given) : Number.NaN
  if (!Number.isNaN(time)) return isoTime(time)
  throw new CodedError('USAGE', `"${given}" is not a time with its zone`, { value: given, hint: EXAMPLE })
}
