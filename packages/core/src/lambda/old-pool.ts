import { createHmac } from 'node:crypto'
import {
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  type AdminInitiateAuthCommandOutput,
  CognitoIdentityProviderClient,
  CognitoIdentityProviderServiceException,
} from '@aws-sdk/client-cognito-identity-provider'

/** The pool that still has the passwords, and a client of it that takes ALLOW_ADMIN_USER_PASSWORD_AUTH. */
export interface OldPoolSettings {
  readonly userPoolId: string
  readonly clientId: string
  /** Where the client has one. */
  readonly clientSecret?: string | undefined
  /** Another endpoint than the Region's, such as an emulator's. */
  readonly endpoint?: string | undefined
  /** Where not given, those of the function's role. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined
}

/** A user of the old pool. */
export interface OldUser {
  readonly username: string
  readonly status: string
  readonly enabled: boolean
  readonly attributes: ReadonlyMap<string, string>
}

/** What the old pool asks of a user whose password was right: nothing, or a challenge. */
export interface Accepted {
  readonly challenge: string | undefined
  /** The factors of which a user can choose one, where that is the challenge. */
  readonly factors: readonly string[]
}

/** Says who the users of the old pool are. Errors have no message but what kind of error the old pool answered with. */
export interface OldPool {
  /**
   * Signs in with AdminInitiateAuth; where the user has MFA by SMS or email, the old pool sends a code.
   *
   * @throws Error where the user is not there, or the password is not theirs
   */
  checkPassword(username: string, password: string): Promise<Accepted>
  /** AdminGetUser, which makes the user monthly active in the old pool. @throws Error where the user is not there */
  getUser(username: string): Promise<OldUser>
}

/** Cognito waits five seconds for a trigger, and two calls have to be made in them. */
const TIMEOUT_MS = 2_000

export function openOldPool(settings: OldPoolSettings): OldPool {
  const { userPoolId: UserPoolId, clientId: ClientId, endpoint, credentials } = settings
  const client = new CognitoIdentityProviderClient({
    region: UserPoolId.split('_', 1)[0] ?? '',
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    // A sign-in that was answered too late must not count as another one against the user.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: TIMEOUT_MS, throwOnRequestTimeout: true },
  })

  return {
    checkPassword: async (username, password) => {
      const hash = secretHash(settings, username)
      const answer = await anonymous(() =>
        client.send(
          new AdminInitiateAuthCommand({
            UserPoolId,
            ClientId,
            AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
            AuthParameters: {
              USERNAME: username,
              PASSWORD: password,
              ...(hash === undefined ? {} : { SECRET_HASH: hash }),
            },
          }),
        ),
      )
      if (answer.ChallengeName === undefined && answer.AuthenticationResult === undefined)
        throw new Error('the old pool answered neither with tokens nor with a challenge')
      return { challenge: answer.ChallengeName, factors: factorsIn(answer) }
    },
    getUser: async (username) => {
      const answer = await anonymous(() =>
        client.send(new AdminGetUserCommand({ UserPoolId, Username: username })),
      )
      const attributes = (answer.UserAttributes ?? []).map(
        ({ Name = '', Value = '' }) => [Name, Value] as const,
      )
      return {
        username: answer.Username ?? '',
        status: answer.UserStatus ?? '',
        enabled: answer.Enabled === true,
        attributes: new Map(attributes),
      }
    },
  }
}

function secretHash({ clientId, clientSecret }: OldPoolSettings, username: string): string | undefined {
  if (clientSecret === undefined) return undefined
  return createHmac('sha256', clientSecret).update(`${username}${clientId}`).digest('base64')
}

function factorsIn({ ChallengeParameters }: AdminInitiateAuthCommandOutput): string[] {
  const list: unknown = JSON.parse(ChallengeParameters?.['MFAS_CAN_CHOOSE'] ?? '[]')
  return Array.isArray(list) ? list.map(String) : []
}

/** What Lambda logs of an error, and Cognito may show of it, must not say whose sign-in it was. */
async function anonymous<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    const kind =
      error instanceof CognitoIdentityProviderServiceException
        ? error.name
        : 'no answer, or one that cannot be read'
    // Without its cause, whose message may name the user.
    throw new Error(`the old pool refused: ${kind}`)
  }
}
