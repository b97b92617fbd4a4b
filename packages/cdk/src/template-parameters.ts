import { CfnParameter } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { type Pattern, PATTERNS, SNS_PREFERENCES } from './patterns'

/** The parameters of the plain template. The first six have the names and values of the AWS workflow. */
export function addParameters(scope: Construct) {
  const text = (name: string, byDefault: string | undefined, description: string, pattern?: Pattern) =>
    new CfnParameter(scope, name, {
      type: 'String',
      description,
      ...(byDefault === undefined ? {} : { default: byDefault }),
      ...(pattern === undefined
        ? {}
        : {
            allowedPattern: `^(${pattern.pattern})$`,
            constraintDescription: `${name} must be ${pattern.must}`,
          }),
    })
  const choice = (name: string, values: readonly string[], description: string) =>
    new CfnParameter(scope, name, {
      type: 'String',
      description,
      default: values[0] ?? '',
      allowedValues: [...values],
    })
  const number = (name: string, byDefault: number, least: number, most: number, description: string) =>
    new CfnParameter(scope, name, {
      type: 'Number',
      description,
      default: byDefault,
      minValue: least,
      maxValue: most,
    })

  return {
    PrimaryUserPoolId: text(
      'PrimaryUserPoolId',
      '',
      'Ids of the user pools to back up, in this Region, separated by commas. Needed unless Role is secondary.',
      PATTERNS.poolIds,
    ),
    SecondaryRegion: text(
      'SecondaryRegion',
      '',
      'Region to replicate the vault to, where this template was deployed before with Role secondary. Empty: not replicated.',
      PATTERNS.region,
    ),
    ExportFrequency: text(
      'ExportFrequency',
      'EVERY_DAY',
      'How often to back up: EVERY_DAY, EVERY_7_DAYS, EVERY_30_DAYS, or a rate() or cron() expression (UTC).',
      PATTERNS.exportFrequency,
    ),
    CognitoTPS: number('CognitoTPS', 10, 1, 30, 'Requests a second that may be spent on Cognito.'),
    NotificationEmail: text(
      'NotificationEmail',
      '',
      'Who is written to; the address has to confirm the subscription. Empty: nobody.',
      PATTERNS.email,
    ),
    SnsPreference: choice('SnsPreference', SNS_PREFERENCES, 'Whether messages tell of what went well, too.'),
    Role: choice(
      'Role',
      ['primary', 'secondary'],
      'primary backs up; secondary makes the bucket and the key of the second Region, and a restore there. Deploy the secondary first.',
    ),
    SecondaryBucketArn: text(
      'SecondaryBucketArn',
      '',
      'Output BucketArn of the secondary stack.',
      PATTERNS.bucketArn,
    ),
    SecondaryKeyArn: text('SecondaryKeyArn', '', 'Output KeyArn of the secondary stack.', PATTERNS.keyArn),
    Retention: text(
      'Retention',
      'keep-daily=30,keep-monthly=12',
      'Which snapshots are kept, as the options of cognito-vault forget. Empty: all.',
      PATTERNS.retention,
    ),
    ObjectLockDays: number(
      'ObjectLockDays',
      0,
      0,
      36_500,
      'Days for which what a snapshot consists of cannot be deleted (Object Lock, governance). 0: no lock. The same in both Regions, from the first deployment on: between 0 and any other number the bucket is REPLACED, and the new one is empty.',
    ),
    KmsKeyArn: text(
      'KmsKeyArn',
      '',
      'A key of your own instead of one that the stack makes. Its policy must let CloudWatch use it. Not to be changed once there is a vault: nothing could be opened.',
      PATTERNS.keyArn,
    ),
    MaxSnapshotAgeHours: number(
      'MaxSnapshotAgeHours',
      0,
      0,
      9_000,
      'An alarm says so when the latest snapshot is older. 0: as ExportFrequency has it; 36 where that is an expression.',
    ),
    RestoreTestFrequency: text(
      'RestoreTestFrequency',
      'EVERY_30_DAYS',
      'How often a restore into a scratch pool is tried: OFF, EVERY_DAY, EVERY_7_DAYS, EVERY_30_DAYS, or an expression.',
      PATTERNS.restoreTestFrequency,
    ),
    RestoreTestSample: number(
      'RestoreTestSample',
      100,
      1,
      5_000,
      'Users that a drill restores; each counts as monthly active.',
    ),
    TrustedAccountIds: text(
      'TrustedAccountIds',
      '',
      'Accounts that may read the vault, separated by commas. Empty: none.',
      PATTERNS.accountIds,
    ),
    CodeBucket: text(
      'CodeBucket',
      undefined,
      'Bucket, in this Region, that holds the code of the functions.',
      {
        pattern: '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]',
        must: 'the name of a bucket in this Region',
      },
    ),
    CodeKey: text('CodeKey', undefined, 'Key of the code in that bucket.', {
      pattern: String.raw`[^\s]+`,
      must: 'the key of the uploaded code',
    }),
  }
}

export type Parameters = ReturnType<typeof addParameters>
