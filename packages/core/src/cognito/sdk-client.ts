import { CognitoIdentityClient } from '@aws-sdk/client-cognito-identity'
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { REQUEST_TIMEOUT_MS } from './cognito-api.js'
import { RawJsonProtocol } from './raw-json-protocol.js'

type ClientConfig = NonNullable<ConstructorParameters<typeof CognitoIdentityProviderClient>[0]>

/** Settings of the SDK's client that this program leaves to its caller. */
export type SdkClientSettings = Pick<ClientConfig, 'endpoint' | 'credentials' | 'profile'> & {
  region: string
}

/** The SDK's clients of both services, with the same settings. */
export interface SdkClient {
  readonly userPools: CognitoIdentityProviderClient
  readonly identityPools: CognitoIdentityClient
  /** Ends the connections. */
  destroy(): void
}

/** Clients of the SDK that pass bodies raw and make one attempt a call, with one set of credentials. */
export function createSdkClient(settings: SdkClientSettings): SdkClient {
  const userPools = new CognitoIdentityProviderClient(clientConfig(settings))
  const identityPools = new CognitoIdentityClient({
    ...clientConfig(settings),
    credentials: userPools.config.credentials,
  })
  return {
    userPools,
    identityPools,
    destroy: () => {
      userPools.destroy()
      identityPools.destroy()
    },
  }
}

function clientConfig(settings: SdkClientSettings): ClientConfig {
  return {
    ...settings,
    protocol: RawJsonProtocol,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      // The timeout above ends when an answer begins; this one is for an answer that never ends.
      socketTimeout: REQUEST_TIMEOUT_MS,
      httpsAgent: { keepAlive: true, maxSockets: 64 },
      httpAgent: { keepAlive: true, maxSockets: 64 },
    },
  }
}
