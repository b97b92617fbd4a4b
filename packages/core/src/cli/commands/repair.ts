import type { Command } from 'commander'
import { repair, type RepairApproval, type RepairResult } from '../../actions/repair.js'
import type { RepairPlan } from '../../actions/repair-plan.js'
import { CodedError } from '../../model/errors.js'
import type { ObjectStore } from '../../storage/object-store.js'
import { canAsk, confirm } from '../confirm.js'
import { failureDocument } from '../failure.js'
import { openOtherVault, type OtherVaultFlags } from '../other-vault.js'
import { repairedText, repairPlanText } from '../render-repair.js'
import { counted } from '../render-text.js'
import { tooShort } from '../render-verify.js'
import type { CommandResult, CommandRun, Perform } from './command.js'

interface RepairFlags extends Partial<OtherVaultFlags> {
  readonly dryRun?: boolean
  readonly yes?: boolean
}

export function addRepair(program: Command, perform: Perform): void {
  program
    .command('repair')
    .description(
      'put back what is damaged or gone, where the right bytes are found and proven: in older versions of a bucket with versioning, in a copy of the vault, or computed again; exit 4 when something stays damaged',
    )
    .argument(
      '[snapshot...]',
      'snapshots to bring back that were deleted by other means than forget and lie beneath; with --yes all that can be',
    )
    .option(
      '--from <url>',
      'another vault, which is only read: a copy of the files of this one, or what copy has made of it',
    )
    .option('--from-passphrase-file <file>', 'what opens that vault, where it is not what opens this one')
    .option('--from-kms-key <arn...>', 'open that vault with one of these KMS keys only')
    .option('--from-region <region>', 'the Region of that bucket or table, where it is another')
    .option('--dry-run', 'show what would be done')
    .option('--yes', 'do not ask')
    .action(async (names: string[], flags: RepairFlags, invoked: Command) => {
      await perform(invoked, (run) => repairVault(run, names, flags))
    })
}

async function repairVault(
  run: CommandRun,
  names: readonly string[],
  flags: RepairFlags,
): Promise<CommandResult> {
  if (flags.yes !== true && flags.dryRun !== true && !canAsk(run.io)) {
    throw new CodedError(
      'CONFIRMATION_NEEDED',
      'it has to be confirmed, and there is no terminal to ask on',
      {
        hint: 'see it with --dry-run, then say it with --yes; nothing was changed',
      },
    )
  }
  let seen: RepairPlan = { items: [], hidden: [], withoutParent: [] }
  const from = otherStore(run, flags)
  const result = await repair(run.vault(), { from }, async (plan): Promise<RepairApproval> => {
    seen = plan
    run.show(repairPlanText(plan, run.columns))
    if (flags.dryRun === true) return 'dry-run'
    const bringBack = names.length === 0 && flags.yes === true ? 'all' : names
    const isNothing = plan.items.every(({ action }) => action === 'leave') && bringBack.length === 0
    if (flags.yes === true || isNothing) return { bringBack }
    return (await confirm(run.io, '\nType yes to do this: ')) ? { bringBack } : 'refuse'
  })
  if (result === undefined)
    return {
      document: { ...seen, dryRun: false, ok: false, outcomes: [], broughtBack: [] },
      text: '',
      error: new CodedError('CONFIRMATION_NEEDED', 'it was not confirmed; nothing was changed'),
    }
  return {
    document: documentOf(result),
    text: repairedText(result, run.columns),
    error: stillDamaged(result),
  }
}

/** The other vault; where nothing else is said its keys are those of this one, as those of a copy of the files are. */
function otherStore({ io, globals }: CommandRun, { from, ...flags }: RepairFlags): ObjectStore | undefined {
  if (from === undefined) return undefined
  const hasOwnKeys =
    flags.fromPassphraseFile !== undefined ||
    flags.fromKmsKey !== undefined ||
    (io.env['COGNITO_VAULT_FROM_PASSPHRASE'] ?? '') !== ''
  if (hasOwnKeys) return openOtherVault(io, globals, { ...flags, from })
  const { passphraseFile: fromPassphraseFile, expectKmsKeys: fromKmsKey, passphrase } = globals
  const same = {
    ...flags,
    from,
    ...(fromPassphraseFile === undefined ? {} : { fromPassphraseFile }),
    ...(fromKmsKey === undefined ? {} : { fromKmsKey }),
  }
  const env = { ...io.env, COGNITO_VAULT_FROM_PASSPHRASE: passphrase }
  return openOtherVault({ ...io, env }, globals, same)
}

function documentOf({ outcomes, ...result }: RepairResult): object {
  return {
    ...result,
    outcomes: outcomes.map(({ error, ...outcome }) =>
      error === undefined ? outcome : { ...outcome, error: failureDocument(error) },
    ),
  }
}

function stillDamaged({ ok, dryRun, items, outcomes }: RepairResult): CodedError | undefined {
  if (ok) return undefined
  const left = dryRun ? items : outcomes.filter(({ outcome }) => ['left', 'failed'].includes(outcome))
  const isWhole = new Set(items.flatMap(({ action, key }) => (action === 'keep' ? [key] : [])))
  if (left.every(({ key }) => isWhole.has(key))) return tooShort(left.length)
  const hints = new Set(
    items.flatMap(({ action, hint }) => (action === 'leave' && hint !== undefined ? [hint] : [])),
  )
  const [hint = dryRun ? 'run it without --dry-run' : 'run the same command again'] = hints
  return new CodedError(
    'VAULT_DAMAGED',
    `${counted(left.length, 'object')} of the vault ${left.length === 1 ? 'is' : 'are'} damaged`,
    {
      hint,
    },
  )
}
