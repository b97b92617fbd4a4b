import type { AdminInitiateAuthRequest } from '@aws-sdk/client-cognito-identity-provider'
import { poolOf, type Account } from '../account.js'
import type { JsonObject } from '../json.js'
import { clientOf } from '../pools/clients.js'
import type { Client, Pool } from '../pools/pool.js'
import { invalidParameter, ServiceError } from '../service-error.js'
import { runTrigger, sendMessage } from '../users/notices.js'
import { passwordDigest } from '../users/password-policy.js'
import { checkSecretHash } from '../users/secret-hash.js'
import type { UserRecord } from '../users/user-record.js'
import type { Operation, Operations } from './operation.js'

const FLOWS = ['ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH']

/** Sign-in with a username and a password, the only flow that is simulated; the tokens are no tokens. */
const adminInitiateAuth: Operation<AdminInitiateAuthRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const client = clientOf(pool, request.ClientId)
  const { USERNAME: username, PASSWORD: password, SECRET_HASH: hash } = request.AuthParameters ?? {}
  checkFlow(client, request.AuthFlow ?? '')
  if (username === undefined) throw invalidParameter('Missing required parameter USERNAME')
  if (password === undefined) throw invalidParameter('Missing required parameter PASSWORD')
  if (client.secrets.length > 0 && hash === undefined) {
    throw notAuthorized(`Client ${client.id} is configured with secret but SECRET_HASH was not received`)
  }
  checkSecretHash(client, username, hash)
  const record = pool.users.resolve(username)
  if (record === undefined) throw unknownUser(client)
  if (!record.enabled) throw notAuthorized('User is disabled.')
  runTrigger(account, pool, record, 'PreAuthentication_Authentication', undefined)
  if (record.status === 'RESET_REQUIRED') {
    throw new ServiceError('PasswordResetRequiredException', 'Password reset required for the user')
  }
  if (record.extras?.passwordDigest !== passwordDigest(record.sub, password)) {
    throw notAuthorized('Incorrect username or password.')
  }
  if (record.status === 'UNCONFIRMED') {
    throw new ServiceError('UserNotConfirmedException', 'User is not confirmed.')
  }
  const challenge = challengeOf(account, pool, record)
  if (challenge !== undefined) {
    return { ...challenge, Session: account.random.text(64, 'abcdefghijklmnopqrstuvwxyz') }
  }
  runTrigger(account, pool, record, 'PostAuthentication_Authentication', undefined)
  account.ledger.active(pool.id, record.sub, 'AdminInitiateAuth')
  return {
    ChallengeParameters: {},
    AuthenticationResult: {
      AccessToken: 'access',
      IdToken: 'id',
      RefreshToken: 'refresh',
      ExpiresIn: 3600,
      TokenType: 'Bearer',
    },
  }
}

function checkFlow(client: Client, flow: string): void {
  if (!FLOWS.includes(flow)) throw invalidParameter(`${flow} is not simulated.`)
  const allowed = client.body.ExplicitAuthFlows
  const takes: readonly unknown[] = ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH']
  if (Array.isArray(allowed) && allowed.some((name) => takes.includes(name))) return
  throw invalidParameter('Auth flow not enabled for this client')
}

/** Who must not learn which users there are gets the answer that a wrong password has. */
function unknownUser(client: Client): ServiceError {
  return client.body.PreventUserExistenceErrors === 'ENABLED'
    ? notAuthorized('Incorrect username or password.')
    : new ServiceError('UserNotFoundException', 'User does not exist.')
}

function notAuthorized(message: string): ServiceError {
  return new ServiceError('NotAuthorizedException', message)
}

/** What a user whose password was right has to do besides. */
function challengeOf(account: Account, pool: Pool, record: UserRecord): JsonObject | undefined {
  const ids = { USER_ID_FOR_SRP: record.username }
  if (record.status === 'FORCE_CHANGE_PASSWORD') {
    return {
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      ChallengeParameters: { ...ids, userAttributes: '{}', requiredAttributes: '[]' },
    }
  }
  const { MfaConfiguration: level = 'OFF' } = pool.configuration
  const factors = record.extras?.mfa ?? []
  const factor = record.extras?.preferredMfa ?? factors[0]
  if (level === 'OFF' || (level === 'OPTIONAL' && factor === undefined)) return undefined
  if (factor === undefined) {
    return {
      ChallengeName: 'MFA_SETUP',
      ChallengeParameters: { ...ids, MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' },
    }
  }
  if (record.extras?.preferredMfa === undefined && factors.length > 1) {
    return {
      ChallengeName: 'SELECT_MFA_TYPE',
      ChallengeParameters: { ...ids, MFAS_CAN_SELECT: JSON.stringify(factors) },
    }
  }
  if (factor === 'SMS_MFA') sendMessage(account, pool, record, 'SMS', 'Authentication', undefined)
  if (factor === 'EMAIL_OTP') sendMessage(account, pool, record, 'EMAIL', 'Authentication', undefined)
  return { ChallengeName: factor, ChallengeParameters: ids }
}

/** Operations by which users sign in. */
export const signInOperations: Operations = { AdminInitiateAuth: adminInitiateAuth }
