import { Aws, Fn } from 'aws-cdk-lib'

/** A text with CloudFormation's `${AWS::StackName}` and the like, filled in there. */
export function filledIn(text: string): string {
  return text.includes('${AWS::') ? Fn.sub(text) : text
}

/** An ARN in the stack's own account and Region. */
export function arnHere(service: string, resource: string): string {
  return filledIn(`arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`)
}

/** An ARN of IAM, which has no Region. */
export function iamArn(resource: string, account = '${AWS::AccountId}'): string {
  return filledIn(`arn:\${AWS::Partition}:iam::${account}:${resource}`)
}

/** Who may assume a role: a service, and only on behalf of this account. */
export function assumedBy(service: string): Record<string, unknown> {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: service },
        Action: 'sts:AssumeRole',
        ...(ACTS_FOR_ACCOUNTS.includes(service)
          ? { Condition: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } } }
          : {}),
      },
    ],
  }
}

/** Those of which it is documented that they say for whom they act. */
const ACTS_FOR_ACCOUNTS = ['states.amazonaws.com', 'scheduler.amazonaws.com']
