import { Aws, type CfnCondition, type CfnResource, Fn } from 'aws-cdk-lib'

/** What is decided now, or by CloudFormation when the template is deployed. */
export type Toggle = boolean | CfnCondition

/** `yes` or `no` (nothing, where it is left out), whichever it is to be. */
export function pick<T>(toggle: Toggle, yes: T, no: T): T
export function pick<T>(toggle: Toggle, yes: T): T | undefined
export function pick<T>(toggle: Toggle, yes: T, no?: T): T | undefined {
  if (toggle === true) return yes
  if (toggle === false) return no
  // Whatever stands in a template can be replaced by the choice between two of it.
  return Fn.conditionIf(toggle.logicalId, yes, no ?? Aws.NO_VALUE) as T
}

/** A text that is one of two. */
export function pickText(toggle: Toggle, yes: string, no: string): string {
  if (typeof toggle === 'boolean') return toggle ? yes : no
  return Fn.conditionIf(toggle.logicalId, yes, no).toString()
}

/** Makes a resource that is only sometimes there. */
export function present<T extends CfnResource>(toggle: Toggle, make: () => T): T | undefined {
  if (toggle === false) return undefined
  const resource = make()
  if (toggle !== true) resource.cfnOptions.condition = toggle
  return resource
}
