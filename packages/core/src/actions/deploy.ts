import { refuseOtherKey } from '../deploy/at-stake.js'
import { packCode, type PackedCode } from '../deploy/code-key.js'
import {
  chooseParameters,
  type CodePlace,
  primaryParameters,
  type Replica,
  secondaryParameters,
} from '../deploy/parameters.js'
import type { DeploySettings } from '../deploy/settings.js'
import type { ParameterValue, ResourceChange } from '../deploy/stack-service.js'
import { replicaOf, standInReplica } from '../deploy/stack-outputs.js'
import { parseTemplate, type Template } from '../deploy/template.js'
import { CodedError } from '../model/errors.js'
import { partitionOf } from '../restore/references/arn.js'
import { type CheckedDeployment, checkDeployment, type DeployPlace } from './check-deployment.js'
import type { DeployContext } from './deploy-context.js'
import { type DeployListener, deployStack, type StackOutcome } from './deploy-stack.js'

export type { DeployContext } from './deploy-context.js'
export type { DeployListener, PlannedStack } from './deploy-stack.js'
export type { DeploySettings } from '../deploy/settings.js'

export interface DeployRequest {
  readonly stackName: string
  readonly settings: DeploySettings
  /** The text of the CloudFormation template. */
  readonly template: string
  /** The module that has the functions' handlers. */
  readonly code: Uint8Array
  /** Show what would be done, and do not do it; a template that is too long for a request stays in a code bucket that is there. */
  readonly dryRun: boolean
  /** Go on where the bucket or the key of the vault would be replaced or removed. */
  readonly replaceVault: boolean
}

export interface DeployedStack {
  readonly role: 'primary' | 'secondary'
  readonly region: string
  readonly stackName: string
  readonly stackId: string | undefined
  readonly action: 'create' | 'update' | 'none'
  /** `done`, `unchanged`, `shown` by a dry run, or `refused` by whoever was asked. */
  readonly end: StackOutcome['end']
  readonly changes: readonly ResourceChange[]
  readonly outputs: Readonly<Record<string, string>>
}

/** A Region that a vault is replicated to from now on, and not from its beginning. */
export interface LaterReplica {
  readonly region: string
  /** Its key has to open the vault, too. */
  readonly keyArn: string
  readonly bucketArn: string
}

/** What became of a deployment; the field names are those of its JSON document. */
export interface DeployResult {
  readonly dryRun: boolean
  readonly account: string
  readonly codeKey: string
  /** In the order in which they were deployed; what came after one that was refused is not there. */
  readonly stacks: readonly DeployedStack[]
  /** Where the vault is; `null` until the primary stack is there. */
  readonly vault: string | null
  /** Whether an address was told of the topic just now, and has to say yes. */
  readonly emailToConfirm: boolean
  /** Whether nobody is told how backups went. */
  readonly tellsNobody: boolean
  /** What replicates now a vault that was there before, to which two things are still to be done. */
  readonly laterReplica: LaterReplica | null
  /** A Region that was replicated to until now, where its stack is left. */
  readonly formerSecondary: string | null
}

/**
 * Makes the stack in the caller's account, or brings the one that is there up to date: the secondary Region's first, because the primary's is
 * told what that made. What was not given stays as the stack has it.
 *
 * @param progress is told what is done with each stack as soon as it is, so that it is known when a later one fails
 * @throws CodedError before anything is made for what can be seen to be wrong; see {@link checkDeployment} and {@link deployStack}
 */
export async function deploy(
  context: DeployContext,
  request: DeployRequest,
  listener: DeployListener & { readonly progress?: (stack: DeployedStack) => void },
): Promise<DeployResult> {
  const { settings, dryRun, replaceVault } = request
  const template = parseTemplate(request.template)
  const code = packCode('index.mjs', request.code)
  const checked = await checkDeployment(context, request.stackName, settings)
  const { account, primary, secondary } = checked
  if (primary.action === 'create' && (settings.poolIds ?? []).length === 0)
    throw new CodedError('USAGE', 'no pool was named', {
      hint: 'a first deployment is like cognito-vault deploy --pool ID --email ME; nothing was created',
    })
  if (!replaceVault) refuseOtherKey(primary.stack?.parameters, settings.kmsKeyArn)
  const standIn = secondary && standInOf(checked, secondary)
  // Refused now, where nothing is made yet.
  const ofSecondary =
    secondary &&
    parametersOf(template, secondary, code, (place) =>
      secondaryParameters(
        settings,
        place,
        secondary.stack === undefined ? primary.stack?.parameters : undefined,
      ),
    )
  const ofPrimary = (replica: Replica | undefined): Record<string, ParameterValue> =>
    parametersOf(template, primary, code, (place) => primaryParameters(settings, place, replica))
  ofPrimary(standIn)

  const stacks: DeployedStack[] = []
  async function run(place: DeployPlace, parameters: Record<string, ParameterValue>): Promise<StackOutcome> {
    const job = { account, place, template, code, parameters, dryRun, replaceVault }
    const outcome = await deployStack(context, job, listener)
    const deployed = deployedStack(outcome)
    stacks.push(deployed)
    listener.progress?.(deployed)
    return outcome
  }

  let replica = standIn
  let isRefused = false
  if (secondary !== undefined && ofSecondary !== undefined) {
    const { end, stack } = await run(secondary, ofSecondary)
    isRefused = end === 'refused'
    if (stack !== undefined) replica = replicaOf(stack, secondary.service.region)
  }
  const outcome = isRefused ? undefined : await run(primary, ofPrimary(replica))
  const isDone = outcome?.end === 'done'
  return {
    dryRun,
    account,
    codeKey: code.key,
    stacks,
    vault: outcome?.stack?.outputs['VaultUrl'] ?? null,
    tellsNobody: outcome?.stack?.parameters['NotificationEmail'] === '',
    emailToConfirm: isDone && isNewAddress(settings, primary),
    laterReplica: isDone ? laterReplica(primary, secondary, replica) : null,
    formerSecondary: isDone ? (checked.formerSecondary ?? null) : null,
  }
}

/** What a dry run takes for the replica, and what values are checked with before there is one. */
function standInOf({ account, primary }: CheckedDeployment, { service, stack }: DeployPlace): Replica {
  if (stack !== undefined) return replicaOf(stack, service.region)
  return standInReplica(account, service.region, partitionOf(primary.service.region))
}

function parametersOf(
  template: Template,
  { bucket, stack }: DeployPlace,
  { key }: PackedCode,
  wanted: (code: CodePlace) => Record<string, string>,
): Record<string, ParameterValue> {
  return chooseParameters(template, wanted({ bucket, key }), stack?.parameters)
}

/** S3 replicates what is put from now on, and the vault's data key was wrapped when the vault was made. */
function laterReplica(
  primary: DeployPlace,
  secondary: DeployPlace | undefined,
  replica: Replica | undefined,
): LaterReplica | null {
  if (primary.stack === undefined || secondary === undefined || replica === undefined) return null
  const { region } = secondary.service
  return primary.stack.parameters['SecondaryKeyArn'] === replica.keyArn ? null : { region, ...replica }
}

function isNewAddress({ email }: DeploySettings, { stack }: DeployPlace): boolean {
  return email !== undefined && stack?.parameters['NotificationEmail'] !== email
}

function deployedStack({ plan, end, stack }: StackOutcome): DeployedStack {
  const { role, region, stackName, action, changes } = plan
  return { role, region, stackName, stackId: stack?.id, action, end, changes, outputs: stack?.outputs ?? {} }
}
