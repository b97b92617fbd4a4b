import type { CognitoContext } from '../../actions/context.js'
import { assumeRole } from './assume-role.js'
import type { Call } from './call.js'
import { type CognitoAccess, withCognito } from './connect.js'
import { executionName } from './execution-name.js'

/** Does the work with a context that can call Cognito where a restore goes, in another account by a role of that one. */
export async function withTarget<T>(
  { vaults, settings, env, event }: Call,
  {
    region,
    roleArn,
    intoLivePool,
  }: Pick<CognitoAccess, 'region' | 'intoLivePool'> & { readonly roleArn?: string | undefined },
  work: (context: CognitoContext) => Promise<T>,
): Promise<T> {
  const name = `cognito-vault-${executionName(event.execution)}`
  const credentials =
    roleArn === undefined ? undefined : await assumeRole(roleArn, settings.region, env, name)
  return withCognito(vaults.context, settings, env, { region, intoLivePool, credentials }, work)
}
