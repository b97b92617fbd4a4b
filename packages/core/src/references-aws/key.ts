import type { ReferenceCheck } from '../restore/references/check-reference.js'
import { clientConfig, FOUND, missing, type ServiceSettings } from './aws-service.js'

/** A key that can be used: KMS's DescribeKey. */
export async function checkKey(
  arn: string,
  settings: ServiceSettings,
  abortSignal: AbortSignal,
): Promise<ReferenceCheck> {
  const { KMSClient, DescribeKeyCommand } = await import('@aws-sdk/client-kms')
  const client = new KMSClient(clientConfig(settings))
  try {
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: arn }), { abortSignal })
    const state = KeyMetadata?.KeyState ?? 'Enabled'
    return state === 'Enabled' ? FOUND : missing(`the key is ${state}`)
  } catch (error) {
    if ((error as Error).name === 'NotFoundException') return missing('there is no such key')
    throw error
  } finally {
    client.destroy()
  }
}
