import type { AskAccount } from '../actions/context.js'
import { createAskAccount } from '../references-aws/ask-account.js'
import type { ServiceSettings, SettingsOf } from '../references-aws/aws-service.js'
import { createReferenceChecker } from '../references-aws/create-checker.js'
import type { CheckReference } from '../restore/references/check-reference.js'
import type { Environment } from './cli-io.js'
import type { Globals } from './globals.js'

/**
 * How the services around Cognito are reached. `--endpoint-url` is Cognito's alone: where it names an emulator, AWS itself knows nothing of what
 * is around it, and another service is asked only where the SDK's own variables name its endpoint too.
 */
export function serviceSettings(
  env: Environment,
  { endpointUrl }: Globals,
  shared: Omit<ServiceSettings, 'region' | 'endpoint'>,
): SettingsOf {
  return (service, where) => {
    const endpoint = env[`AWS_ENDPOINT_URL_${service}`] || env['AWS_ENDPOINT_URL']
    if (!endpoint && endpointUrl !== undefined)
      return { unknown: `--endpoint-url is Cognito's alone, and AWS_ENDPOINT_URL_${service} is not set` }
    return { ...shared, region: where, ...(endpoint ? { endpoint } : {}) }
  }
}

/** Who answers for what is outside the pool. */
export function outsideContext(
  env: Environment,
  globals: Globals,
  region: string,
  shared: Omit<ServiceSettings, 'region' | 'endpoint'>,
): { readonly account: AskAccount; readonly checkReference: CheckReference } {
  const settingsOf = serviceSettings(env, globals, shared)
  const account = createAskAccount(settingsOf, region)
  return { account, checkReference: createReferenceChecker(settingsOf, account, region) }
}
