import type { AskAccount } from '../actions/context.js'
import { clientConfig, failureText, type SettingsOf } from './aws-service.js'

/** Which account the credentials are of: STS's GetCallerIdentity, which needs no permission. Asked once. */
export function createAskAccount(settingsOf: SettingsOf, region: string): AskAccount {
  let answer: ReturnType<AskAccount> | undefined
  return () => (answer ??= ask(settingsOf, region))
}

async function ask(settingsOf: SettingsOf, region: string): ReturnType<AskAccount> {
  const settings = settingsOf('STS', region)
  if ('unknown' in settings) return settings
  const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts')
  const client = new STSClient(clientConfig(settings))
  try {
    const { Account } = await client.send(new GetCallerIdentityCommand({}))
    return Account === undefined ? { unknown: 'STS does not say' } : { id: Account }
  } catch (error) {
    return { unknown: `STS: ${failureText(error)}` }
  } finally {
    client.destroy()
  }
}
