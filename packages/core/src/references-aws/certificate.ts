import type { ReferenceCheck } from '../restore/references/check-reference.js'
import { clientConfig, FOUND, missing, type ServiceSettings } from './aws-service.js'

/** A certificate that can be used: ACM's DescribeCertificate. */
export async function checkCertificate(
  arn: string,
  settings: ServiceSettings,
  abortSignal: AbortSignal,
): Promise<ReferenceCheck> {
  const { ACMClient, DescribeCertificateCommand } = await import('@aws-sdk/client-acm')
  const client = new ACMClient(clientConfig(settings))
  try {
    const command = new DescribeCertificateCommand({ CertificateArn: arn })
    const { Certificate } = await client.send(command, { abortSignal })
    const status = Certificate?.Status ?? 'ISSUED'
    return status === 'ISSUED' ? FOUND : missing(`the certificate is ${status}`)
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return missing('there is no such certificate')
    throw error
  } finally {
    client.destroy()
  }
}
