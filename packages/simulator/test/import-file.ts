import type { CognitoIdentityProvider, UserImportJobType } from '@aws-sdk/client-cognito-identity-provider'

const CloudWatchLogsRoleArn = 'arn:aws:iam::123456789012:role/import-logs'

/** Puts a file where a job says. */
export function upload(
  job: UserImportJobType | undefined,
  file: string,
  headers: Record<string, string> = { 'x-amz-server-side-encryption': 'aws:kms' },
): Promise<Response> {
  return fetch(job?.PreSignedUrl ?? '', { method: 'PUT', headers, body: file })
}

/** Makes a job, its file given in whole. */
export async function createJob(
  client: CognitoIdentityProvider,
  UserPoolId: string,
  file?: string,
  PasswordHashingAlgorithm?: 'BCRYPT',
): Promise<{ UserPoolId: string; JobId: string }> {
  const request = { UserPoolId, JobName: 'job', CloudWatchLogsRoleArn, PasswordHashingAlgorithm }
  const { UserImportJob } = await client.createUserImportJob(request)
  if (file !== undefined) await upload(UserImportJob, file)
  return { UserPoolId, JobId: UserImportJob?.JobId ?? '' }
}

/** A file of these users with the columns of the pool, and the ones named beside. */
export async function fileOf(
  client: CognitoIdentityProvider,
  UserPoolId: string,
  users: readonly Readonly<Record<string, string>>[],
  more: readonly string[] = [],
): Promise<string> {
  const { CSVHeader = [] } = await client.getCSVHeader({ UserPoolId })
  const columns = [...CSVHeader, ...more]
  const rows = users.map((user) => columns.map((column) => user[column] ?? '').join(','))
  return [columns.join(','), ...rows, ''].join('\n')
}

/** A user as an import takes them. */
export function importable(
  name: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return { 'cognito:username': name, email: `${name}@example.com`, email_verified: 'TRUE', ...more }
}
