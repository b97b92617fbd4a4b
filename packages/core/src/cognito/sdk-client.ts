import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { REQUEST_TIMEOUT_MS } from './cognito-api.js'
import { RawJsonProtocol } from './raw-json-protocol.js'

type ClientConfig = NonNullable<ConstructorParameters<typeof CognitoIdentityProviderClient>[0]>

/** Settings of the SDK's client that this program leaves to its caller. */
export type SdkClientSettings = Pick<ClientConfig, 'endpoint' | 'credentials' | 'profile'> & {
  region: string
}

/** A client of the SDK that passes bodies raw and makes one attempt a call. */
export function createSdkClient(settings: SdkClientSettings): CognitoIdentityProviderClient {
  return new CognitoIdentityProviderClient({
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
  })
}
