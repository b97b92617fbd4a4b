import type { ServiceSettings } from '../references-aws/aws-service.js'
import type { Environment } from './cli-io.js'
import type { Globals } from './globals.js'

/** Credentials of the environment, as the SDK takes them: where no profile was named, before everything else. */
export function identitySettings(
  env: Environment,
  { profile }: Globals,
): Omit<ServiceSettings, 'region' | 'endpoint'> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env
  const { AWS_SESSION_TOKEN: sessionToken } = env
  const ownKeys = profile === undefined && Boolean(accessKeyId) && Boolean(secretAccessKey)
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(ownKeys
      ? {
          credentials: {
            accessKeyId: accessKeyId ?? '',
            secretAccessKey: secretAccessKey ?? '',
            ...(sessionToken ? { sessionToken } : {}),
          },
        }
      : {}),
  }
}
