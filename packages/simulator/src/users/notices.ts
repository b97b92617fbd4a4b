import type { Account } from '../account.js'
import { isJsonObject } from '../json.js'
import { configured, type Pool } from '../pools/pool.js'
import { attributeOf, type UserRecord } from './user-record.js'

/** What a caller passes on to Lambda functions. */
export type ClientMetadata = Readonly<Record<string, string>> | undefined

/** Notes that the pool's Lambda function for this trigger would run, if it has one. */
export function runTrigger(
  account: Account,
  pool: Pool,
  record: UserRecord,
  source: string,
  metadata: ClientMetadata,
): void {
  const configuredTrigger = configured(pool, 'LambdaConfig')[source.slice(0, source.indexOf('_'))]
  const functionArn = isJsonObject(configuredTrigger) ? configuredTrigger.LambdaArn : configuredTrigger
  if (typeof functionArn !== 'string') return
  account.ledger.trigger({
    userPoolId: pool.id,
    source,
    functionArn,
    sub: record.sub,
    clientMetadata: { ...metadata },
  })
}

/** Why a message is sent, and the suffix of the triggers that it runs. */
const triggerSuffixes = {
  AdminCreateUser: 'AdminCreateUser',
  ResendInvitation: 'AdminCreateUser',
  SignUp: 'SignUp',
  VerifyUserAttribute: 'UpdateUserAttribute',
  ResetPassword: 'ForgotPassword',
  Authentication: 'Authentication',
} as const

/** A reason for a message. */
export type MessageReason = keyof typeof triggerSuffixes

/** Notes a message to the user's address or number, and the triggers that it runs; none without an address. */
export function sendMessage(
  account: Account,
  pool: Pool,
  record: UserRecord,
  medium: 'EMAIL' | 'SMS',
  reason: MessageReason,
  metadata: ClientMetadata,
  destination = attributeOf(record, medium === 'EMAIL' ? 'email' : 'phone_number'),
): void {
  if (destination === undefined) return
  const suffix = triggerSuffixes[reason]
  runTrigger(account, pool, record, `CustomMessage_${suffix}`, metadata)
  runTrigger(
    account,
    pool,
    record,
    `${medium === 'EMAIL' ? 'CustomEmailSender' : 'CustomSMSSender'}_${suffix}`,
    metadata,
  )
  account.ledger.message({ userPoolId: pool.id, sub: record.sub, medium, reason, destination })
}
