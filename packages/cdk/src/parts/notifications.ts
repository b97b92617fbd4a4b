import { Aws, aws_sns as sns } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { Settings } from '../settings'
import { present } from '../toggle'

/** The topic to which functions and alarms publish, and the person who reads it. */
export function addTopic(scope: Construct, settings: Settings, keyArn: string): string {
  const topic = new sns.CfnTopic(scope, 'Topic', { displayName: 'Cognito Vault', kmsMasterKeyId: keyArn })
  new sns.CfnTopicPolicy(scope, 'TopicPolicy', {
    topics: [topic.ref],
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'Alarms',
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: 'sns:Publish',
          Resource: topic.ref,
          Condition: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
        },
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sns:Publish',
          Resource: topic.ref,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    },
  })
  present(
    settings.notifies,
    () =>
      new sns.CfnSubscription(scope, 'Subscription', {
        topicArn: topic.ref,
        protocol: 'email',
        endpoint: settings.email,
      }),
  )
  return topic.ref
}
