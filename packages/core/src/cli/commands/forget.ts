import type { Command } from 'commander'
import {
  forget,
  type ForgetPlan,
  type ForgetRequest,
  type ForgetResult,
  recall,
} from '../../actions/forget.js'
import { CodedError } from '../../model/errors.js'
import { parseSpan } from '../../retention/calendar.js'
import type { Policy } from '../../retention/policy.js'
import { canAsk, confirm } from '../confirm.js'
import { failureDocument } from '../failure.js'
import { forgetPlanText, forgottenText } from '../render-forget.js'
import { counted } from '../render-text.js'
import type { CommandResult, CommandRun, Perform } from './command.js'
import { addGuardOptions, type GuardFlags, guardOf } from './guard-options.js'

interface ForgetFlags extends GuardFlags {
  readonly keepLast?: string
  readonly keepHourly?: string
  readonly keepDaily?: string
  readonly keepWeekly?: string
  readonly keepMonthly?: string
  readonly keepYearly?: string
  readonly keepWithin?: string
  readonly pool?: readonly string[]
  readonly undo?: string
  readonly dryRun?: boolean
  readonly yes?: boolean
}

export function addForget(program: Command, perform: Perform): void {
  const command = program
    .command('forget')
    .description(
      'forget snapshots that a policy does not keep, or that are named; prune then frees the space. Of each period the newest complete backup is kept, in UTC; the newest of all is never forgotten',
    )
    .argument('[snapshot...]', 'these snapshots, instead of a policy')
    .option('--keep-last <n>', 'keep the last n snapshots')
    .option('--keep-hourly <n>', 'keep the newest of each of the last n hours that have one')
    .option('--keep-daily <n>', 'the same of days')
    .option('--keep-weekly <n>', 'of weeks, which begin on Monday')
    .option('--keep-monthly <n>', 'of months')
    .option('--keep-yearly <n>', 'of years')
    .option('--keep-within <time>', 'keep all of a time before the newest, such as 30d or 1y6m')
    .option('--pool <id...>', 'of these pools only; repeatable')
    .option('--dry-run', 'show what would be forgotten, and why the others are kept')
    .option('--yes', 'do not ask')
    .option('--undo <snapshot>', 'take back a snapshot that was forgotten within a day')
  addGuardOptions(command).action(async (names: string[], flags: ForgetFlags, invoked: Command) => {
    await perform(invoked, (run) =>
      flags.undo === undefined ? forgetSome(run, names, flags) : takeBack(run, names, flags),
    )
  })
}

async function takeBack(
  run: CommandRun,
  names: readonly string[],
  { undo = '', ...flags }: ForgetFlags,
): Promise<CommandResult> {
  if (names.length > 0 || Object.keys(flags).length > 0)
    throw usage('--undo takes one snapshot and no other option')
  const { snapshot, pool } = await recall(run.vault(), undo)
  return {
    document: { snapshot, poolId: pool.id },
    text: `Snapshot ${snapshot} of ${pool.id} is there again.\n`,
  }
}

async function forgetSome(
  run: CommandRun,
  names: readonly string[],
  flags: ForgetFlags,
): Promise<CommandResult> {
  const request = requestOf(names, flags)
  if (flags.yes !== true && flags.dryRun !== true && !canAsk(run.io)) {
    throw new CodedError(
      'CONFIRMATION_NEEDED',
      'it has to be confirmed, and there is no terminal to ask on',
      {
        hint: 'see it with --dry-run, then say it with --yes; nothing was forgotten',
      },
    )
  }
  let seen: ForgetPlan = { pools: [] }
  const result = await forget(run.vault(), request, async (plan) => {
    seen = plan
    run.show(forgetPlanText(plan, run.columns))
    if (flags.dryRun === true) return 'dry-run'
    const isNothing = plan.pools.every(({ snapshots }) => snapshots.every(({ keep }) => keep))
    if (flags.yes === true || isNothing) return 'forget'
    return (await confirm(run.io, '\nType yes to forget them: ')) ? 'forget' : 'refuse'
  })
  if (result === undefined)
    return {
      document: documentOf({ ...seen, dryRun: false, forgotten: [], retained: [] }),
      text: '',
      error: new CodedError('CONFIRMATION_NEEDED', 'it was not confirmed; nothing was forgotten'),
    }
  return { document: documentOf(result), text: forgottenText(result, run.columns), error: heldBack(result) }
}

function documentOf({ pools, ...result }: ForgetResult): object {
  return {
    ...result,
    pools: pools.map(({ unreadable, ...pool }) => ({
      ...pool,
      unreadable: unreadable.map(({ key, error }) => ({ key, error: failureDocument(error) })),
    })),
  }
}

/** What keeps a policy from being carried out is no success. */
function heldBack({ pools }: ForgetResult): CodedError | undefined {
  const held = pools.find(({ heldByGuard }) => heldByGuard > 0)
  const newest = held?.flagged.at(-1)?.id ?? ''
  if (held !== undefined)
    return new CodedError(
      'SHRINK_GUARD',
      `${counted(held.heldByGuard, 'snapshot')} of ${held.poolId} ${held.heldByGuard === 1 ? 'is' : 'are'} kept because of what the shrink guard flagged`,
      {
        value: held.poolId,
        hint: `see what is missing: cognito-vault diff ${held.flagged[0]?.shrunk[0]?.than ?? 'SNAPSHOT'} ${newest}; if it is meant to be gone: cognito-vault acknowledge ${newest}`,
      },
    )
  const damaged = pools.find(({ unreadable }) => unreadable.length > 0)
  if (damaged === undefined) return undefined
  return new CodedError(
    'VAULT_DAMAGED',
    `${counted(damaged.unreadable.length, 'snapshot')} of ${damaged.poolId} cannot be read, and ${damaged.unreadable.length === 1 ? 'is' : 'are'} kept`,
    { value: damaged.poolId, hint: 'see what is damaged: cognito-vault verify' },
  )
}

function requestOf(names: readonly string[], flags: ForgetFlags): ForgetRequest {
  const policy: Policy = {
    last: numberOf('--keep-last', flags.keepLast),
    hourly: numberOf('--keep-hourly', flags.keepHourly),
    daily: numberOf('--keep-daily', flags.keepDaily),
    weekly: numberOf('--keep-weekly', flags.keepWeekly),
    monthly: numberOf('--keep-monthly', flags.keepMonthly),
    yearly: numberOf('--keep-yearly', flags.keepYearly),
    within: flags.keepWithin === undefined ? undefined : parseSpan(flags.keepWithin),
  }
  const hasPolicy = Object.values(policy).some((part) => part !== undefined)
  const guard = guardOf(flags)
  if (names.length > 0) {
    if (hasPolicy || flags.pool !== undefined) throw usage('name snapshots, or give a policy, not both')
    return { names, guard }
  }
  if (!hasPolicy)
    throw usage('no policy was given, which would keep nothing', 'such as --keep-daily 14 --keep-monthly 12')
  return { policy, poolIds: flags.pool, guard }
}

function numberOf(name: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined
  if (/^[1-9]\d{0,8}$/.test(given)) return Number(given)
  throw usage(`${name} takes a whole number from 1, not ${JSON.stringify(given)}`)
}

function usage(message: string, hint = 'see cognito-vault forget --help'): CodedError {
  return new CodedError('USAGE', message, { hint: `${hint}; nothing was forgotten` })
}
