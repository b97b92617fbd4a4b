import type { ReferenceCheck } from '../restore/references/check-reference.js'
import { clientConfig, FOUND, missing, type ServiceSettings } from './aws-service.js'

/** A function, or the version or alias of it that the ARN names: Lambda's GetFunctionConfiguration. */
export async function checkFunction(
  arn: string,
  settings: ServiceSettings,
  abortSignal: AbortSignal,
): Promise<ReferenceCheck> {
  const { LambdaClient, GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda')
  const client = new LambdaClient(clientConfig(settings))
  try {
    await client.send(new GetFunctionConfigurationCommand({ FunctionName: arn }), { abortSignal })
    return FOUND
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return missing('there is no such function')
    throw error
  } finally {
    client.destroy()
  }
}
