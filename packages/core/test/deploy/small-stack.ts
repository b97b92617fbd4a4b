/** A template with the parameters and outputs of the project's own, and few resources. */
export function smallTemplate({
  bucketName,
  padding = 0,
}: { bucketName?: string; padding?: number } = {}): string {
  const text = (Default?: string, AllowedPattern?: string) => ({
    Type: 'String',
    ...(Default === undefined ? {} : { Default }),
    ...(AllowedPattern === undefined ? {} : { AllowedPattern }),
  })
  const equals = (name: string, value: string | number) => ({ 'Fn::Equals': [{ Ref: name }, value] })
  return JSON.stringify(
    {
      Parameters: {
        PrimaryUserPoolId: text(''),
        NotificationEmail: text(''),
        SecondaryRegion: text(''),
        SecondaryBucketArn: text('', '^((arn:[a-z-]+:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?)$'),
        SecondaryKeyArn: text('', '^((arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-zA-Z-]+)?)$'),
        ExportFrequency: text('EVERY_DAY'),
        CognitoTPS: { Type: 'Number', Default: 10, MinValue: 1, MaxValue: 30 },
        SnsPreference: {
          Type: 'String',
          Default: 'INFO_AND_ERRORS',
          AllowedValues: ['INFO_AND_ERRORS', 'ERRORS_ONLY'],
        },
        Retention: text('keep-daily=30,keep-monthly=12'),
        ObjectLockDays: { Type: 'Number', Default: 0 },
        KmsKeyArn: text(''),
        RestoreTestFrequency: text('EVERY_30_DAYS'),
        RestoreTestSample: { Type: 'Number', Default: 100 },
        MaxSnapshotAgeHours: { Type: 'Number', Default: 0 },
        TrustedAccountIds: text(''),
        Role: { Type: 'String', Default: 'primary', AllowedValues: ['primary', 'secondary'] },
        CodeBucket: text(),
        CodeKey: text(),
      },
      Conditions: {
        IsPrimary: equals('Role', 'primary'),
        MakesKey: equals('KmsKeyArn', ''),
        Notifies: {
          'Fn::And': [{ Condition: 'IsPrimary' }, { 'Fn::Not': [equals('NotificationEmail', '')] }],
        },
        Unlocked: equals('ObjectLockDays', 0),
      },
      Resources: {
        Bucket: {
          Type: 'AWS::S3::Bucket',
          Properties: { BucketName: bucketName, Replicates: { Ref: 'SecondaryBucketArn' } },
        },
        Key: { Type: 'AWS::KMS::Key', Condition: 'MakesKey' },
        Role: { Type: 'AWS::IAM::Role' },
        Topic: { Type: 'AWS::SNS::Topic', Condition: 'IsPrimary' },
        Subscription: {
          Type: 'AWS::SNS::Subscription',
          Condition: 'Notifies',
          Properties: { Endpoint: { Ref: 'NotificationEmail' } },
        },
        Work: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Code: { S3Bucket: { Ref: 'CodeBucket' }, S3Key: { Ref: 'CodeKey' } },
            Tps: { Ref: 'CognitoTPS' },
            Retention: { Ref: 'Retention' },
          },
        },
        Schedule: {
          Type: 'AWS::Scheduler::Schedule',
          Condition: 'IsPrimary',
          Properties: { ScheduleExpression: { Ref: 'ExportFrequency' } },
        },
      },
      Outputs: {
        VaultUrl: { Value: { 'Fn::Join': ['', ['s3://', { Ref: 'Bucket' }]] } },
        BucketArn: { Value: { 'Fn::GetAtt': ['Bucket', 'Arn'] } },
        KeyArn: { Value: { 'Fn::If': ['MakesKey', { 'Fn::GetAtt': ['Key', 'Arn'] }, { Ref: 'KmsKeyArn' }] } },
        BackupStateMachineArn: {
          Value: 'arn:aws:states:eu-west-1:123456789012:stateMachine:backup',
          Condition: 'IsPrimary',
        },
      },
      ...(padding === 0 ? {} : { Metadata: 'x'.repeat(padding) }),
    },
    undefined,
    2,
  )
}
