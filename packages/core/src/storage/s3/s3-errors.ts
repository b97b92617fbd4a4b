import { CodedError, type ErrorCode } from '../../model/errors.js'
import { refusedCaller } from '../aws/refused-caller.js'

/** What S3 answered, as far as code may rely on it: the status, the error's code, and headers. */
export interface S3Failure {
  readonly status: number | undefined
  /** `NoSuchKey`, `AccessDenied`, …; of an answer without a body the SDK's name for the status. */
  readonly name: string
  readonly bucketRegion: string | undefined
}

export function failureOf(error: unknown): S3Failure {
  const { name, Code, $metadata, $response } = error as {
    name?: string
    Code?: string
    $metadata?: { httpStatusCode?: number }
    $response?: { headers?: Record<string, string> }
  }
  return {
    status: $metadata?.httpStatusCode,
    name: Code ?? name ?? 'unknown failure',
    bucketRegion: $response?.headers?.['x-amz-bucket-region'],
  }
}

/** Whether there is no such object. That there is no such bucket is another thing, where the answer says so. */
export function isMissing(error: unknown): boolean {
  const { status, name } = failureOf(error)
  return status === 404 && name !== 'NoSuchBucket'
}

const REJECTED = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'TokenRefreshRequired',
  'RequestTimeTooSkewed',
  'CredentialsProviderError',
])
const OTHER_REGION = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
  'TemporaryRedirect',
])

/** Each operation of the API that the store calls, and the permissions for it. */
const PERMISSIONS = {
  PutObject: 's3:PutObject',
  GetObject: 's3:GetObject and s3:ListBucket',
  HeadObject: 's3:GetObject and s3:ListBucket',
  ListObjectsV2: 's3:ListBucket',
  DeleteObject: 's3:DeleteObject',
  PutObjectRetention: 's3:PutObjectRetention and s3:GetObjectRetention',
  GetObjectRetention: 's3:GetObjectRetention',
  ListObjectVersions: 's3:ListBucketVersions',
  GetObjectVersion: 's3:GetObjectVersion',
} as const

export type S3Operation = keyof typeof PERMISSIONS

/** What a failed call means to whoever keeps a vault in `bucket`; `value` is the key or prefix that it was about. */
export function s3Error(error: unknown, operation: S3Operation, value: string, bucket: string): CodedError {
  if (error instanceof CodedError) return error
  const { status, name, bucketRegion } = failureOf(error)
  const what = value === '' ? bucket : value
  const failed = `${operation} of ${what} failed: ${name}`
  const coded = (code: ErrorCode, message: string, hint: string): CodedError =>
    new CodedError(code, message, { value: what, hint, cause: error })

  if (name === 'NoSuchBucket') {
    return coded(
      'VAULT_NOT_FOUND',
      `there is no bucket ${bucket}`,
      `check the name, or make it: aws s3 mb s3://${bucket}, then cognito-vault init`,
    )
  }
  if (status === 301 || status === 307 || OTHER_REGION.has(name)) {
    return coded(
      'USAGE',
      `the bucket ${bucket} is in ${bucketRegion === undefined ? 'another Region' : `the Region ${bucketRegion}`}`,
      `give --storage-region ${bucketRegion ?? 'REGION'}, or set COGNITO_VAULT_STORAGE_REGION`,
    )
  }
  const refused = refusedCaller(error, { name, rejected: REJECTED, failed, value: what })
  if (refused !== undefined) return refused
  if (status === 403 || name.startsWith('KMS.')) {
    return coded(
      'ACCESS_DENIED',
      `access denied: ${operation} of ${what} (${name})`,
      `allow ${PERMISSIONS[operation]} on ${bucket}; where a KMS key encrypts it also kms:GenerateDataKey and kms:Decrypt: see docs/storage.md`,
    )
  }
  if (status === 507) return coded('STORAGE_FULL', failed, `free space where ${bucket} lies`)
  if (status === 501) {
    return coded(
      'STORAGE_UNSUPPORTED',
      failed,
      'the server lacks a part of S3 that the vault needs: see docs/storage.md',
    )
  }
  return coded(
    'STORAGE_FAILED',
    failed,
    `see whether ${bucket} can be reached, then run the same command again`,
  )
}
