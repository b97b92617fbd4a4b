import type { OldUser } from './old-pool.js'

/** The response of a UserMigration trigger. */
export interface MigratedUser {
  readonly userAttributes: Readonly<Record<string, string>>
  readonly finalUserStatus?: 'CONFIRMED' | 'RESET_REQUIRED'
  readonly messageAction: 'SUPPRESS'
  readonly desiredDeliveryMediums: readonly ('EMAIL' | 'SMS')[]
  readonly forceAliasCreation: false
  readonly enableSMSMFA?: true
}

/** What a trigger cannot write: it is the service's, or another provider's. */
const SERVICE_WRITTEN = /^(sub$|identities$|cognito:)/

/**
 * The attributes of the new account.
 *
 * @param asTyped what the user signs in with: may be an alias, where the account has a name of its own
 * @param keepSub the attribute that keeps the old sub; a value that is there is an older sub, and stays
 */
export function migratedAttributes(
  { username, attributes }: OldUser,
  asTyped: string,
  keepSub: string | undefined,
): Record<string, string> {
  const written = [...attributes].filter(([name]) => !SERVICE_WRITTEN.test(name))
  const sub = attributes.get('sub') ?? ''
  // In a pool that signs in by email or phone the username is the sub, and the new pool makes its own.
  const hasOwnName = username !== sub && username !== asTyped
  return {
    ...(keepSub === undefined || sub === '' ? {} : { [keepSub]: sub }),
    ...Object.fromEntries(written.filter(([name, value]) => name !== keepSub || value !== '')),
    ...(hasOwnName ? { username } : {}),
  }
}

/** Where a code can reach the user: verified addresses, email first. */
export function verifiedMediums({ attributes }: OldUser): ('EMAIL' | 'SMS')[] {
  const isVerified = (name: string): boolean =>
    Boolean(attributes.get(name)) && attributes.get(`${name}_verified`)?.toLowerCase() === 'true'
  return [
    ...(isVerified('email') ? ['EMAIL' as const] : []),
    ...(isVerified('phone_number') ? ['SMS' as const] : []),
  ]
}
