import type { JsonObject } from '../model/canonical.js'
import { parallel } from '../model/parallel.js'
import { makeRecord, NOT_READ, recordValue, type StreamRecord } from '../model/records.js'
import { canonicalBody, object, objects, text } from './canonical-body.js'
import { MFA_GAP } from './capture-gap.js'
import {
  type CallOptions,
  type CognitoApi,
  CognitoError,
  isAccessDenied,
  isCredentialsFailure,
  isException,
} from './cognito-api.js'

export interface MfaCaptureOptions {
  /** Users who are asked for at once. */
  readonly concurrency: number
  readonly signal?: AbortSignal | undefined
  /** Whether users of the pool may have passkeys, which a second operation tells. */
  readonly passkeys: boolean
  take(record: StreamRecord): Promise<void>
  /** Told what could not be read; throws what ends the capture. */
  missed(resource: string, error: unknown): void
  /** Told when one more user was looked at, or passed over. */
  progress(): void
}

/** After so many users whom nothing could be learnt of, the others are not asked for: each costs money. */
const MOST_FAILURES = 20

/** Whose second factor is another's business (a provider's), or who could not have set one yet. */
const WITHOUT_MFA = ['EXTERNAL_PROVIDER', 'UNCONFIRMED']

/**
 * Reads the second factors of users, one AdminGetUser each, which makes the user monthly active; and where there may be
 * passkeys, one AdminGetUserAuthFactors. Users of a provider are passed over, as Cognito asks them for no factor, and so are
 * the unconfirmed, for whom a preference is refused (UserNotConfirmedException). Who is gone meanwhile is no gap, and {@link NOT_READ}.
 *
 * @param users the records of the stream `users`
 * @returns how many users were made monthly active
 */
export async function captureMfa(
  api: CognitoApi,
  poolId: string,
  users: AsyncIterable<StreamRecord>,
  options: MfaCaptureOptions,
): Promise<number> {
  let active = 0
  let failures = 0
  let firstFailure: CognitoError | undefined
  let isDenied = false

  async function read(record: StreamRecord, signal: AbortSignal): Promise<void> {
    const user = recordValue(record)
    if (WITHOUT_MFA.includes(text(user, 'UserStatus'))) return
    const input = { UserPoolId: poolId, Username: text(user, 'Username') }
    const answer = await api.call('AdminGetUser', input, { signal })
    active++
    // Somebody else who has the name by now.
    if (subIn(answer) !== record.key) return options.take(makeRecord(record.key, NOT_READ))
    const factors = options.passkeys ? await authFactors(api, input, { signal }) : {}
    const settings = mfaMembers({ ...factors, ...answer })
    if (Object.keys(settings).length > 0) await options.take(makeRecord(record.key, settings))
  }

  function fail(error: unknown): void {
    if (!(error instanceof CognitoError) || isCredentialsFailure(error)) throw error
    isDenied ||= isAccessDenied(error)
    firstFailure ??= error
    failures++
  }

  await parallel(users, options.concurrency, options.signal, async (record, signal) => {
    if (isDenied || failures >= MOST_FAILURES) return
    try {
      await read(record, signal)
    } catch (error) {
      signal.throwIfAborted()
      if (isException(error, 'UserNotFoundException')) await options.take(makeRecord(record.key, NOT_READ))
      else fail(error)
    }
    options.progress()
  })
  if (firstFailure !== undefined) options.missed(MFA_GAP, firstFailure)
  return active
}

async function authFactors(api: CognitoApi, input: JsonObject, options: CallOptions): Promise<JsonObject> {
  return api.call('AdminGetUserAuthFactors', input, options)
}

function subIn(answer: JsonObject): string {
  const sub = objects(answer, 'UserAttributes').find((attribute) => attribute['Name'] === 'sub')
  return text(sub ?? {}, 'Value')
}

/** Members that are about second factors and passkeys, those included that nobody knows yet. */
const ABOUT_MFA = /mfa|factor|passkey|webauthn/i
/** What a listing says too. */
const LISTED = 'MFAOptions'
/** What follows from the user's profile, and is no setting. */
const DERIVED = ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'SOFTWARE_TOKEN']

/** What answers of AdminGetUser and AdminGetUserAuthFactors say of second factors, in canonical form; empty where nothing is set. */
export function mfaMembers(answer: JsonObject): JsonObject {
  const members = Object.entries(canonicalBody(answer)).flatMap(
    ([member, value]): [string, JsonObject[string]][] => {
      if (!ABOUT_MFA.test(member) || member === LISTED) return []
      const kept =
        member === 'ConfiguredUserAuthFactors' && Array.isArray(value)
          ? value.filter((factor) => typeof factor !== 'string' || !DERIVED.includes(factor))
          : value
      return isNothing(kept) ? [] : [[member, kept]]
    },
  )
  return Object.fromEntries(members)
}

function isNothing(value: JsonObject[string]): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/** Whether users of a pool may have passkeys, by its sign-in policy and its MFA settings. */
export function mayHavePasskeys(pool: JsonObject, mfa: JsonObject): boolean {
  const policy = object(object(pool, 'Policies') ?? {}, 'SignInPolicy') ?? {}
  const { AllowedFirstAuthFactors: first } = policy
  const isFirst = Array.isArray(first) && first.includes('WEB_AUTHN')
  const configuration = object(mfa, 'WebAuthnConfiguration') ?? {}
  return isFirst || text(configuration, 'FactorConfiguration') === 'MULTI_FACTOR_WITH_USER_VERIFICATION'
}
