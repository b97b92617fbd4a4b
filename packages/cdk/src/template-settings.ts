import { Aws, CfnCondition, Fn, type ICfnConditionExpression, type IResolvable, Token } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { DEFAULT_MAX_AGE_HOURS, FREQUENCIES } from './patterns'
import type { Settings } from './settings'
import type { Parameters } from './template-parameters'
import { isEmpty, isSaid } from './template-rules'

/** What the parameters come to: CloudFormation chooses when the template is deployed. */
export function settingsFrom(scope: Construct, parameters: Parameters): Settings {
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
    backupSchedule: chosen(
      'Export',
      value('ExportFrequency'),
      expressions(),
      value('ExportFrequency'),
    ).toString(),
    drillSchedule: chosen(
      'RestoreTest',
      value('RestoreTestFrequency'),
      { ...expressions(), OFF: FREQUENCIES.EVERY_30_DAYS.expression },
      value('RestoreTestFrequency'),
    ).toString(),
    drills: when('Drills', Fn.conditionNot(Fn.conditionEquals(value('RestoreTestFrequency'), 'OFF'))),
    drillSample: value('RestoreTestSample'),
    tps: value('CognitoTPS'),
    retention: value('Retention'),
    objectLockDays: value('ObjectLockDays'),
    locks: when('Locks', Fn.conditionNot(Fn.conditionEquals(value('ObjectLockDays'), '0'))),
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

type Case = string | number | IResolvable
type Chooser = (
  prefix: string,
  value: string,
  cases: Readonly<Record<string, Case>>,
  otherwise: Case,
) => IResolvable

/** One thing for each of a few values, by a condition each, and one for all others. */
function chooser(scope: Construct): Chooser {
  const conditions = new Map<string, CfnCondition>()
  const conditionFor = (id: string, value: string, name: string) => {
    const condition =
      conditions.get(id) ?? new CfnCondition(scope, id, { expression: Fn.conditionEquals(value, name) })
    conditions.set(id, condition)
    return condition.logicalId
  }
  return (prefix, value, cases, otherwise) =>
    Token.asAny(
      Object.entries(cases).reduce<Case>(
        (rest, [name, which]) =>
          Fn.conditionIf(conditionFor(`${prefix}${camelCase(name)}`, value, name), which, rest),
        otherwise,
      ),
    )
}

/** `EVERY_7_DAYS` as logical ids are: `Every7Days`. */
function camelCase(name: string): string {
  return name
    .toLowerCase()
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}

function maxAge(scope: Construct, parameters: Parameters, chosen: Chooser): number {
  const said = parameters.MaxSnapshotAgeHours.valueAsString
  const derived = chosen(
    'Export',
    parameters.ExportFrequency.valueAsString,
    Object.fromEntries(Object.entries(FREQUENCIES).map(([name, { maxAgeHours }]) => [name, maxAgeHours])),
    DEFAULT_MAX_AGE_HOURS,
  )
  const none = new CfnCondition(scope, 'MaxAgeIsDerived', { expression: Fn.conditionEquals(said, '0') })
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
