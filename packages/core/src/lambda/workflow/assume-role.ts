import type { Environment } from './environment.js'
import { CodedError } from '../../model/errors.js'

export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

const ROLE = /^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/
/** The longest that a role gives whoever has a role already; a slice is shorter. */
const SESSION_SECONDS = 3_600

/**
 * Credentials of a role in another account, for the calls to Cognito of one slice. AssumeRole.
 *
 * @throws CodedError `USAGE` for what is no role, `ACCESS_DENIED` where the role does not let the caller in
 */
export async function assumeRole(
  roleArn: string,
  region: string,
  env: Environment,
  sessionName: string,
): Promise<AwsCredentials> {
  if (!ROLE.test(roleArn))
    throw new CodedError('USAGE', 'roleArn is not the ARN of a role', {
      value: roleArn,
      hint: 'for instance arn:aws:iam::111122223333:role/cognito-vault-restore',
    })
  const { AssumeRoleCommand, STSClient } = await import('@aws-sdk/client-sts')
  const endpoint = env['AWS_ENDPOINT_URL_STS'] || env['AWS_ENDPOINT_URL']
  const client = new STSClient({ region, ...(endpoint ? { endpoint } : {}) })
  try {
    const { Credentials: given } = await client.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: sessionName.replaceAll(/[^\w+=,.@-]/g, '-').slice(0, 64),
        DurationSeconds: SESSION_SECONDS,
      }),
    )
    if (given?.AccessKeyId === undefined || given.SecretAccessKey === undefined)
      throw new CodedError('ACCESS_DENIED', `STS gave no credentials of ${roleArn}`, { value: roleArn })
    return {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      ...(given.SessionToken === undefined ? {} : { sessionToken: given.SessionToken }),
    }
  } catch (cause) {
    if (cause instanceof CodedError) throw cause
    const name = cause instanceof Error ? cause.name : 'an unknown failure'
    throw new CodedError('ACCESS_DENIED', `the role ${roleArn} cannot be assumed: ${name}`, {
      value: roleArn,
      hint: "its trust policy has to name the role of the restore function, and that one's policy has to allow sts:AssumeRole on it",
      cause,
    })
  } finally {
    client.destroy()
  }
}
