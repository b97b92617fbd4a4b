import { Token, aws_iam as iam, aws_lambda as lambda, aws_logs as logs } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { ROLES, type FunctionName } from '../permissions'
import type { Settings } from '../settings'
import { present, type Toggle } from '../toggle'
import { LOG_DAYS, machineArn, vaultName } from './names'
import { assumedBy } from './place'
import { policyOf, type Places } from './policy'

interface Shape {
  readonly description: string
  /** MB. 1769 is one CPU; packing and encrypting use it, and no more of them is of use to a program in JavaScript. */
  readonly memory: number
  /** MB of /tmp, where listings are sorted that do not fit into memory: about twice a pool's records, uncompressed. */
  readonly disk: number
}

/** The most that Lambda has, in MB. */
const LARGEST_DISK = 10_240

const SHAPES: Readonly<Record<FunctionName, Shape>> = {
  backup: { description: 'takes snapshots, a slice at a time', memory: 1769, disk: LARGEST_DISK },
  restore: { description: 'restores a snapshot, a slice at a time', memory: 1769, disk: LARGEST_DISK },
  drill: { description: 'restores into a scratch pool and compares', memory: 1769, disk: LARGEST_DISK },
  care: { description: 'forgets, prunes, and looks whether backups happen', memory: 1024, disk: 1024 },
}

/** Functions that only the Region has that writes. */
const PRIMARY_ONLY: readonly FunctionName[] = ['backup', 'drill', 'care']

export type Functions = Readonly<Record<FunctionName, lambda.CfnFunction | undefined>>

/** The four functions, of one bundle, each with a role and a log group of its own. */
export function addFunctions(scope: Construct, settings: Settings, places: Places): Functions {
  const make = (name: FunctionName) =>
    addFunction(scope, settings, places, name, PRIMARY_ONLY.includes(name) ? settings.primary : true)
  return { backup: make('backup'), restore: make('restore'), drill: make('drill'), care: make('care') }
}

function addFunction(
  scope: Construct,
  settings: Settings,
  places: Places,
  name: FunctionName,
  when: Toggle,
): lambda.CfnFunction | undefined {
  const id = name.charAt(0).toUpperCase() + name.slice(1)
  const logGroup = present(
    when,
    () => new logs.CfnLogGroup(scope, `${id}Logs`, { retentionInDays: LOG_DAYS }),
  )
  if (logGroup === undefined) return undefined
  const role = present(
    when,
    () =>
      new iam.CfnRole(scope, `${id}Role`, {
        description: `Cognito Vault: ${SHAPES[name].description}`,
        assumeRolePolicyDocument: assumedBy('lambda.amazonaws.com'),
        policies: [
          {
            policyName: name,
            policyDocument: policyOf(ROLES[name], settings, { ...places, logGroupArn: logGroup.attrArn }),
          },
        ],
      }),
  )
  if (role === undefined) return undefined
  return present(
    when,
    () =>
      new lambda.CfnFunction(scope, `${id}Function`, {
        description: `Cognito Vault: ${SHAPES[name].description}`,
        runtime: RUNTIME,
        architectures: ['arm64'],
        handler: `index.${name}`,
        code: { s3Bucket: settings.code.bucket, s3Key: settings.code.key },
        role: role.attrArn,
        timeout: 900,
        memorySize: SHAPES[name].memory,
        ephemeralStorage: { size: SHAPES[name].disk },
        loggingConfig: { logGroup: logGroup.ref },
        environment: { variables: environmentOf(settings, places, name) },
      }),
  )
}

/** The newest that Lambda has. */
const RUNTIME = 'nodejs24.x'

/**
 * What a function is told.
 *
 * - `COGNITO_VAULT`: the vault's address; `KMS_KEY_ARNS`: the keys that wrap its data key, separated by commas, this Region's first
 * - `VAULT_NAME`: the dimension `Vault` of all metrics
 * - `USER_POOL_IDS`, `COGNITO_TPS`, `RETENTION`, `OBJECT_LOCK_DAYS` (0: none), `DRILL_SAMPLE`, `MAX_SNAPSHOT_AGE_HOURS`: as the parameters of the stack
 * - `TOPIC_ARN`, `SNS_PREFERENCE`: `INFO_AND_ERRORS` or `ERRORS_ONLY`
 * - `STATE_MACHINE_ARN`: whose slices it does; not for care, which has none. `RESTORE_STATE_MACHINE_ARN`: for the next command in messages
 */
function environmentOf(settings: Settings, places: Places, name: FunctionName): Record<string, string> {
  return {
    COGNITO_VAULT: `s3://${places.bucketName}`,
    KMS_KEY_ARNS: places.keyArns,
    VAULT_NAME: vaultName(settings),
    USER_POOL_IDS: settings.poolIds,
    COGNITO_TPS: settings.tps,
    OBJECT_LOCK_DAYS: settings.objectLockDays,
    RETENTION: settings.retention,
    DRILL_SAMPLE: settings.drillSample,
    MAX_SNAPSHOT_AGE_HOURS: Token.isUnresolved(settings.maxAgeHours)
      ? Token.asString(settings.maxAgeHours)
      : String(settings.maxAgeHours),
    TOPIC_ARN: places.topicArn,
    SNS_PREFERENCE: settings.snsPreference,
    RESTORE_STATE_MACHINE_ARN: machineArn(settings, 'restore'),
    ...(name === 'care' ? {} : { STATE_MACHINE_ARN: machineArn(settings, name) }),
  }
}
