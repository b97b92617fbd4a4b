import type { Command } from 'commander'
import { deploy, type DeployedStack, type DeployResult } from '../../actions/deploy.js'
import { checkPoolId } from '../../actions/pool.js'
import { checkSettings } from '../../deploy/settings.js'
import { CodedError } from '../../model/errors.js'
import { canAsk, confirm } from '../confirm.js'
import { withDeployment } from '../deploy-context.js'
import { installedCode, installedTemplate } from '../installed-files.js'
import { chooseRegion } from '../region.js'
import { deployedText, plannedStackText } from '../render-deploy.js'
import type { CommandResult, CommandRun, Perform } from './command.js'
import { addDeployOptions, type DeployFlags, deploySettings } from './deploy-flags.js'

export function addDeploy(program: Command, perform: Perform): void {
  const command = program
    .command('deploy')
    .description(
      'make the stack that takes backups in an AWS account, or bring it up to date; shows what it would do, and asks. What is not given stays as the stack has it; --tps and --object-lock-days are the stack’s',
    )
  addDeployOptions(command).action(async (flags: DeployFlags, invoked: Command) => {
    await perform(invoked, (run) => deployStacks(run, flags, invoked.optsWithGlobals()))
  })
}

async function deployStacks(
  run: CommandRun,
  flags: DeployFlags,
  given: Readonly<Record<string, unknown>>,
): Promise<CommandResult> {
  const { dryRun = false, yes = false, replaceVault = false, stackName } = flags
  const settings = deploySettings(flags, run.globals, given)
  const [poolId] = settings.poolIds ?? []
  // What is plainly wrong is said before anybody is asked for anything.
  for (const id of settings.poolIds ?? []) checkPoolId(id)
  checkSettings(settings, await chooseRegion(run.globals, { poolId }))
  if (!yes && !dryRun && !canAsk(run.io)) {
    throw new CodedError(
      'CONFIRMATION_NEEDED',
      'it has to be confirmed, and there is no terminal to ask on',
      { hint: 'see it with --dry-run, then say it with --yes; nothing was created' },
    )
  }
  const request = {
    stackName,
    settings,
    template: await installedTemplate(run.io.packageRoot),
    code: await installedCode(run.io.packageRoot),
    dryRun,
    replaceVault,
  }
  const stacks: DeployedStack[] = []
  run.soFar(() => ({ dryRun, stacks }))
  const result = await withDeployment(run, poolId, (context) =>
    deploy(context, request, {
      show: (plan) => run.show(plannedStackText(plan, run.columns)),
      approve: async () => yes || confirm(run.io, '\nType yes to do this: '),
      progress: (stack) => stacks.push(stack),
    }),
  )
  return { document: result, text: deployedText(result, run.columns), error: refusal(result) }
}

function refusal({ stacks }: DeployResult): CodedError | undefined {
  if (stacks.every(({ end }) => end !== 'refused')) return undefined
  const done = stacks.filter(({ end }) => end === 'done').map(({ region }) => region)
  return new CodedError(
    'CONFIRMATION_NEEDED',
    done.length === 0
      ? 'it was not confirmed; nothing was deployed'
      : `it was not confirmed; only the stack in ${done.join(', ')} was deployed`,
  )
}
