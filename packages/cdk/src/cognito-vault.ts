import {
  Aws,
  Names,
  Stack,
  Token,
  type aws_cognito as cognito,
  type aws_kms as kms,
  aws_s3 as s3,
  aws_s3_assets as assets,
  aws_sns as sns,
  aws_stepfunctions as stepfunctions,
} from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { bundleFolder } from './code'
import { build } from './parts/build'
import {
  DEFAULT_MAX_AGE_HOURS,
  FREQUENCIES,
  matches,
  type Pattern,
  PATTERNS,
  type SnsPreference,
} from './patterns'
import type { CodePlace, Settings } from './settings'

/** The second Region: what the construct made there with `role: 'secondary'`. */
export interface SecondaryRegion {
  /** Such as `eu-central-1`; another than that of the stack. */
  readonly region: string
  readonly bucketArn: string
  readonly keyArn: string
}

export interface CognitoVaultProps {
  /** The pools to back up, in this Region. At least one where `role` is `primary`, none otherwise. */
  readonly userPools?: readonly cognito.IUserPool[]

  /**
   * `primary` backs up. `secondary` makes what the other Region needs: a bucket and a key to replicate to, and a restore.
   * @default 'primary'
   */
  readonly role?: 'primary' | 'secondary'

  /**
   * Where the vault is replicated to.
   * @default - not replicated: the loss of the Region is the loss of the backups
   */
  readonly secondary?: SecondaryRegion

  /**
   * `EVERY_DAY`, `EVERY_7_DAYS`, `EVERY_30_DAYS`, or an expression of EventBridge Scheduler: `rate(6 hours)`, `cron(0 3 * * ? *)` (UTC).
   * @default 'EVERY_DAY'
   */
  readonly exportFrequency?: string

  /**
   * Requests a second that may be spent on Cognito.
   * @default 10
   */
  readonly cognitoTps?: number

  /**
   * Who is written to. The address has to confirm the subscription.
   * @default - nobody; subscribe to `topic`
   */
  readonly notificationEmail?: string

  /**
   * Whether people are told of what went well, too.
   * @default 'INFO_AND_ERRORS'
   */
  readonly snsPreference?: SnsPreference

  /**
   * Which snapshots are kept, as the options of `cognito-vault forget`; an empty text keeps all.
   * @default 'keep-daily=30,keep-monthly=12'
   */
  readonly retention?: string

  /**
   * Days for which nobody can delete what a snapshot consists of (S3 Object Lock, governance mode). Has to be said when the bucket is made.
   * @default - no lock
   */
  readonly objectLockDays?: number

  /**
   * Encrypts the bucket, the topic, and the vault's data key. Its policy has to let CloudWatch send to the topic.
   * @default - a key of its own
   */
  readonly key?: kms.IKey

  /**
   * How often a restore is tried, into a scratch pool: as `exportFrequency`, or `OFF`. Each user that a drill restores counts as monthly active.
   * @default 'EVERY_30_DAYS'
   */
  readonly restoreTestFrequency?: string

  /**
   * Users that a drill restores.
   * @default 100
   */
  readonly restoreTestSample?: number

  /**
   * Accounts, of 12 digits, that may read the vault, and so restore from it.
   * @default - none
   */
  readonly trustedAccountIds?: readonly string[]

  /**
   * An alarm says so when the latest snapshot of a pool is older.
   * @default - 36 hours, 8 days or 32 days, as `exportFrequency` has it; 36 hours where that is an expression
   */
  readonly maxSnapshotAgeHours?: number

  /**
   * By which state machines, metrics and the dashboard are known in the account and Region.
   * @default - made from the construct's path
   */
  readonly name?: string

  /**
   * Where the code of the functions lies in S3.
   * @default - the bundle that comes with this package, as an asset
   */
  readonly code?: CodePlace
}

/**
 * Scheduled, watched, replicated backups of Amazon Cognito user pools, and restores from them.
 *
 * Four Lambda functions, three state machines, one bucket; no custom resources.
 */
export class CognitoVault extends Construct {
  /** The address by which the command line knows the vault. */
  readonly vaultUrl: string
  readonly bucket: s3.IBucket
  /** That of `props.key`, or the one made. */
  readonly keyArn: string
  readonly topic: sns.ITopic
  /** Takes a snapshot now; not in the secondary. */
  readonly backup?: stepfunctions.IStateMachine
  /** Restores: start it with `{"NewUserPoolId": "..."}`. */
  readonly restore: stepfunctions.IStateMachine
  /** Tries a restore now; not in the secondary. */
  readonly drill?: stepfunctions.IStateMachine

  /** @throws Error for a value that could not work, before anything is made */
  constructor(scope: Construct, id: string, props: CognitoVaultProps) {
    super(scope, id)
    const built = build(this, settingsOf(this, props))
    const { backup, restore, drill } = built.machines
    if (restore === undefined) throw new Error('the restore machine is always made')
    const imported = (machine: string, arn: string) =>
      stepfunctions.StateMachine.fromStateMachineArn(this, machine, arn)
    this.vaultUrl = `s3://${built.bucketName}`
    this.bucket = s3.Bucket.fromBucketName(this, 'ImportedBucket', built.bucketName)
    this.keyArn = built.keyArn
    this.topic = sns.Topic.fromTopicArn(this, 'ImportedTopic', built.topicArn)
    this.restore = imported('ImportedRestore', restore.ref)
    if (backup !== undefined) this.backup = imported('ImportedBackup', backup.ref)
    if (drill !== undefined) this.drill = imported('ImportedDrill', drill.ref)
  }
}

function settingsOf(scope: Construct, props: CognitoVaultProps): Settings {
  const {
    secondary,
    objectLockDays = 0,
    retention = 'keep-daily=30,keep-monthly=12',
    key,
    snsPreference,
  } = props
  const isPrimary = props.role !== 'secondary'
  const pools = props.userPools ?? []
  const trusted = props.trustedAccountIds ?? []
  const frequency = props.exportFrequency ?? 'EVERY_DAY'
  const drillFrequency = props.restoreTestFrequency ?? 'EVERY_30_DAYS'
  checkPools(scope, isPrimary, pools)
  checkSecondary(scope, isPrimary, secondary)
  check('exportFrequency', PATTERNS.exportFrequency, frequency)
  check('restoreTestFrequency', PATTERNS.restoreTestFrequency, drillFrequency)
  check('retention', PATTERNS.retention, retention)
  check('notificationEmail', PATTERNS.email, props.notificationEmail ?? '')
  check('trustedAccountIds', PATTERNS.accountIds, trusted.join(','))
  checkNumber('cognitoTps', props.cognitoTps ?? 10, 1, 30)
  checkNumber('objectLockDays', objectLockDays, 0, 36_500)
  checkNumber('restoreTestSample', props.restoreTestSample ?? 100, 1, 5_000)
  const known = frequencyOf(frequency)
  return {
    name: props.name ?? Names.uniqueResourceName(scope, { maxLength: 60, separator: '-' }),
    primary: isPrimary,
    poolIds: pools.map(({ userPoolId }) => userPoolId).join(','),
    poolArns: pools.map(({ userPoolArn }) => userPoolArn),
    backupSchedule: known?.expression ?? frequency,
    drillSchedule:
      drillFrequency === 'OFF'
        ? FREQUENCIES.EVERY_30_DAYS.expression
        : (frequencyOf(drillFrequency)?.expression ?? drillFrequency),
    drills: drillFrequency !== 'OFF',
    drillSample: String(props.restoreTestSample ?? 100),
    tps: String(props.cognitoTps ?? 10),
    retention,
    objectLockDays: String(objectLockDays),
    locks: objectLockDays > 0,
    ownKey: key === undefined,
    kmsKeyArn: key?.keyArn ?? '',
    replicates: isPrimary && secondary !== undefined,
    secondaryBucketArn: secondary?.bucketArn ?? '',
    secondaryKeyArn: secondary?.keyArn ?? '',
    trusts: trusted.length > 0,
    trustedAccountIds: trusted,
    notifies: props.notificationEmail !== undefined,
    email: props.notificationEmail ?? '',
    snsPreference: snsPreference ?? 'INFO_AND_ERRORS',
    informs: snsPreference !== 'ERRORS_ONLY',
    maxAgeHours: props.maxSnapshotAgeHours ?? known?.maxAgeHours ?? DEFAULT_MAX_AGE_HOURS,
    code: props.code ?? assetOf(scope),
  }
}

function assetOf(scope: Construct): CodePlace {
  const asset = new assets.Asset(scope, 'Code', { path: bundleFolder() })
  return { bucket: asset.s3BucketName, key: asset.s3ObjectKey }
}

function frequencyOf(name: string): { expression: string; maxAgeHours: number } | undefined {
  return Object.entries(FREQUENCIES).find(([known]) => known === name)?.[1]
}

function checkPools(scope: Construct, isPrimary: boolean, pools: readonly cognito.IUserPool[]): void {
  if (isPrimary && pools.length === 0) throw new Error('userPools: name at least one pool to back up')
  if (!isPrimary && pools.length > 0)
    throw new Error('userPools: the secondary backs nothing up; name the pools in the primary')
  const here = Stack.of(scope).region
  for (const { userPoolArn, userPoolId } of pools) {
    const region = Token.isUnresolved(userPoolArn) ? here : userPoolArn.split(':')[3]
    if (region !== here && ![region, here].some(Token.isUnresolved) && region !== Aws.REGION)
      throw new Error(
        `userPools: ${userPoolId} is in ${region ?? 'no Region'}, this stack in ${here}: a pool is backed up where it is`,
      )
  }
}

function checkSecondary(scope: Construct, isPrimary: boolean, secondary: SecondaryRegion | undefined): void {
  if (secondary === undefined) return
  if (!isPrimary) throw new Error('secondary: only the primary is replicated')
  check('secondary.region', PATTERNS.region, secondary.region)
  check('secondary.bucketArn', PATTERNS.bucketArn, secondary.bucketArn)
  check('secondary.keyArn', PATTERNS.keyArn, secondary.keyArn)
  if (secondary.region === Stack.of(scope).region)
    throw new Error(`secondary.region: ${secondary.region} is the Region of this stack; name another one`)
}

function check(name: string, pattern: Pattern, value: string): void {
  if (!Token.isUnresolved(value) && !matches(pattern, value))
    throw new Error(`${name}: ${JSON.stringify(value)} is not ${pattern.must}`)
}

function checkNumber(name: string, value: number, least: number, most: number): void {
  if (!Token.isUnresolved(value) && (!Number.isInteger(value) || value < least || value > most))
    throw new Error(`${name}: ${value} is not a whole number from ${least} to ${most}`)
}
