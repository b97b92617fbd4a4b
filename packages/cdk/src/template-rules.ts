import { Aws, CfnRule, Fn, type ICfnConditionExpression } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { Parameters } from './template-parameters'

/** Whether nothing was said for a parameter. */
export function isEmpty(value: string): ICfnConditionExpression {
  return Fn.conditionEquals(value, '')
}

export function isSaid(value: string): ICfnConditionExpression {
  return Fn.conditionNot(isEmpty(value))
}

/** What CloudFormation refuses before it makes anything: values that do not go together. */
export function addRules(scope: Construct, parameters: Parameters): void {
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
