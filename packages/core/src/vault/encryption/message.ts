import { buildDecrypt } from '@aws-crypto/decrypt-node'
import { buildEncrypt } from '@aws-crypto/encrypt-node'
import { AlgorithmSuiteIdentifier, CommitmentPolicy } from '@aws-crypto/material-management-node'
import { RawAesKeyringNode, RawAesWrappingSuiteIdentifier } from '@aws-crypto/raw-aes-keyring-node'

const SUITE = AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY
const NAMESPACE = 'cognito-vault'
const client = {
  commitmentPolicy: CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
  maxEncryptedDataKeys: 1,
}
const { encrypt } = buildEncrypt(client)
const { decrypt } = buildDecrypt(client)

/** What a message is about: bound to it, and readable by everybody who has the message. */
export type MessageContext = Readonly<Record<string, string>>

/** A key under which messages are sealed, as the AWS Encryption SDK calls it: a raw AES keyring. */
export interface MessageKey {
  readonly name: string
  readonly keyring: RawAesKeyringNode
}

/**
 * @param name the key's name, which each message has
 * @param bytes 32
 */
export function messageKey(name: string, bytes: Uint8Array): MessageKey {
  const keyring = new RawAesKeyringNode({
    keyName: name,
    keyNamespace: NAMESPACE,
    // The SDK takes no view of a larger buffer.
    unencryptedMasterKey: Uint8Array.from(bytes),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  })
  return { name, keyring }
}

/**
 * A message of the AWS Encryption SDK in one frame: AES-256-GCM under a data key of its own, with key commitment and
 * without a signature. Any implementation of the SDK opens it with the key, its name and the namespace `cognito-vault`.
 */
export async function sealMessage(
  { keyring }: MessageKey,
  context: MessageContext,
  plain: Uint8Array,
): Promise<Uint8Array> {
  const { result } = await encrypt(keyring, plain, {
    suiteId: SUITE,
    encryptionContext: { ...context },
    // More than there is, so that the one frame is the last.
    frameLength: plain.byteLength + 1,
    plaintextLength: plain.byteLength,
  })
  return result
}

/**
 * What {@link sealMessage} was given. Every byte of the message counts: none can be altered, taken away or added.
 *
 * @throws Error when it is not a message of this key about exactly this
 */
export async function openMessage(
  { name, keyring }: MessageKey,
  context: MessageContext,
  message: Uint8Array,
): Promise<Uint8Array> {
  const { plaintext, messageHeader } = await decrypt(keyring, message)
  if (messageHeader.suiteId !== SUITE) throw new Error('the message is of another suite')
  if (!isSame(messageHeader.encryptionContext, context))
    throw new Error('the message is about something else')
  // The SDK passes over what follows the last frame.
  if (message.byteLength !== messageLength(name, context, plaintext.byteLength))
    throw new Error('something follows the message')
  return plaintext
}

function isSame(found: MessageContext, wanted: MessageContext): boolean {
  const names = Object.keys(wanted)
  return Object.keys(found).length === names.length && names.every((one) => found[one] === wanted[one])
}

/** The length of a message in one frame, as the SDK's message format (version 2) gives it. */
function messageLength(name: string, context: MessageContext, plainLength: number): number {
  const pairs = Object.entries(context).flat()
  const contextLength = pairs.reduce((sum, text) => sum + 2 + Buffer.byteLength(text), 2)
  const keyInfo = Buffer.byteLength(name) + 4 + 4 + 12
  const dataKeys = 2 + (2 + NAMESPACE.length) + (2 + keyInfo) + (2 + 32 + 16)
  const header = 1 + 2 + 32 + (2 + contextLength) + dataKeys + 1 + 4 + 32 + 16
  const frame = 4 + 4 + 12 + 4 + plainLength + 16
  return header + frame
}
