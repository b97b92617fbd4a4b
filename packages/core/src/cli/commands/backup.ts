import type { Command } from 'commander'
import { backup, type BackupOptions, type SnapshotReport } from '../../actions/backup.js'
import { regionOfPool } from '../../actions/pool.js'
import { permissionFor } from '../../cognito/services.js'
import { CodedError } from '../../model/errors.js'
import { openVault } from '../../vault/vault.js'
import { exitCodeOf, mostSerious } from '../exit-codes.js'
import { failureDocument, failureText, toCodedError } from '../failure.js'
import { agreesToMfa, capturesMfa, MFA_OPTION } from '../mfa-price.js'
import { backupText } from '../render-backup.js'
import { shrinkageText } from '../../retention/shrinkage-text.js'
import { counted } from '../render-text.js'
import type { CommandResult, CommandRun, Perform } from './command.js'
import { addGuardOptions, type GuardFlags, guardOf } from './guard-options.js'

interface Failure {
  readonly poolId: string
  readonly error: CodedError
}

interface BackupFlags extends GuardFlags {
  readonly pool: string[]
  readonly mfa?: string
  readonly yes?: boolean
}

export function addBackup(program: Command, perform: Perform): void {
  const command = program
    .command('backup')
    .description('take a snapshot of each pool')
    .requiredOption('--pool <id...>', 'the pools; repeatable')
    .option(...MFA_OPTION)
    .option('--yes', 'with --mfa: agree to the price, do not ask')
  addGuardOptions(command).action(async ({ pool, mfa, yes, ...flags }: BackupFlags, invoked: Command) => {
    await perform(invoked, (run) => {
      const again = `cognito-vault backup --pool ${pool.join(' ')} --mfa capture`
      const agree = capturesMfa(mfa) ? agreesToMfa(run, { yes, again }) : undefined
      return backUp(run, [...new Set(pool)], { guard: guardOf(flags), mfa: agree })
    })
  })
}

/** Pools are taken one by one, so that what was taken is reported however the rest goes. */
async function backUp(
  run: CommandRun,
  poolIds: readonly string[],
  options: BackupOptions,
): Promise<CommandResult> {
  await openVault(run.vault().store)
  const snapshots: SnapshotReport[] = []
  const failures: Failure[] = []
  const isOver = (id: string): boolean => [...snapshots, ...failures].some(({ poolId }) => poolId === id)
  for (const pools of byRegion(poolIds)) {
    try {
      await run.cognito({ poolId: pools[0] }, async (context) => {
        for (const poolId of pools) {
          const taken = await backup(context, [poolId], options)
          snapshots.push(...taken.snapshots)
          failures.push(...taken.failures)
        }
      })
    } catch (thrown) {
      const error = toCodedError(thrown, run.io.signal)
      // What keeps one Region from being called need not keep another.
      const isLocal = error.code === 'CREDENTIALS_REJECTED' || error.code === 'USAGE'
      const left = (isLocal ? pools : poolIds).filter((id) => !isOver(id))
      failures.push(...left.map((poolId) => ({ poolId, error })))
      if (!isLocal) break
    }
  }
  return reported(run, snapshots, failures)
}

function byRegion(poolIds: readonly string[]): string[][] {
  const groups = new Map<string, string[]>()
  for (const id of poolIds) {
    const region = regionOfPool(id) ?? ''
    groups.set(region, [...(groups.get(region) ?? []), id])
  }
  return [...groups.values()]
}

function reported(
  run: CommandRun,
  snapshots: readonly SnapshotReport[],
  failures: readonly Failure[],
): CommandResult {
  const incomplete = snapshots.filter(({ complete }) => !complete)
  const halfRestored = snapshots.flatMap(halfRestoredError)
  const errors = [
    ...failures.map(({ error }) => error),
    ...snapshots.flatMap(shrunkError),
    ...incomplete.map(incompleteError),
    ...halfRestored,
  ]
  const exitCode = mostSerious(errors.map(({ code }) => exitCodeOf(code)))
  const error = errors.find(({ code }) => exitCodeOf(code) === exitCode)
  const others = failures.filter((failure) => failure.error !== error)
  const text = [
    ...snapshots.map((snapshot) => backupText(snapshot, run.columns)),
    ...others.map((failure) => `Pool ${failure.poolId} failed\n${failureText(failure.error, false)}`),
  ].join('\n')
  const failed = failures.map((failure) => ({
    poolId: failure.poolId,
    error: failureDocument(failure.error),
  }))
  return { document: { snapshots, ...(failed.length > 0 ? { failed } : {}) }, text, error, exitCode }
}

function shrunkError({ id, poolId, shrunk }: SnapshotReport): CodedError[] {
  const [first] = shrunk
  if (first === undefined) return []
  const message = `snapshot ${id} of ${poolId} has ${shrunk.map(shrinkageText).join('; ')}`
  const hint = `it is kept, and nothing before it is forgotten: see cognito-vault diff ${first.than} ${id}; if that is meant to be so: cognito-vault acknowledge ${id}`
  return [new CodedError('SHRINK_GUARD', message, { value: id, hint })]
}

function halfRestoredError({ id, poolId, during }: SnapshotReport): CodedError[] {
  if (during === undefined) return []
  const message = `snapshot ${id} was taken during ${during}, and may hold people of ${poolId} half-restored`
  const hint = `cognito-vault resume ${during}, then back up again; until then latest is an older snapshot, and this one is had by its id`
  return [new CodedError('POOL_HALF_RESTORED', message, { value: during, hint })]
}

function incompleteError({ id, missing }: SnapshotReport): CodedError {
  const [first] = missing
  const permission = missing
    .filter(({ reason }) => reason.startsWith('access denied'))
    .map((gap) => gap.operation)
  const what = first === undefined ? '' : `: ${first.resource} (${first.operation}: ${first.reason})`
  const more = missing.length > 1 ? ` and ${counted(missing.length - 1, 'other')}` : ''
  return new CodedError('SNAPSHOT_INCOMPLETE', `snapshot ${id} is incomplete${what}${more}`, {
    value: id,
    hint:
      permission.length > 0
        ? `allow ${[...new Set(permission)].map((name) => permissionFor(name)).join(', ')}, then back up again`
        : 'back up again; until then latest is the newest complete snapshot',
  })
}
