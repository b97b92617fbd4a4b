import { createRequire } from 'node:module'
import type * as Cdk from 'aws-cdk-lib'
import type * as Nag from 'cdk-nag'
import type * as VaultCdk from 'cognito-vault-cdk'

/** As a CDK app in CommonJS loads them: what is published is tested. */
const load = createRequire(import.meta.url)
export const cdk = load('aws-cdk-lib') as typeof Cdk
export const vaultCdk = load('cognito-vault-cdk') as typeof VaultCdk
const nag = load('cdk-nag') as typeof Nag

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>
  readonly Parameters: Readonly<Record<string, never>>
  readonly Rules: Readonly<Record<string, never>>
  readonly Conditions: Readonly<Record<string, unknown>>
  readonly Outputs: Readonly<Record<string, unknown>>
}

export interface Resource {
  readonly Type: string
  readonly Condition?: string
  readonly DeletionPolicy?: string
  readonly Properties: Readonly<Record<string, unknown>>
}

export interface Synthesised {
  readonly template: Template
  readonly findings: readonly string[]
}

/** Synthesises what `add` puts into an app, with cdk-nag's findings that nobody acknowledged. */
export function synthesise(add: (app: Cdk.App) => Cdk.Stack): Synthesised {
  const app = new cdk.App({ builtinCloudFormationValidation: false, treeMetadata: false })
  const findings: string[] = []
  const checks = new nag.AwsSolutionsChecks(app)
  cdk.Validations.of(app).addPlugins({
    name: checks.name,
    validate: (context) => {
      for (const { ruleName, violatingResources } of checks.validate(context).violations)
        for (const { resourceLogicalId } of violatingResources)
          findings.push(`${ruleName} ${resourceLogicalId ?? ''}`)
      return { success: true, violations: [] }
    },
  })
  const stack = add(app)
  const { template } = app.synth().getStackByName(stack.stackName) as { template: Template }
  return { template, findings }
}

/** An app's own stack with the construct in it. */
export function withConstruct(
  props: Partial<VaultCdk.CognitoVaultProps> = {},
  region = 'eu-west-1',
): Synthesised {
  return synthesise((app) => {
    const stack = new cdk.Stack(app, 'App', {
      env: { account: '111122223333', region },
    })
    const pool = cdk.aws_cognito.UserPool.fromUserPoolId(stack, 'People', `${region}_AbCdEf123`)
    new vaultCdk.CognitoVault(stack, 'Vault', {
      userPools: props.role === 'secondary' ? [] : [pool],
      code: { bucket: 'code', key: 'code.zip' },
      ...props,
    })
    return stack
  })
}
