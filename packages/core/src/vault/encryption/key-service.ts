/** What is bound to a wrapped key: shown to everybody who may see the calls, so never a secret. */
export type WrappingContext = Readonly<Record<string, string>>

/**
 * The port to a service that wraps keys under its own and never gives those out (AWS KMS).
 *
 * Both throw CodedErrors: `ACCESS_DENIED`, `CREDENTIALS_REJECTED`, `ENDPOINT_UNREACHABLE`, `KEY_UNAVAILABLE` (there is no
 * such key, it is disabled, or is to be deleted), `WRONG_KEY` (this key did not wrap that).
 */
export interface KeyService {
  /** @returns what `unwrap` takes, and the key's full name, should an alias have been given */
  wrap(
    keyArn: string,
    secret: Uint8Array,
    context: WrappingContext,
  ): Promise<{ readonly keyArn: string; readonly wrapped: Uint8Array }>
  unwrap(keyArn: string, wrapped: Uint8Array, context: WrappingContext): Promise<Uint8Array>
}

/** What may open a vault. What is given is used, and nothing else is tried in its place. */
export interface VaultKeys {
  /** The passphrase's bytes, where one was given; asked for when the vault is opened. */
  readonly passphrase?: (() => Promise<Uint8Array>) | undefined
  /** Asked where no passphrase was given. */
  readonly keyService?: KeyService | undefined
  /** The vault has to be encrypted, and of its KMS keys only these are asked. */
  readonly expectedKmsKeys?: readonly string[] | undefined
}
