import {
  CfnDeletionPolicy,
  type CfnResource,
  aws_iam as iam,
  aws_kms as kms,
  aws_s3 as s3,
} from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { Settings } from '../settings'
import { pick, pickText, present } from '../toggle'
import { assumedBy, iamArn } from './place'

/** Where the vault lies. */
export interface Storage {
  readonly bucketName: string
  readonly bucketArn: string
  /** Of this Region. */
  readonly keyArn: string
  /** All that wrap the vault's data key, separated by commas: this Region's and the other's. */
  readonly keyArns: string
}

/** Days for which what was deleted or replaced can be had back. */
const OLD_VERSIONS_DAYS = 30

/** Days after which what a backup in slices read on its way goes by itself, should no prune have deleted it; no backup takes as long. */
const CAPTURES_DAYS = 7

/**
 * What goes to the other Region: all that a restore there needs, by docs/format.md. Not `captures/`, what backups in slices have read on
 * their way, as its deletion would not be replicated; not `leases/`, of which a restore in the other Region writes its own.
 */
export const REPLICATED = [
  'vault.json',
  'keys/',
  'pools/',
  'acknowledged/',
  'erasures/',
  'restores/',
] as const

/** The bucket and its key; in the primary also the replication to the other Region. */
export function addStorage(scope: Construct, settings: Settings): Storage {
  const key = present(settings.ownKey, () => keep(makeKey(scope, settings)))
  const keyArn = pickText(settings.ownKey, key?.attrArn ?? '', settings.kmsKeyArn)
  const replicator = present(settings.replicates, () => makeReplicator(scope))
  const bucket = keep(makeBucket(scope, settings, keyArn, replicator))
  new s3.CfnBucketPolicy(scope, 'BucketPolicy', {
    bucket: bucket.ref,
    policyDocument: { Version: '2012-10-17', Statement: bucketStatements(settings, bucket.attrArn) },
  })
  if (replicator !== undefined)
    present(settings.replicates, () => allowReplication(scope, settings, replicator, bucket, keyArn))
  return {
    bucketName: bucket.ref,
    bucketArn: bucket.attrArn,
    keyArn,
    keyArns: pickText(settings.replicates, `${keyArn},${settings.secondaryKeyArn}`, keyArn),
  }
}

/** Backups outlive the stack; what a first deployment made that failed holds none yet, and goes with it. */
function keep<T extends CfnResource>(resource: T): T {
  resource.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE
  resource.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN
  return resource
}

function makeKey(scope: Construct, settings: Settings): kms.CfnKey {
  return new kms.CfnKey(scope, 'Key', {
    description: 'Cognito Vault: the bucket, the data key of the vault, and the topic',
    enableKeyRotation: true,
    keyPolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'PoliciesOfThisAccount',
          Effect: 'Allow',
          Principal: { AWS: iamArn('root') },
          Action: 'kms:*',
          Resource: '*',
        },
        {
          // As the guide of SNS has it; the topic's policy names the account.
          Sid: 'AlarmsToTheTopic',
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          Resource: '*',
        },
        pick(settings.trusts, {
          Sid: 'TrustedAccountsRead',
          Effect: 'Allow',
          Principal: { AWS: settings.trustedAccountIds },
          Action: ['kms:Decrypt', 'kms:DescribeKey'],
          Resource: '*',
        }),
      ].filter((statement) => statement !== undefined),
    },
  })
}

function makeBucket(
  scope: Construct,
  settings: Settings,
  keyArn: string,
  replicator: iam.CfnRole | undefined,
): s3.CfnBucket {
  const bucket = new s3.CfnBucket(scope, 'Bucket', {
    bucketEncryption: {
      serverSideEncryptionConfiguration: [
        {
          bucketKeyEnabled: true,
          serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keyArn },
        },
      ],
    },
    versioningConfiguration: { status: 'Enabled' },
    publicAccessBlockConfiguration: {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    ownershipControls: { rules: [{ objectOwnership: 'BucketOwnerEnforced' }] },
    // No default retention: that would lock journals and leases too. The backup locks what a snapshot refers to.
    objectLockEnabled: pick(settings.locks, true),
    lifecycleConfiguration: {
      rules: [
        {
          id: 'OldVersions',
          status: 'Enabled',
          noncurrentVersionExpiration: { noncurrentDays: OLD_VERSIONS_DAYS },
          expiredObjectDeleteMarker: true,
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
        {
          id: 'Captures',
          status: 'Enabled',
          prefix: 'captures/',
          expirationInDays: CAPTURES_DAYS,
          // Copies of people's data that nothing refers to: not kept as what is deleted elsewhere is.
          noncurrentVersionExpiration: { noncurrentDays: 1 },
        },
      ],
    },
  })
  if (replicator !== undefined)
    bucket.addPropertyOverride(
      'ReplicationConfiguration',
      pick(settings.replicates, replication(settings, replicator)),
    )
  return bucket
}

/** As CloudFormation spells it: what is chosen when the template is deployed, CDK does not translate. */
function replication(settings: Settings, replicator: iam.CfnRole): unknown {
  return {
    Role: replicator.attrArn,
    Rules: REPLICATED.map((prefix, at) => ({
      Id: prefix.replace(/\W/g, ''),
      Status: 'Enabled',
      Priority: at + 1,
      Filter: { Prefix: prefix },
      // What is deleted here stays there, until it is deleted there: see docs/stack.md.
      DeleteMarkerReplication: { Status: 'Disabled' },
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
      Destination: {
        Bucket: settings.secondaryBucketArn,
        EncryptionConfiguration: { ReplicaKmsKeyID: settings.secondaryKeyArn },
      },
    })),
  }
}

function bucketStatements(settings: Settings, bucketArn: string): unknown[] {
  const all = [bucketArn, `${bucketArn}/*`]
  return [
    {
      Sid: 'TlsOnly',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: all,
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
    {
      // A stolen writer's credentials can append, not replace. Replication is another action (s3:ReplicateObject).
      Sid: 'AppendOnly',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: `${bucketArn}/*`,
      Condition: { Null: { 's3:if-none-match': 'true' } },
    },
    pick(settings.trusts, {
      Sid: 'TrustedAccountsList',
      Effect: 'Allow',
      Principal: { AWS: settings.trustedAccountIds },
      Action: ['s3:ListBucket', 's3:GetBucketLocation'],
      Resource: bucketArn,
    }),
    pick(settings.trusts, {
      Sid: 'TrustedAccountsRead',
      Effect: 'Allow',
      Principal: { AWS: settings.trustedAccountIds },
      Action: 's3:GetObject',
      Resource: `${bucketArn}/*`,
    }),
  ].filter((statement) => statement !== undefined)
}

function makeReplicator(scope: Construct): iam.CfnRole {
  return new iam.CfnRole(scope, 'ReplicationRole', {
    description: 'Cognito Vault: S3 replicates the vault to the secondary Region',
    assumeRolePolicyDocument: assumedBy('s3.amazonaws.com'),
  })
}

/** A policy of its own: the bucket names the role, so that the role cannot name the bucket. */
function allowReplication(
  scope: Construct,
  settings: Settings,
  replicator: iam.CfnRole,
  bucket: s3.CfnBucket,
  keyArn: string,
): iam.CfnPolicy {
  return new iam.CfnPolicy(scope, 'ReplicationPolicy', {
    policyName: 'replicate',
    roles: [replicator.ref],
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['s3:GetReplicationConfiguration', 's3:ListBucket'],
          Resource: bucket.attrArn,
        },
        {
          Effect: 'Allow',
          Action: [
            's3:GetObjectVersionForReplication',
            's3:GetObjectVersionAcl',
            's3:GetObjectVersionTagging',
            's3:GetObjectRetention',
            's3:GetObjectLegalHold',
          ],
          Resource: `${bucket.attrArn}/*`,
        },
        {
          Effect: 'Allow',
          Action: ['s3:ReplicateObject', 's3:ReplicateTags'],
          Resource: `${settings.secondaryBucketArn}/*`,
        },
        { Effect: 'Allow', Action: 'kms:Decrypt', Resource: keyArn },
        { Effect: 'Allow', Action: 'kms:Encrypt', Resource: settings.secondaryKeyArn },
      ],
    },
  })
}
