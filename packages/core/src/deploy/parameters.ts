import { CodedError } from '../model/errors.js'
import { type DeploySettings, KEEP_NAMES } from './settings.js'
import type { ParameterValue } from './stack-service.js'
import type { ParameterDeclaration, Template } from './template.js'

/** Each parameter that a person sets, and the option that does. */
const OPTIONS = {
  PrimaryUserPoolId: '--pool',
  NotificationEmail: '--email',
  SecondaryRegion: '--secondary-region',
  ExportFrequency: '--frequency',
  CognitoTPS: '--tps',
  SnsPreference: '--sns-preference',
  Retention: '--keep-daily and the like',
  ObjectLockDays: '--object-lock-days',
  KmsKeyArn: '--kms-key',
  RestoreTestFrequency: '--drill',
  RestoreTestSample: '--drill-sample',
  MaxSnapshotAgeHours: '--max-age-hours',
  TrustedAccountIds: '--trusted-account',
} as const

/** Where the code of the functions lies. */
export interface CodePlace {
  readonly bucket: string
  readonly key: string
}

/** What the secondary Region's stack made that the primary's has to know. */
export interface Replica {
  readonly bucketArn: string
  readonly keyArn: string
}

/** The parameters of the stack that takes backups. */
export function primaryParameters(
  settings: DeploySettings,
  code: CodePlace,
  replica: Replica | undefined,
): Record<string, string> {
  return {
    ...shared(settings, code),
    ...defined({
      Role: 'primary',
      SecondaryRegion: settings.secondaryRegion,
      KmsKeyArn: settings.kmsKeyArn,
      SecondaryBucketArn: replica?.bucketArn,
      SecondaryKeyArn: replica?.keyArn,
    }),
  }
}

const PRIMARY_ONLY = new Set(['SecondaryRegion', 'KmsKeyArn'])

/**
 * The parameters of the small stack that replicas arrive in. A KMS key is one Region's, so that it gets its own.
 *
 * @param inherited those of the primary's stack, where there is one and none of the secondary's
 */
export function secondaryParameters(
  settings: DeploySettings,
  code: CodePlace,
  inherited: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const common = Object.entries(inherited).filter(([name]) => name in OPTIONS && !PRIMARY_ONLY.has(name))
  return { ...Object.fromEntries(common), ...shared(settings, code), Role: 'secondary' }
}

function shared(settings: DeploySettings, { bucket, key }: CodePlace): Record<string, string> {
  return defined({
    PrimaryUserPoolId: settings.poolIds?.join(','),
    NotificationEmail: settings.email,
    ExportFrequency: settings.frequency,
    CognitoTPS: settings.tps?.toString(),
    SnsPreference: settings.snsPreference,
    Retention: retentionText(settings.keep),
    ObjectLockDays: settings.objectLockDays?.toString(),
    RestoreTestFrequency: settings.drillFrequency,
    RestoreTestSample: settings.drillSample?.toString(),
    MaxSnapshotAgeHours: settings.maxAgeHours?.toString(),
    TrustedAccountIds: settings.trustedAccountIds?.join(','),
    CodeBucket: bucket,
    CodeKey: key,
  })
}

/** As the functions are told: `keep-daily=30,keep-monthly=12`. */
function retentionText(keep: DeploySettings['keep']): string | undefined {
  if (keep === undefined) return undefined
  return KEEP_NAMES.flatMap((name) => (keep[name] === undefined ? [] : [`keep-${name}=${keep[name]}`])).join(
    ',',
  )
}

function defined(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

/**
 * Every parameter of a template with the value that is wanted, the one that the stack has, or none where there is a default. What the template itself
 * says of values is checked here, because CloudFormation checks it only once there is a bucket and a stack.
 *
 * @param previous the parameters of the stack, where there is one
 * @throws CodedError `USAGE`
 */
export function chooseParameters(
  template: Template,
  wanted: Readonly<Record<string, string>>,
  previous: Readonly<Record<string, string>> | undefined,
): Record<string, ParameterValue> {
  for (const name of Object.keys(wanted))
    if (template.parameters[name] === undefined)
      throw usage(`the template has no parameter ${name}, so ${optionOf(name)} cannot be had`)
  const chosen: Record<string, ParameterValue> = {}
  for (const [name, declared] of Object.entries(template.parameters)) {
    const value = wanted[name]
    if (value !== undefined) {
      checkValue(name, value, declared)
      chosen[name] = { value }
    } else if (previous?.[name] !== undefined) chosen[name] = 'previous'
    else if (declared.Default === undefined)
      throw usage(
        `${optionOf(name)} is missing`,
        previous === undefined
          ? 'a first deployment is like cognito-vault deploy --pool ID --email ME'
          : 'the stack does not have it yet',
      )
  }
  return chosen
}

function checkValue(name: string, value: string, declared: ParameterDeclaration): void {
  const fault = valueFault(value, declared)
  if (fault === undefined) return
  const shown = name === 'NotificationEmail' ? '' : ` ${JSON.stringify(value)}`
  throw usage(`${optionOf(name)}${shown}: ${fault}`)
}

/** The constraints of a parameter, as the CloudFormation User Guide has them under "Parameters". */
function valueFault(value: string, declared: ParameterDeclaration): string | undefined {
  const { AllowedValues, AllowedPattern, ConstraintDescription, MinValue, MaxValue, MinLength, MaxLength } =
    declared
  if (AllowedValues !== undefined && !AllowedValues.map(String).includes(value))
    return `it takes ${AllowedValues.map(String).join(', ')}`
  if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value))
    return ConstraintDescription ?? `it has to match ${AllowedPattern}`
  if (declared.Type === 'Number' && !Number.isFinite(Number(value === '' ? Number.NaN : value)))
    return 'it takes a number'
  if (MinValue !== undefined && Number(value) < Number(MinValue)) return `it is at least ${MinValue}`
  if (MaxValue !== undefined && Number(value) > Number(MaxValue)) return `it is at most ${MaxValue}`
  if (MinLength !== undefined && value.length < Number(MinLength)) return 'it is too short'
  if (MaxLength !== undefined && value.length > Number(MaxLength)) return 'it is too long'
  return undefined
}

function optionOf(parameter: string): string {
  return (OPTIONS as Readonly<Record<string, string | undefined>>)[parameter] ?? `the parameter ${parameter}`
}

function usage(message: string, hint = 'see cognito-vault deploy --help'): CodedError {
  return new CodedError('USAGE', message, { hint: `${hint}; nothing was created` })
}
