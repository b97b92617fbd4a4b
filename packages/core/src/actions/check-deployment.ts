import { type CodeStore, notOwn } from '../deploy/code-store.js'
import { codeBucketName } from '../deploy/code-key.js'
import { checkSettings, type DeploySettings } from '../deploy/settings.js'
import type { Stack, StackService } from '../deploy/stack-service.js'
import { type StackAction, stackAction } from '../deploy/stack-state.js'
import { CodedError } from '../model/errors.js'
import type { DeployContext } from './deploy-context.js'
import { requirePool } from './pool.js'

export type StackRole = 'primary' | 'secondary'

/** A Region that is deployed to, as it was found. */
export interface DeployPlace {
  readonly role: StackRole
  readonly stackName: string
  readonly service: StackService
  readonly code: CodeStore
  readonly bucket: string
  readonly isBucketNew: boolean
  readonly action: StackAction
  /** The stack as it is; one in which nothing was ever made counts as none. */
  readonly stack: Stack | undefined
  /** Whether there is anything of that name, if only a stack in which nothing was made. */
  readonly isThere: boolean
}

export interface CheckedDeployment {
  readonly account: string
  readonly primary: DeployPlace
  readonly secondary: DeployPlace | undefined
  /** A Region that the stack replicated to until now, and will not any more. */
  readonly formerSecondary: string | undefined
}

/**
 * Looks at everything that a deployment depends on, before anything is made: the pools, the account, the code buckets, the key, and the stacks that
 * are there. Changes nothing.
 *
 * @throws CodedError `USAGE`, `POOL_NOT_FOUND`, `BUCKET_NOT_OWN`, `LOCKED`, `STACK_BROKEN`, `ACCESS_DENIED`, …
 */
export async function checkDeployment(
  context: DeployContext,
  stackName: string,
  settings: DeploySettings,
): Promise<CheckedDeployment> {
  const { region } = context.api
  checkName(stackName)
  checkSettings(settings, region)
  for (const poolId of new Set(settings.poolIds)) await requirePool(context.api, poolId, context.signal)
  const account = await ownAccount(context)
  await checkKey(context, settings.kmsKeyArn)
  const look = (role: StackRole, where: string): Promise<DeployPlace> =>
    lookAt(context, { role, region: where, stackName, account })
  const primary = await look('primary', region)
  const former = primary.stack?.parameters['SecondaryRegion'] ?? ''
  const secondaryRegion = settings.secondaryRegion ?? former
  // What a stack had all along is looked at as what was given now.
  if (secondaryRegion !== '') checkSettings({ secondaryRegion }, region)
  const secondary = secondaryRegion === '' ? undefined : await look('secondary', secondaryRegion)
  const formerSecondary = former === '' || former === secondaryRegion ? undefined : former
  return { account, primary, secondary, formerSecondary }
}

/** Step Functions takes 80 characters for the name of a machine, and the longest is STACK-restore. */
const LONGEST_NAME = 72

function checkName(stackName: string): void {
  const refused = (message: string, hint: string): CodedError =>
    new CodedError('USAGE', message, { value: stackName, hint: `${hint}; nothing was created` })
  if (!/^[A-Za-z][-A-Za-z0-9]*$/.test(stackName))
    throw refused(
      `${JSON.stringify(stackName)} cannot be the name of a stack`,
      `it begins with a letter, and has letters, digits and hyphens, ${LONGEST_NAME} at most`,
    )
  if (stackName.length > LONGEST_NAME)
    throw refused(
      `the name of the stack has ${stackName.length} characters, and may have ${LONGEST_NAME}: its state machines are called by it, such as STACK-restore, and their names end at 80`,
      'choose a shorter --stack-name',
    )
}

async function ownAccount({ account }: DeployContext): Promise<string> {
  const answer = await account()
  if ('id' in answer) return answer.id
  throw new CodedError('CREDENTIALS_REJECTED', `it is not known which account this is: ${answer.unknown}`, {
    hint: 'see whether aws sts get-caller-identity answers; nothing was created',
  })
}

async function checkKey({ checkReference, signal }: DeployContext, arn: string | undefined): Promise<void> {
  if (arn === undefined) return
  const { outcome, reason } = await checkReference(arn, signal ?? new AbortController().signal)
  // Who deploys may not be allowed to look; CloudFormation says the rest.
  if (outcome !== 'missing') return
  throw new CodedError('USAGE', `the KMS key cannot be used: ${reason}`, {
    value: arn,
    hint: 'name a key that is enabled, or leave --kms-key out, and the stack makes one; nothing was created',
  })
}

async function lookAt(
  context: DeployContext,
  {
    role,
    region,
    stackName,
    account,
  }: { role: StackRole; region: string; stackName: string; account: string },
): Promise<DeployPlace> {
  const service = context.stacks(region)
  const code = context.code(region, account)
  const bucket = codeBucketName(account, region)
  const owner = await code.owner(bucket)
  if (owner === 'other') throw notOwn(bucket)
  const found = await service.find(stackName)
  const action = stackAction(stackName, region, found)
  const stack = action === 'create' ? undefined : found
  return {
    role,
    stackName,
    service,
    code,
    bucket,
    isBucketNew: owner === 'none',
    action,
    stack,
    isThere: found !== undefined,
  }
}
