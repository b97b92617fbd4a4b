import type { ReferenceCheck } from '../restore/references/check-reference.js'
import { clientConfig, FOUND, missing, type ServiceSettings } from './aws-service.js'

/** A role of the account that is called: IAM's GetRole, which takes a name without its path. */
export async function checkRole(
  arn: string,
  settings: ServiceSettings,
  abortSignal: AbortSignal,
): Promise<ReferenceCheck> {
  const { IAMClient, GetRoleCommand } = await import('@aws-sdk/client-iam')
  const client = new IAMClient(clientConfig(settings))
  try {
    const RoleName = arn.slice(arn.lastIndexOf('/') + 1)
    const { Role } = await client.send(new GetRoleCommand({ RoleName }), { abortSignal })
    return Role?.Arn === arn ? FOUND : missing('the role of that name has another ARN')
  } catch (error) {
    if (/^NoSuchEntity/.test((error as Error).name)) return missing('there is no such role')
    throw error
  } finally {
    client.destroy()
  }
}
