import { createHash } from 'node:crypto'

/** What stands for its user in a pool, so that no two users can have the same of it. */
export const ALIASES = ['email', 'phone_number', 'preferred_username'] as const

/** The flag that says whether an address is its user's. */
export const FLAG_OF: Readonly<Record<string, string>> = {
  email: 'email_verified',
  phone_number: 'phone_number_verified',
}

/**
 * What a user has in the place of an address that somebody else of the same run gets back, until the user's own comes: a
 * name under `.invalid` (RFC 2606), or a number of a country code that is not assigned (ITU-T E.164: 999), so that it is
 * nobody's. The same for the same user and address, so that it is known again after a stop.
 */
export function placeholderOf(name: string, sub: string): string {
  const digest = createHash('sha256').update(`${name}\n${sub}`).digest('hex')
  if (name === 'phone_number')
    return `+999${(BigInt(`0x${digest.slice(0, 14)}`) % 10n ** 11n).toString().padStart(11, '0')}`
  const local = `released-${digest.slice(0, 24)}`
  return name === 'email' ? `${local}@cognito-vault.invalid` : local
}
