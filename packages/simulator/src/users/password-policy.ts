import { createHash } from 'node:crypto'
import { configured, type Pool } from '../pools/pool.js'
import { section } from '../pools/pool-configuration.js'
import type { Random } from '../random.js'
import { ServiceError } from '../service-error.js'

const SYMBOL = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]/u
const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const UPPER = LOWER.toUpperCase()
const DIGITS = '0123456789'

/** Refuses a password that the pool's policy does not allow; the message names the rule, never the password. */
export function checkPassword(pool: Pool, password: string): void {
  const policy = section(configured(pool, 'Policies'), 'PasswordPolicy')
  const problem =
    password.length < Number(policy.MinimumLength ?? 8)
      ? 'Password not long enough'
      : policy.RequireLowercase === true && !/[a-z]/.test(password)
        ? 'Password must have lowercase characters'
        : policy.RequireUppercase === true && !/[A-Z]/.test(password)
          ? 'Password must have uppercase characters'
          : policy.RequireNumbers === true && !/[0-9]/.test(password)
            ? 'Password must have numeric characters'
            : policy.RequireSymbols === true && !SYMBOL.test(password)
              ? 'Password must have symbol characters'
              : undefined
  if (problem !== undefined) {
    throw new ServiceError(
      'InvalidPasswordException',
      `Password did not conform with password policy: ${problem}`,
    )
  }
}

/** With one-time codes as a first factor, a user made without a password has none and needs none. */
export function takesPasswordlessUsers(pool: Pool): boolean {
  const factors = section(configured(pool, 'Policies'), 'SignInPolicy').AllowedFirstAuthFactors
  return Array.isArray(factors) && (factors.includes('EMAIL_OTP') || factors.includes('SMS_OTP'))
}

/** A temporary password that any policy allows: the service makes one when none is given. */
export function generatePassword(random: Random): string {
  return `${random.text(5, LOWER)}${random.text(5, UPPER)}${random.text(5, DIGITS)}${random.text(5, '!@#%&')}`
}

/** What is kept of a password: enough to say later whether a given one is it. */
export function passwordDigest(sub: string, password: string): string {
  return createHash('sha256').update(sub).update(password).digest('base64').slice(0, 22)
}
