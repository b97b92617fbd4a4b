import {
  Aws,
  BootstraplessSynthesizer,
  CfnCondition,
  CfnOutput,
  CfnRule,
  Fn,
  type ICfnConditionExpression,
  Stack,
  Token,
} from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { acknowledgeRules } from './acknowledged-rules'
import { build, type Built } from './parts/build'
import { DEFAULT_MAX_AGE_HOURS, FREQUENCIES } from './patterns'
import type { Settings } from './settings'
import { addParameters, type Parameters } from './template-parameters'

/**
 * The stack as a template of its own, whose values are parameters: `template/cognito-vault.template.json` is synthesised from it.
 * In a CDK app use {@link CognitoVault}.
 */
export class CognitoVaultStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      description:
        'Cognito Vault: scheduled, watched, replicated backups of Amazon Cognito user pools, and restores from them.',
      // Needs no bootstrapped account: the code is handed in.
      synthesizer: new BootstraplessSynthesizer(),
      analyticsReporting: false,
    })
    const parameters = addParameters(this)
    addRules(this, parameters)
    const settings = settingsFrom(this, parameters)
    const built = build(this, settings)
    addOutputs(this, settings, built)
    acknowledgeRules(this)
  }
}

function isEmpty(value: string): ICfnConditionExpression {
  return Fn.conditionEquals(value, '')
}

function isSaid(value: string): ICfnConditionExpression {
  return Fn.conditionNot(isEmpty(value))
}

function addRules(scope: Construct, parameters: Parameters): void {
  const { Role, PrimaryUserPoolId, SecondaryRegion, SecondaryBucketArn, SecondaryKeyArn } = parameters
  const rule = (
    id: string,
    when: ICfnConditionExpression,
    asserted: ICfnConditionExpression,
    description: string,
  ) =>
    new CfnRule(scope, id, {
      ruleCondition: when,
      assertions: [{ assert: asserted, assertDescription: description }],
    })
  const isRole = (role: string) => Fn.conditionEquals(Role.valueAsString, role)
  const text = (parameter: Parameters[keyof Parameters]) => parameter.valueAsString

  rule(
    'PrimaryHasPools',
    isRole('primary'),
    isSaid(text(PrimaryUserPoolId)),
    'PrimaryUserPoolId must name at least one user pool, unless Role is secondary',
  )
  rule(
    'SecondaryIsNotReplicated',
    isRole('secondary'),
    isEmpty(text(SecondaryRegion)),
    'SecondaryRegion is for the primary: deploy the secondary without it, in the second Region',
  )
  rule(
    'SecondaryIsElsewhere',
    isSaid(text(SecondaryRegion)),
    Fn.conditionNot(Fn.conditionEquals(text(SecondaryRegion), Aws.REGION)),
    'SecondaryRegion must be another Region than the one of this stack',
  )
  rule(
    'SecondaryIsThere',
    isSaid(text(SecondaryRegion)),
    Fn.conditionAnd(isSaid(text(SecondaryBucketArn)), isSaid(text(SecondaryKeyArn))),
    'With SecondaryRegion go SecondaryBucketArn and SecondaryKeyArn: the outputs BucketArn and KeyArn of the stack there, which is deployed first',
  )
  rule(
    'NothingIsReplicatedNowhere',
    isEmpty(text(SecondaryRegion)),
    Fn.conditionAnd(isEmpty(text(SecondaryBucketArn)), isEmpty(text(SecondaryKeyArn))),
    'SecondaryBucketArn and SecondaryKeyArn need SecondaryRegion',
  )
}

function settingsFrom(scope: Construct, parameters: Parameters): Settings {
  const when = (id: string, expression: ICfnConditionExpression) =>
    new CfnCondition(scope, id, { expression })
  const value = (name: keyof Parameters) => parameters[name].valueAsString
  const primary = when('IsPrimary', Fn.conditionEquals(value('Role'), 'primary'))
  const chosen = chooser(scope)
  return {
    name: '${AWS::StackName}',
    primary,
    poolIds: value('PrimaryUserPoolId'),
    poolArns: poolArns(scope, value('PrimaryUserPoolId')),
    backupSchedule: chosen('Export', value('ExportFrequency'), expressions(), value('ExportFrequency')),
    drillSchedule: chosen(
      'RestoreTest',
      value('RestoreTestFrequency'),
      { ...expressions(), OFF: FREQUENCIES.EVERY_30_DAYS.expression },
      value('RestoreTestFrequency'),
    ),
    drills: when('Drills', Fn.conditionNot(Fn.conditionEquals(value('RestoreTestFrequency'), 'OFF'))),
    drillSample: value('RestoreTestSample'),
    tps: value('CognitoTPS'),
    retention: value('Retention'),
    objectLockDays: value('ObjectLockDays'),
    locks: when('Locks', Fn.conditionNot(Fn.conditionEquals(value('ObjectLockDays'), 0))),
    ownKey: when('MakesKey', isEmpty(value('KmsKeyArn'))),
    kmsKeyArn: value('KmsKeyArn'),
    replicates: when('Replicates', Fn.conditionAnd(primary, isSaid(value('SecondaryRegion')))),
    secondaryBucketArn: value('SecondaryBucketArn'),
    secondaryKeyArn: value('SecondaryKeyArn'),
    trusts: when('Trusts', isSaid(value('TrustedAccountIds'))),
    trustedAccountIds: Fn.split(',', value('TrustedAccountIds')),
    notifies: when('Notifies', isSaid(value('NotificationEmail'))),
    email: value('NotificationEmail'),
    snsPreference: value('SnsPreference'),
    informs: when('Informs', Fn.conditionEquals(value('SnsPreference'), 'INFO_AND_ERRORS')),
    maxAgeHours: maxAge(scope, parameters, chosen),
    code: { bucket: value('CodeBucket'), key: value('CodeKey') },
  }
}

function expressions(): Record<string, string> {
  return Object.fromEntries(Object.entries(FREQUENCIES).map(([name, { expression }]) => [name, expression]))
}

type Chooser = (prefix: string, value: string, cases: Record<string, string>, otherwise: string) => string

/** A text for each of a few values, by a condition each, and one for all others. */
function chooser(scope: Construct): Chooser {
  return (prefix, value, cases, otherwise) =>
    Object.entries(cases).reduce((rest, [name, text]) => {
      const id = `${prefix}${name.replaceAll(/_?([A-Z0-9])([A-Z0-9]*)/g, (_, first: string, more: string) => first + more.toLowerCase())}`
      const found = scope.node.tryFindChild(id) as CfnCondition | undefined
      const condition = found ?? new CfnCondition(scope, id, { expression: Fn.conditionEquals(value, name) })
      return Fn.conditionIf(condition.logicalId, text, rest).toString()
    }, otherwise)
}

function maxAge(scope: Construct, parameters: Parameters, chosen: Chooser): number {
  const said = parameters.MaxSnapshotAgeHours.valueAsString
  const hours = Object.entries(FREQUENCIES).map(([name, frequency]) => [name, String(frequency.maxAgeHours)])
  const derived = chosen(
    'Export',
    parameters.ExportFrequency.valueAsString,
    Object.fromEntries(hours) as Record<string, string>,
    String(DEFAULT_MAX_AGE_HOURS),
  )
  const none = new CfnCondition(scope, 'MaxAgeIsDerived', { expression: Fn.conditionEquals(said, 0) })
  return Token.asNumber(Fn.conditionIf(none.logicalId, derived, said))
}

/**
 * The ARNs of pools of which only a list of ids is known: what lies between two ids is put there as the list is joined. A joint has to be
 * said outright, so that there is one for each partition; the ids have their Region, and a role's policy counts in its own account only.
 */
function poolArns(scope: Construct, ids: string): string[] {
  const joined = (partition: string) => {
    const start = `arn:${partition}:cognito-idp:*:*:userpool/`
    return Fn.split('|', `${start}${Fn.join(`|${start}`, Fn.split(',', ids))}`)
  }
  const isGov = new CfnCondition(scope, 'IsGovCloud', {
    expression: Fn.conditionEquals(Aws.PARTITION, 'aws-us-gov'),
  })
  return Token.asList(Fn.conditionIf(isGov.logicalId, joined('aws-us-gov'), joined('aws')))
}

function addOutputs(scope: Construct, settings: Settings, built: Built): void {
  const { primary } = settings
  const output = (id: string, value: string, description: string, condition?: CfnCondition) =>
    new CfnOutput(scope, id, { value, description, ...(condition === undefined ? {} : { condition }) })
  const isPrimary = typeof primary === 'boolean' ? undefined : primary
  const { backup, restore, drill } = built.machines
  output('VaultUrl', `s3://${built.bucketName}`, 'The vault, for the command line: --vault')
  output('BucketArn', built.bucketArn, 'SecondaryBucketArn of the primary, where this is the secondary')
  output('KeyArn', built.keyArn, 'SecondaryKeyArn of the primary, where this is the secondary')
  output('TopicArn', built.topicArn, 'What is published of backups, restores and drills')
  if (backup) output('BackupStateMachineArn', backup.ref, 'Start it to back up now', isPrimary)
  if (restore)
    output('RestoreStateMachineArn', restore.ref, 'Start it with {"NewUserPoolId": "..."} to restore')
  if (drill) output('DrillStateMachineArn', drill.ref, 'Start it to try a restore now', isPrimary)
}
