import type { ReferenceCheck } from '../restore/references/check-reference.js'
import { clientConfig, FOUND, missing, type ServiceSettings } from './aws-service.js'

/** A verified identity to send mail from: SES's GetEmailIdentity. */
export async function checkIdentity(
  arn: string,
  settings: ServiceSettings,
  abortSignal: AbortSignal,
): Promise<ReferenceCheck> {
  const { SESv2Client, GetEmailIdentityCommand } = await import('@aws-sdk/client-sesv2')
  const client = new SESv2Client(clientConfig(settings))
  try {
    const EmailIdentity = arn.slice(arn.indexOf('/') + 1)
    const found = await client.send(new GetEmailIdentityCommand({ EmailIdentity }), { abortSignal })
    return found.VerifiedForSendingStatus === false ? missing('the identity is not verified') : FOUND
  } catch (error) {
    if ((error as Error).name === 'NotFoundException') return missing('there is no such identity')
    throw error
  } finally {
    client.destroy()
  }
}
