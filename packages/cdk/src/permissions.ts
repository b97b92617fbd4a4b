/**
 * Who may what: the reviewed table of which all policies of the functions are made.
 *
 * Each row names operations of one service as its API does. The action in IAM has the same name, but where `action` says another. What
 * an operation needs beyond itself is a row with `because`. A test compares the table with the operations that the code calls: one
 * that is called and not listed fails it, as does one that is listed and not called.
 */

import {
  CONFIGURATION_WRITES,
  PEOPLE_WRITES,
  POOL_READS,
  RESTORE_READS,
  TRIED_WRITES,
} from './cognito-operations'

export type FunctionName = 'backup' | 'restore' | 'drill' | 'care'
/** Care has no machine: it is called by that of the backup, and by its schedule. */
export type MachineName = Exclude<FunctionName, 'care'>

/** On what: resolved to ARNs and conditions in `parts/policy.ts`. */
export type Scope =
  /** The user pools that are backed up. */
  | 'pools'
  /** Any user pool of the account in this Region: a restore makes new ones, and goes into any that it is told. */
  | 'any-pool'
  /** A pool that carries a drill's tag. */
  | 'scratch-pool'
  /** A request that gives the new pool a drill's tag. */
  | 'new-scratch-pool'
  | 'identity-pools'
  | 'bucket'
  | 'objects'
  /** This Region's key. */
  | 'key'
  /** The keys that wrap the vault's data key, of both Regions. */
  | 'keys'
  | 'topic'
  | 'log-group'
  /** Roles that Cognito is handed, for messages, groups and import jobs. */
  | 'roles-for-cognito'
  | 'service-linked-roles'
  /** A grant of any key, made by an AWS service for one of its resources: never by the caller for anybody. */
  | 'grants-for-services'
  /** Roles of other accounts that let a restore in. */
  | 'restore-roles'
  /** IAM knows no resource for the operation, or the resource is not known before. */
  | 'everything'

export interface Permission {
  readonly service: string
  readonly operations: readonly string[]
  readonly scope: Scope
  /** The action in IAM, where it is not named as the operation is. */
  readonly action?: string
  /** What is needed without being called, and why. */
  readonly because?: string
  /** Only in a vault with Object Lock. */
  readonly onlyWithLocks?: true
}

/** Reads of a capture that are not about a pool that could be named. */
const OTHER_READS: readonly Permission[] = [
  { service: 'cognito-idp', operations: ['DescribeUserPoolDomain'], scope: 'everything' },
  { service: 'cognito-identity', operations: ['ListIdentityPools'], scope: 'everything' },
  {
    service: 'cognito-identity',
    operations: ['DescribeIdentityPool', 'GetIdentityPoolRoles', 'GetPrincipalTagAttributeMap'],
    scope: 'identity-pools',
  },
]

/** The vault, appended to. */
const APPEND: readonly Permission[] = [
  { service: 's3', operations: ['ListObjectsV2'], action: 's3:ListBucket', scope: 'bucket' },
  { service: 's3', operations: ['GetObject', 'PutObject'], scope: 'objects' },
  { service: 's3', operations: ['HeadObject'], action: 's3:GetObject', scope: 'objects' },
  {
    service: 's3',
    operations: ['PutObjectRetention', 'GetObjectRetention'],
    scope: 'objects',
    onlyWithLocks: true,
  },
  {
    service: 'kms',
    operations: ['GenerateDataKey'],
    scope: 'key',
    because: 'S3 encrypts what is put into the bucket (SSE-KMS), and SNS what is sent to the topic',
  },
]

/** The data key of the vault, unwrapped. */
const UNLOCK: readonly Permission[] = [{ service: 'kms', operations: ['Decrypt'], scope: 'keys' }]

/** What every function does besides its work. */
const REPORT: readonly Permission[] = [
  { service: 'sns', operations: ['Publish'], scope: 'topic' },
  {
    service: 'logs',
    operations: ['CreateLogStream', 'PutLogEvents'],
    scope: 'log-group',
    because: 'Lambda writes the log, and the metrics in it',
  },
]

/** What Cognito does with the caller's permissions when configuration is written. */
const IMPLIED_BY_CONFIGURATION: readonly Permission[] = [
  {
    service: 'iam',
    operations: ['PassRole'],
    scope: 'roles-for-cognito',
    because:
      'roles are handed over by SmsConfiguration, by groups, by identity pools (SetIdentityPoolRoles) and by import jobs',
  },
  {
    service: 'iam',
    operations: ['CreateServiceLinkedRole'],
    scope: 'service-linked-roles',
    because: 'Cognito makes its own role when a pool first sends by SES, or delivers logs',
  },
  {
    service: 'cloudfront',
    operations: ['UpdateDistribution'],
    scope: 'everything',
    because: 'CreateUserPoolDomain and UpdateUserPoolDomain with a custom domain',
  },
  {
    service: 'logs',
    operations: [
      'CreateLogDelivery',
      'GetLogDelivery',
      'UpdateLogDelivery',
      'DeleteLogDelivery',
      'ListLogDeliveries',
      'PutResourcePolicy',
      'DescribeResourcePolicies',
      'DescribeLogGroups',
    ],
    scope: 'everything',
    because: 'SetLogDeliveryConfiguration',
  },
  {
    service: 'kms',
    operations: ['CreateGrant'],
    scope: 'grants-for-services',
    because: 'UpdateUserPool with a custom sender, whose key (KMSKeyID) Cognito is granted',
  },
]

/** Whether what a pool refers to is there. */
const LOOKS_OUTSIDE: readonly Permission[] = [
  { service: 'lambda', operations: ['GetFunctionConfiguration'], scope: 'everything' },
  { service: 'kms', operations: ['DescribeKey'], scope: 'everything' },
  { service: 'iam', operations: ['GetRole'], scope: 'everything' },
  { service: 'acm', operations: ['DescribeCertificate'], scope: 'everything' },
  { service: 'ses', operations: ['GetEmailIdentity'], scope: 'everything' },
]

/** By function; the account's one import slot is a restore's, never a drill's. */
export const ROLES: Readonly<Record<FunctionName, readonly Permission[]>> = {
  backup: [
    { service: 'cognito-idp', operations: POOL_READS, scope: 'pools' },
    ...OTHER_READS,
    ...APPEND,
    ...UNLOCK,
    { service: 'kms', operations: ['Encrypt'], scope: 'keys' },
    ...REPORT,
  ],
  restore: [
    {
      service: 'cognito-idp',
      operations: [...POOL_READS, ...RESTORE_READS, ...PEOPLE_WRITES, ...CONFIGURATION_WRITES],
      scope: 'any-pool',
    },
    {
      service: 'cognito-idp',
      operations: [
        'TagResource',
        'CreateUserImportJob',
        'DescribeUserImportJob',
        'GetCSVHeader',
        'ListUserImportJobs',
        'StartUserImportJob',
      ],
      scope: 'any-pool',
    },
    { service: 'cognito-idp', operations: ['CreateUserPool', 'ListUserPools'], scope: 'everything' },
    ...OTHER_READS,
    { service: 'cognito-identity', operations: ['CreateIdentityPool'], scope: 'everything' },
    {
      service: 'cognito-identity',
      operations: ['SetIdentityPoolRoles', 'SetPrincipalTagAttributeMap', 'UpdateIdentityPool'],
      scope: 'identity-pools',
    },
    ...IMPLIED_BY_CONFIGURATION,
    ...LOOKS_OUTSIDE,
    { service: 'sts', operations: ['AssumeRole'], scope: 'restore-roles' },
    ...APPEND,
    ...UNLOCK,
    ...REPORT,
  ],
  drill: [
    {
      service: 'cognito-idp',
      // Not TagResource with a tag of the request alone: whoever may give any pool the drill's tag may delete any pool.
      operations: [
        ...POOL_READS,
        'DescribeResourceServer',
        'GetGroup',
        ...TRIED_WRITES,
        'DeleteUserPool',
        'TagResource',
      ],
      scope: 'scratch-pool',
    },
    { service: 'cognito-idp', operations: ['CreateUserPool'], scope: 'new-scratch-pool' },
    // Also of a pool that is gone, or has a scratch pool's name and not the tag: to be told so, not refused.
    { service: 'cognito-idp', operations: ['DescribeUserPool'], scope: 'any-pool' },
    { service: 'cognito-idp', operations: ['ListUserPools', 'DescribeUserPoolDomain'], scope: 'everything' },
    { service: 'cognito-identity', operations: ['ListIdentityPools'], scope: 'everything' },
    { service: 'cognito-identity', operations: ['DescribeIdentityPool'], scope: 'identity-pools' },
    ...APPEND,
    ...UNLOCK,
    ...REPORT,
  ],
  care: [
    ...APPEND,
    { service: 's3', operations: ['DeleteObject'], scope: 'objects' },
    {
      service: 's3',
      operations: ['GetObjectLegalHold'],
      scope: 'objects',
      because: 'HeadObject tells prune what is locked only to whoever may see locks',
      onlyWithLocks: true,
    },
    ...UNLOCK,
    ...REPORT,
  ],
}
