import type { RestoreRequest, RestoreTarget } from '../../actions/restore-request.js'
import { checkPoolId } from '../../actions/pool.js'
import { engineOf, engineParts } from './engine-flags.js'
import { CodedError } from '../../model/errors.js'
import { capturesMfa } from '../mfa-price.js'
import { parseKeepSub } from '../../restore/keep-sub.js'
import { checkScope } from '../../restore/reach/check-scope.js'
import { passwordArguments, type PasswordFlags, passwordsOf } from './restore-passwords.js'
import { scopeArguments, type ScopeFlags, scopeOf } from './restore-scope.js'
import { parseMapping } from '../../restore/references/mapping.js'

/** The options of `restore` as they were given. */
export interface RestoreFlags extends ScopeFlags, PasswordFlags {
  readonly toNewPool?: string
  readonly toPool?: string
  readonly inPlace?: boolean
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly deleteExtra?: boolean
  readonly deleteNewer?: boolean
  readonly map?: readonly string[]
  readonly drop?: readonly string[]
  readonly engine?: string
  readonly importRole?: string
  readonly keepSub?: string
  readonly mfa?: string
  readonly expect?: string
  /** False where `--no-widening` was given. */
  readonly widening: boolean
}

const TARGETS = '--to-new-pool NAME, --to-pool ID or --in-place'
/** What Cognito takes. */
const POOL_NAME = /^[\w\s+=,.@-]{1,128}$/

/**
 * What the options ask for.
 *
 * @throws CodedError `USAGE` when they do not name exactly one target, or contradict each other
 */
export function requestOf(snapshot: string, flags: RestoreFlags): RestoreRequest {
  const target = targetOf(flags)
  const { deleteExtra = false, deleteNewer = false } = flags
  if (deleteNewer && !deleteExtra) {
    throw new CodedError('USAGE', '--delete-newer goes with --delete-extra', {
      hint: '--delete-extra alone deletes what is not in the snapshot but was there before it',
    })
  }
  if (deleteExtra && target.mode !== 'in-place') {
    throw new CodedError('USAGE', '--delete-extra goes with --in-place', {
      hint: 'another pool is only added to',
    })
  }
  const scope = scopeOf(flags)
  checkScope(scope, target.mode)
  const map = (flags.map ?? []).map(parseMapping)
  const passwords = passwordsOf(flags)
  const { migrationFunction } = flags
  return {
    snapshot,
    target,
    scope,
    deleteExtra,
    deleteNewer,
    noWidening: !flags.widening,
    map,
    drop: flags.drop ?? [],
    engine: engineOf(flags),
    ...(passwords === undefined ? {} : { passwords }),
    ...(flags.expect === undefined ? {} : { expect: flags.expect }),
    ...(migrationFunction === undefined ? {} : { migrationFunction }),
    // Refuses until it is known whom to ask.
    ...(capturesMfa(flags.mfa) ? { mfa: () => Promise.resolve(false) } : {}),
    ...(flags.keepSub === undefined ? {} : { keepSub: parseKeepSub(flags.keepSub) }),
  }
}

function targetOf({ toNewPool, toPool, inPlace }: RestoreFlags): RestoreTarget {
  const targets: RestoreTarget[] = []
  if (toNewPool !== undefined) targets.push({ mode: 'new-pool', poolName: poolName(toNewPool) })
  if (toPool !== undefined) targets.push({ mode: 'existing-pool', poolId: toPool })
  if (inPlace === true) targets.push({ mode: 'in-place' })
  const [target, another] = targets
  if (target === undefined)
    throw new CodedError('USAGE', 'where to restore to was not said', { hint: `give ${TARGETS}` })
  if (another !== undefined) {
    throw new CodedError('USAGE', 'a restore goes to one place', { hint: `give one of ${TARGETS}` })
  }
  if (target.mode === 'existing-pool') checkPoolId(target.poolId)
  return target
}

function poolName(name: string): string {
  if (POOL_NAME.test(name) && name.trim() !== '') return name
  throw new CodedError('USAGE', '--to-new-pool takes the name of the pool to make', {
    value: name,
    hint: '1 to 128 letters, digits, spaces and _ + = , . @ -, not spaces alone',
  })
}

/** The command that asks for this. */
export function commandOf({ snapshot, target, ...options }: RestoreRequest): string {
  const parts = ['cognito-vault restore', quoted(snapshot)]
  if (target.mode === 'new-pool') parts.push('--to-new-pool', quoted(target.poolName))
  if (target.mode === 'existing-pool') parts.push('--to-pool', quoted(target.poolId))
  if (target.mode === 'in-place') parts.push('--in-place')
  parts.push(...scopeArguments(options.scope ?? {}).map(quoted))
  if (options.deleteExtra === true) parts.push('--delete-extra')
  if (options.deleteNewer === true) parts.push('--delete-newer')
  if (options.noWidening === true) parts.push('--no-widening')
  for (const { from, to } of options.map ?? []) parts.push('--map', quoted(`${from}=${to}`))
  for (const value of options.drop ?? []) parts.push('--drop', quoted(value))
  parts.push(...engineParts(options.engine).map(quoted))
  if (options.mfa !== undefined) parts.push('--mfa', 'capture')
  if (options.keepSub !== undefined) parts.push('--keep-sub', quoted(options.keepSub))
  if (options.expect !== undefined) parts.push('--expect', quoted(options.expect))
  parts.push(...passwordArguments(options.passwords, options.migrationFunction).map(quoted))
  return parts.join(' ')
}

/** As a shell takes it. */
function quoted(text: string): string {
  return /^[\w:./@+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
