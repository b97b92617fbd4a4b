import type { Command } from 'commander'
import type { RestoreRequest } from '../../actions/restore-request.js'
import { restore } from '../../actions/restore.js'
import { CodedError } from '../../model/errors.js'
import type { HashSource } from '../../restore/engines/hashes/read-hashes.js'
import { type CognitoSettings, vaultContext } from '../cognito-context.js'
import { journalOption, refuseBackedUp } from '../journal.js'
import { agreesToMfa } from '../mfa-price.js'
import { manifestOf } from '../snapshot-facts.js'
import { carriedOut, mayApprove } from './carried-out.js'
import type { CommandResult, CommandRun, Perform } from './command.js'
import { commandOf, requestOf, type RestoreFlags } from './restore-request.js'
import { addPasswordOptions, hashesOf } from './restore-passwords.js'
import { addScopeOptions } from './restore-scope.js'

export function addRestore(program: Command, perform: Perform): void {
  const command = program
    .command('restore')
    .description('restore a snapshot: shows the plan, asks, executes')
    .argument('<snapshot>', 'an id, a unique prefix, latest, or latest:POOLID')
  withRequestOptions(command)
    .option('--dry-run', 'show the plan, change nothing')
    .option('--yes', 'do not ask')
    .action(async (snapshot: string, flags: RestoreFlags, command: Command) => {
      await perform(command, (run) => restoreSnapshot(run, requestOf(snapshot, flags), flags))
    })
}

/** The options that say what is restored, and where to. */
export function withRequestOptions(command: Command): Command {
  command
    .option('--to-new-pool <name>', 'into a pool that is made')
    .option('--to-pool <id>', 'into a pool that exists: adds what is missing')
    .option('--in-place', "repair the snapshot's own pool")
    .option('--delete-extra', 'delete what the snapshot does not have')
    .option('--delete-newer', 'with --delete-extra: also what came after the snapshot')
    .option('--no-widening', 'leave out whatever widens access')
    .option(
      '--map <from=to>',
      'what stands for an ARN, a name, an account or a Region there; repeatable',
      repeated,
    )
    .option(
      '--mfa <capture>',
      'capture: with --in-place, also put second factors back; reads them of every user, each of whom is billed; asks first',
    )
    .option('--keep-sub <attribute>', 'keep the old sub of who is made in this custom attribute')
    .option('--drop <value>', 'restore no setting that names this; repeatable', repeated)
    .option('--engine <engine>', 'how users are made: auto, import or api (default: auto)')
    .option('--import-role <arn>', 'the role with which import jobs log; without one auto makes none')
    .option('--expect <id>', 'a snapshot that the vault has to have; without it the vault was rolled back')
    .addOption(journalOption())
  return addPasswordOptions(addScopeOptions(command))
}

function repeated(value: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), value]
}

async function restoreSnapshot(
  run: CommandRun,
  request: RestoreRequest,
  flags: RestoreFlags,
): Promise<CommandResult> {
  mayApprove(run, flags, commandOf(request))
  const hashes = givenHashes(request, flags)
  const { settings, snapshot } = await whereTo(run, request)
  if (run.globals.journal !== undefined && request.target.mode !== 'new-pool') {
    const alone = vaultContext(run.io, { ...run.globals, journal: undefined }, run.sink)
    await refuseBackedUp(alone.store, settings.poolId ?? '')
  }
  // With --yes a dry run would be a restore.
  const again = flags.dryRun === true ? undefined : commandOf(request)
  const mfa = request.mfa === undefined ? undefined : agreesToMfa(run, { yes: flags.yes, again })
  return carriedOut(run, flags, settings, (context, approve) =>
    restore({ ...context, hashes }, { ...request, snapshot, mfa }, approve),
  )
}

/**
 * The hashes of passwords that were given, which only import jobs take.
 *
 * @throws CodedError `USAGE`
 */
export function givenHashes({ engine }: RestoreRequest, flags: RestoreFlags): HashSource | undefined {
  const hashes = hashesOf(flags)
  if (hashes !== undefined && engine?.roleArn === undefined) throw needsRole()
  return hashes
}

/** The whole id of the snapshot, and which Cognito is called for it. */
export async function whereTo(
  run: CommandRun,
  { snapshot: name, target }: RestoreRequest,
): Promise<{ snapshot: string; settings: CognitoSettings }> {
  const { pool, snapshot } = await manifestOf(run.vault(), name)
  const settings = {
    poolId: target.mode === 'existing-pool' ? target.poolId : pool.id,
    region: pool.region,
    intoLivePool: target.mode !== 'new-pool',
  }
  return { snapshot, settings }
}

function needsRole(): CodedError {
  return new CodedError('USAGE', '--passwords hashes needs --import-role', {
    hint: 'only an import job takes hashes; give the ARN of the role with which it logs',
  })
}
