import type { Command } from 'commander'
import type { HashSource } from '../../restore/engines/hashes/read-hashes.js'
import { hashFile } from '../hash-file.js'
import { checkPoolId } from '../../actions/pool.js'
import { CodedError } from '../../model/errors.js'
import type { Passwords } from '../../restore/plan-options.js'

/** The options that say how people come by passwords, as they were given. */
export interface PasswordFlags {
  readonly passwords?: readonly string[]
  readonly migrationFunction?: string
}

export function addPasswordOptions(command: Command): Command {
  return command
    .option(
      '--passwords <what...>',
      'reset (default): people choose new ones; hashes FILE: they have theirs, by import jobs; migrate-from POOL: they come from the pool that lives, with theirs, at their first sign-in',
    )
    .option(
      '--migration-function <arn>',
      'with migrate-from: the function that a new pool gets as its UserMigration trigger',
    )
}

type Given = Passwords | { readonly kind: 'hashes'; readonly path: string }

function given({ passwords }: PasswordFlags): Given | undefined {
  if (passwords === undefined) return undefined
  const [kind, value, ...more] = passwords
  if (kind === 'reset' && value === undefined) return { kind }
  if (kind === 'hashes' && value !== undefined && more.length === 0) return { kind, path: value }
  if (kind === 'migrate-from' && value !== undefined && more.length === 0) {
    checkPoolId(value)
    return { kind, poolId: value }
  }
  throw new CodedError('USAGE', '--passwords takes reset, hashes and a file, or migrate-from and a pool', {
    value: passwords.join(' '),
    hint: 'for instance --passwords hashes hashes.ndjson, or --passwords migrate-from eu-west-1_Ab12Cd34E; the snapshot comes before the options',
  })
}

/**
 * How people are to come by passwords; `undefined` where nothing was said, and where their hashes are given.
 *
 * @throws CodedError `USAGE`
 */
export function passwordsOf(flags: PasswordFlags): Passwords | undefined {
  const passwords = given(flags)
  return passwords?.kind === 'hashes' ? undefined : passwords
}

/**
 * The hashes of passwords, where they are given.
 *
 * @throws CodedError `USAGE`
 */
export function hashesOf(flags: PasswordFlags): HashSource | undefined {
  const passwords = given(flags)
  return passwords?.kind === 'hashes' ? hashFile(passwords.path) : undefined
}

/** The same options on a command line. */
export function passwordArguments(
  passwords: Passwords | undefined,
  migrationFunction: string | undefined,
): string[] {
  return [
    ...(passwords?.kind === 'migrate-from' ? ['--passwords', passwords.kind, passwords.poolId] : []),
    ...(migrationFunction === undefined ? [] : ['--migration-function', migrationFunction]),
  ]
}
