import { App } from 'aws-cdk-lib'
import { CognitoVaultStack } from './stack'

/** The plain template, as text. */
export function synthesizeTemplate(): string {
  // A test validates it, and fails; here it would only warn.
  const app = new App({
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation: false,
  })
  const stack = new CognitoVaultStack(app, 'CognitoVault')
  const template: unknown = app.synth().getStackByName(stack.stackName).template
  return `${JSON.stringify(template, null, 1)}\n`
}
