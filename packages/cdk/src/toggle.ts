import { Aws, type CfnCondition, type CfnResource, Fn } from 'aws-cdk-lib'

/** What is decided now, or by CloudFormation when the template is deployed. */
export type Toggle = boolean | CfnCondition

/**
 * `yes` or `no` (nothing, where it is left out), whichever it is to be.
 *
 * @throws Error for an object with a key in lower case: CDK does not translate what is chosen when the template is deployed, so that the
 *   template would have the key as it stands here. Spell it as CloudFormation does.
 */
export function pick<T>(toggle: Toggle, yes: T, no: T): T
export function pick<T>(toggle: Toggle, yes: T): T | undefined
export function pick<T>(toggle: Toggle, yes: T, no?: T): T | undefined {
  if (toggle === true) return yes
  if (toggle === false) return no
  for (const value of [yes, no])
    if (typeof value === 'object' && value !== null && Object.keys(value).some((key) => /^[a-z]/.test(key)))
      throw new Error(`spell ${Object.keys(value).join(', ')} as CloudFormation does`)
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
