import { CodedError } from '../model/errors.js'
import type { StoreDependencies } from '../storage/open-store.js'
import type { Environment } from './cli-io.js'
import type { Globals } from './globals.js'
import { identitySettings } from './identity-settings.js'

const TIMEOUT_MS = 60_000

/** How vaults in AWS are reached: one attempt a call, as the store tries again. Nothing is loaded before it is needed. */
export function storageAccess(
  env: Environment,
  globals: Globals,
): Required<Pick<StoreDependencies, 'limits' | 's3' | 'dynamodb'>> {
  const { limits, objectLock, region = globals.region } = globals.storage

  function settings(service: 'S3' | 'DYNAMODB') {
    const endpoint =
      globals.storage.endpointUrl ?? (env[`AWS_ENDPOINT_URL_${service}`] || env['AWS_ENDPOINT_URL'])
    return {
      ...identitySettings(env, globals),
      ...(region === undefined ? {} : { region }),
      ...(endpoint ? { endpoint } : {}),
      maxAttempts: 1,
      requestHandler: {
        connectionTimeout: 5_000,
        requestTimeout: TIMEOUT_MS,
        throwOnRequestTimeout: true,
        socketTimeout: TIMEOUT_MS,
        httpsAgent: { keepAlive: true, maxSockets: 64 },
        httpAgent: { keepAlive: true, maxSockets: 64 },
      },
    }
  }

  return {
    limits,
    s3: {
      objectLock,
      connect: async () => {
        const { S3Client } = await import('@aws-sdk/client-s3')
        const given = settings('S3')
        // Names of buckets are no names of hosts at another's address.
        const client = new S3Client({ ...given, forcePathStyle: given.endpoint !== undefined })
        await requireRegion(() => client.config.region())
        return client
      },
    },
    dynamodb: {
      connect: async () => {
        const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb')
        const client = new DynamoDBClient(settings('DYNAMODB'))
        await requireRegion(() => client.config.region())
        return client
      },
    },
  }
}

/** Neither an option nor the environment nor the profile may say. */
async function requireRegion(region: () => Promise<string>): Promise<void> {
  try {
    await region()
  } catch (cause) {
    throw new CodedError('USAGE', 'no AWS Region was named for the vault', {
      hint: 'give --storage-region, set COGNITO_VAULT_STORAGE_REGION or AWS_REGION, or set region in the AWS profile',
      cause,
    })
  }
}
