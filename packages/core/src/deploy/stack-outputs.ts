import { CodedError } from '../model/errors.js'
import type { Replica } from './parameters.js'
import type { Stack } from './stack-service.js'

/** What the replica's stack made. */
export function replicaOf(stack: Stack, region: string): Replica {
  return { bucketArn: output(stack, 'BucketArn', region), keyArn: output(stack, 'KeyArn', region) }
}

/**
 * What stands for a replica that a dry run did not make: of the same form, so that the same conditions hold in the template.
 *
 * @param account the caller's
 */
export function standInReplica(account: string, region: string, partition: string): Replica {
  return {
    bucketArn: `arn:${partition}:s3:::known-when-the-secondary-stack-is-there`,
    keyArn: `arn:${partition}:kms:${region}:${account}:key/00000000-0000-0000-0000-000000000000`,
  }
}

function output({ outputs, id }: Stack, name: string, region: string): string {
  const value = outputs[name]
  if (value !== undefined) return value
  throw new CodedError('DEPLOY_FAILED', `the stack in ${region} has no output ${name}`, {
    value: id,
    hint: 'it was made from another template: deploy under another --stack-name',
  })
}
