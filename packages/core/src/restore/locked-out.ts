import { object, objects, text } from '../cognito/canonical-body.js'
import type { JsonObject } from '../model/canonical.js'
import type { Note, NoteCode } from './fidelity-notes.js'

/** The notes of which any one means that a user cannot get in before an administrator has done something. */
export const LOCKED_OUT: readonly NoteCode[] = [
  'temporary-password-unknown',
  'recovery-by-administrator',
  'no-way-in',
  'recovery-by-other-address',
  'recovery-by-second-factor',
]

/** Whether notes say that a user cannot get in without an administrator. */
export function isLockedOut(notes: readonly Note[]): boolean {
  return notes.some(({ code }) => LOCKED_OUT.includes(code))
}

type Address = 'email' | 'phone_number'

/** How somebody without a password gets into a pool. */
export interface RecoveryRules {
  /** The addresses that "forgot password" writes to; none where only an administrator recovers accounts. */
  readonly recovery: readonly Address[]
  /** The addresses that one-time codes to sign in with are sent to. */
  readonly codes: readonly Address[]
  /** Whether "forgot password" never writes to where the codes of a second factor go; without an AccountRecoverySetting it does. */
  readonly sparesSecondFactor: boolean
}

const MECHANISMS: Readonly<Record<string, Address>> = {
  verified_email: 'email',
  verified_phone_number: 'phone_number',
}
const CODES: Readonly<Record<string, Address>> = { EMAIL_OTP: 'email', SMS_OTP: 'phone_number' }
const BOTH: readonly Address[] = ['email', 'phone_number']

/** What a pool's AccountRecoverySetting and SignInPolicy allow; without the former either address will do. */
export function recoveryRules(pool: JsonObject): RecoveryRules {
  const setting = object(pool, 'AccountRecoverySetting')
  const mechanisms = objects(setting ?? {}, 'RecoveryMechanisms').map((mechanism) => text(mechanism, 'Name'))
  const policy = object(object(pool, 'Policies') ?? {}, 'SignInPolicy') ?? {}
  const factors = Array.isArray(policy['AllowedFirstAuthFactors']) ? policy['AllowedFirstAuthFactors'] : []
  return {
    recovery: mechanisms.length === 0 ? BOTH : addresses(mechanisms, MECHANISMS),
    codes: addresses(factors.map(String), CODES),
    sparesSecondFactor: mechanisms.length > 0,
  }
}

function addresses(names: readonly string[], meaning: Readonly<Record<string, Address>>): Address[] {
  return names.flatMap((name) => meaning[name] ?? [])
}

/**
 * Why a user with these attributes, whose password nobody knows, cannot get in; nothing where there is a way.
 *
 * @param secondFactor the addresses to which the codes of the user's second factors go: whoever has one signs in with no
 *   one-time code alone
 */
export function obstacleToRecovery(
  attributes: ReadonlyMap<string, string>,
  { recovery, codes, sparesSecondFactor }: RecoveryRules,
  secondFactor: readonly string[] = [],
): Note[] {
  const verified = BOTH.filter(
    (address) => attributes.has(address) && attributes.get(`${address}_verified`)?.toLowerCase() === 'true',
  )
  const isWayIn = (address: Address): boolean => recovery.includes(address) || codes.includes(address)
  const isLeft = (address: Address): boolean =>
    secondFactor.length === 0 ||
    (recovery.includes(address) && !(sparesSecondFactor && secondFactor.includes(address)))
  if (verified.some((address) => isWayIn(address) && isLeft(address))) return []
  if (verified.some(isWayIn)) return [{ code: 'recovery-by-second-factor' }]
  if (recovery.length === 0) return [{ code: 'recovery-by-administrator' }]
  if (verified.length === 0) return [{ code: 'no-way-in' }]
  return [{ code: 'recovery-by-other-address', detail: recovery.join(', ') }]
}
