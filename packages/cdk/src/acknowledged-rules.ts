import { CfnElement, Stack, Validations } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { type FunctionName, ROLES, type Scope } from './permissions'
import type { Settings } from './settings'

const noTraces =
  'Each machine calls functions one after the other, and logs every state: a trace would say nothing more.'
const machineLogs =
  'Step Functions needs the delivery of logs (logs:CreateLogDelivery and the like), for which IAM knows no resource.'

/** Rules of cdk-nag's AwsSolutions pack that do not hold here, each with its reason, by the resource that they are about. */
const RULES: readonly { readonly on: string; readonly rule: string; readonly reason: string }[] = [
  {
    on: 'Bucket',
    rule: 'AwsSolutions-S1',
    reason:
      'Access logs need another bucket, which would need one too. Whoever has to know who read a vault turns on data events of CloudTrail for it.',
  },
  { on: 'BackupMachine', rule: 'AwsSolutions-SF2', reason: noTraces },
  { on: 'RestoreMachine', rule: 'AwsSolutions-SF2', reason: noTraces },
  { on: 'DrillMachine', rule: 'AwsSolutions-SF2', reason: noTraces },
  { on: 'BackupMachineRole', rule: 'AwsSolutions-IAM5[Resource::*]', reason: machineLogs },
  { on: 'RestoreMachineRole', rule: 'AwsSolutions-IAM5[Resource::*]', reason: machineLogs },
  { on: 'DrillMachineRole', rule: 'AwsSolutions-IAM5[Resource::*]', reason: machineLogs },
  {
    on: 'NotStarted',
    rule: 'AwsSolutions-SQS3',
    reason: 'It is a dead-letter queue itself: that of the schedules.',
  },
]

/** Why a policy has a resource with a `*`, by the scope of the table of permissions. */
const WILDCARDS: Readonly<Partial<Record<Scope, string>>> = {
  pools:
    'The ids of the pools are named; they stand for Region and account, and a policy counts in its own account only.',
  'any-pool': 'A restore makes pools, whose ids are not known before, and goes into whichever it is told.',
  'scratch-pool': 'Only pools that carry the tag of a drill: a condition says so.',
  'new-scratch-pool': 'A pool to be made has no ARN; a condition asks for the tag of a drill.',
  'identity-pools': 'Which identity pools belong to a user pool is found by looking at them.',
  objects: 'The objects of the vault have keys that are not known before.',
  'roles-for-cognito':
    'The roles that a pool uses are its own; a condition lets them be passed to Cognito only.',
  'service-linked-roles': 'A condition lets only those of Cognito be made.',
  'restore-roles':
    'The other account is named by whoever starts the restore; its role lets the restore in, by this name.',
  everything: 'IAM knows no resource for these operations.',
}

/** Tells whoever runs cdk-nag over an app with this construct what was considered. */
export function acknowledgeRules(scope: Construct, settings: Settings): void {
  const acknowledge = (on: string, id: string, reason: string) => {
    const resource = scope.node.tryFindChild(on)
    if (resource !== undefined) Validations.of(resource).acknowledge({ id, reason })
  }
  for (const { on, rule, reason } of RULES) acknowledge(on, rule, reason)
  const findings = findingsIn(scope, settings)
  for (const name of Object.keys(ROLES) as FunctionName[]) {
    const role = `${name.charAt(0).toUpperCase()}${name.slice(1)}Role`
    for (const scopeOf of new Set(ROLES[name].map((permission) => permission.scope))) {
      const reason = WILDCARDS[scopeOf]
      const finding = findings[scopeOf]
      if (reason !== undefined && finding !== undefined)
        acknowledge(role, `AwsSolutions-IAM5[Resource::${finding}]`, reason)
    }
  }
  const replicated = [findings.objects ?? '', `${shown(scope, settings.secondaryBucketArn)}/*`]
  for (const finding of replicated)
    acknowledge(
      'ReplicationPolicy',
      `AwsSolutions-IAM5[Resource::${finding}]`,
      'S3 replicates every object of the vault into the one bucket that is named.',
    )
}

/** A resource with a `*` as cdk-nag writes it. */
function findingsIn(scope: Construct, settings: Settings): Partial<Record<Scope, string>> {
  const stack = Stack.of(scope)
  const bucket = scope.node.findChild('Bucket')
  if (!CfnElement.isCfnElement(bucket)) throw new Error('the bucket is a resource')
  const here = (service: string, resource: string) =>
    `arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>:${resource}`
  const role = (name: string, account = '<AWS::AccountId>') =>
    `arn:<AWS::Partition>:iam::${account}:role/${name}`
  return {
    pools: JSON.stringify(stack.resolve(settings.poolArns)),
    'any-pool': here('cognito-idp', 'userpool/*'),
    'scratch-pool': here('cognito-idp', 'userpool/*'),
    'new-scratch-pool': '*',
    'identity-pools': here('cognito-identity', 'identitypool/*'),
    objects: `<${stack.getLogicalId(bucket)}.Arn>/*`,
    'roles-for-cognito': role('*'),
    'service-linked-roles': role('aws-service-role/*'),
    'restore-roles': role('CognitoVaultRestore*', '*'),
    everything: '*',
  }
}

/** A parameter as `<Name>`, a text as it is. */
function shown(scope: Construct, value: string): string {
  const resolved: unknown = Stack.of(scope).resolve(value)
  return typeof resolved === 'string' ? resolved : `<${(resolved as { Ref: string }).Ref}>`
}
