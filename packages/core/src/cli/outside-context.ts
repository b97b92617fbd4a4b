import type { CognitoContext } from '../actions/context.js'
import { createAskAccount } from '../references-aws/ask-account.js'
import type { ServiceSettings, SettingsOf } from '../references-aws/aws-service.js'
import { createReferenceChecker } from '../references-aws/create-checker.js'
import type { Environment } from './cli-io.js'
import type { Globals } from './globals.js'

/**
 * Who answers for what is outside the pool. `--endpoint-url` is Cognito's alone: where it names an emulator, AWS itself knows nothing of what
 * is around it, and another service is asked only where the SDK's own variables name its endpoint too.
 */
export function outsideContext(
  env: Environment,
  { endpointUrl }: Globals,
  region: string,
  shared: Omit<ServiceSettings, 'region' | 'endpoint'>,
): Required<Pick<CognitoContext, 'account' | 'checkReference'>> {
  const settingsOf: SettingsOf = (service, where) => {
    const endpoint = env[`AWS_ENDPOINT_URL_${service}`] || env['AWS_ENDPOINT_URL']
    if (!endpoint && endpointUrl !== undefined)
      return { unknown: `--endpoint-url is Cognito's alone, and AWS_ENDPOINT_URL_${service} is not set` }
    return { ...shared, region: where, ...(endpoint ? { endpoint } : {}) }
  }
  const account = createAskAccount(settingsOf, region)
  return { account, checkReference: createReferenceChecker(settingsOf, account, region) }
}
