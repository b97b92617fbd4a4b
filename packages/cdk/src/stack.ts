import { BootstraplessSynthesizer, type CfnCondition, CfnOutput, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { build, type Built } from './parts/build'
import type { Settings } from './settings'
import { addParameters } from './template-parameters'
import { addRules } from './template-rules'
import { settingsFrom } from './template-settings'

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
  }
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
