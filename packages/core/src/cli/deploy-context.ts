import type { DeployContext } from '../actions/deploy.js'
import { createCodeBucket } from '../deploy-aws/code-bucket.js'
import { createStackService } from '../deploy-aws/cloudformation.js'
import { CodedError } from '../model/errors.js'
import type { ServiceSettings } from '../references-aws/aws-service.js'
import { withCognito } from './cognito-context.js'
import type { CommandRun } from './commands/command.js'
import { identitySettings } from './identity-settings.js'
import { outsideContext, serviceSettings } from './outside-context.js'

/** Does the work with all that a deployment calls. There is no vault: that is what is made. */
export async function withDeployment<T>(
  { io, globals, sink }: CommandRun,
  poolId: string | undefined,
  work: (context: DeployContext) => Promise<T>,
): Promise<T> {
  const identity = identitySettings(io.env, globals)
  const settingsOf = serviceSettings(io.env, globals, identity)

  function settings(service: 'CLOUDFORMATION' | 'S3', region: string): ServiceSettings {
    const found = settingsOf(service, region)
    if (!('unknown' in found)) return found
    throw new CodedError('USAGE', found.unknown, {
      hint: `set AWS_ENDPOINT_URL_${service}, or leave --endpoint-url out; nothing was created`,
    })
  }

  const open: { close(): void }[] = []
  function opened<S extends { close(): void }>(service: S): S {
    open.push(service)
    return service
  }

  const { clock, random, signal } = io
  try {
    return await withCognito(io, globals, { clock, random, sink, signal }, { poolId }, (context) =>
      work({
        ...context,
        ...outsideContext(io.env, globals, context.api.region, identity),
        stacks: (region) => opened(createStackService(settings('CLOUDFORMATION', region))),
        code: (region, account) => opened(createCodeBucket(settings('S3', region), account)),
      }),
    )
  } finally {
    for (const service of open) service.close()
  }
}
