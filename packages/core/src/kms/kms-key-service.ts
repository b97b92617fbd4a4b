import type { KMSClient, KMSClientConfig } from '@aws-sdk/client-kms'
import { CodedError } from '../model/errors.js'
import type { KeyService } from '../vault/encryption/key-service.js'
import { isMultiRegion, kmsKeyOf } from '../vault/encryption/same-key.js'

export interface KmsSettings {
  /** Of a multi-Region key, the Region to be asked where the key's own does not answer. */
  readonly region?: string | undefined
  /** Where KMS is, when not at AWS. */
  readonly endpoint?: string | undefined
  readonly profile?: string | undefined
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } | undefined
  readonly signal?: AbortSignal | undefined
}

const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true }

/** AWS KMS, asked in the Region that a key's ARN names: Encrypt and Decrypt, the context bound to each. */
export function createKmsKeyService(settings: KmsSettings): KeyService {
  const { signal } = settings
  const options = signal === undefined ? {} : { abortSignal: signal }

  async function call<T>(
    region: string,
    keyArn: string,
    permission: string,
    work: (client: KMSClient) => Promise<T>,
  ): Promise<T> {
    const { KMSClient: Client } = await import('@aws-sdk/client-kms')
    const client = new Client(configOf(settings, region))
    try {
      return await work(client)
    } catch (error) {
      signal?.throwIfAborted()
      throw explain(error, keyArn, permission)
    } finally {
      client.destroy()
    }
  }

  return {
    wrap: async (keyArn, secret, context) => {
      const { region } = placeOf(keyArn)
      const { EncryptCommand } = await import('@aws-sdk/client-kms')
      const request = { KeyId: keyArn, Plaintext: secret, EncryptionContext: { ...context } }
      const answer = await call(region, keyArn, 'kms:Encrypt', (client) =>
        client.send(new EncryptCommand(request), options),
      )
      if (answer.CiphertextBlob === undefined) throw unavailable(keyArn, 'answered nothing')
      return { keyArn: answer.KeyId ?? keyArn, wrapped: answer.CiphertextBlob }
    },

    unwrap: async (keyArn, wrapped, context) => {
      const { DecryptCommand } = await import('@aws-sdk/client-kms')
      const decryptIn = async (region: string): Promise<Uint8Array> => {
        const KeyId = inRegion(keyArn, region)
        const request = { KeyId, CiphertextBlob: wrapped, EncryptionContext: { ...context } }
        const answer = await call(region, KeyId, 'kms:Decrypt', (client) =>
          client.send(new DecryptCommand(request), options),
        )
        if (answer.Plaintext === undefined) throw unavailable(KeyId, 'answered nothing')
        return answer.Plaintext
      }
      const { region } = placeOf(keyArn)
      const elsewhere = settings.region
      if (!isMultiRegion(keyArn) || elsewhere === undefined || elsewhere === region) return decryptIn(region)
      // A Region that is down is what a multi-Region key is for. What is said is of the key that the slot names.
      return decryptIn(region).catch(async (error: unknown) => {
        signal?.throwIfAborted()
        return decryptIn(elsewhere).catch(() => {
          throw error
        })
      })
    },
  }
}

function configOf(settings: KmsSettings, region: string): KMSClientConfig {
  const { endpoint, profile, credentials } = settings
  return {
    region,
    maxAttempts: 3,
    requestHandler: TIMEOUTS,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(profile === undefined ? {} : { profile }),
    ...(credentials === undefined ? {} : { credentials }),
  }
}

function placeOf(keyArn: string): { readonly region: string } {
  const place = kmsKeyOf(keyArn)
  if (place !== undefined) return place
  throw new CodedError('USAGE', `${JSON.stringify(keyArn)} is not the ARN of a KMS key`, {
    value: keyArn,
    hint: 'for instance arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab, or the ARN of an alias',
  })
}

function inRegion(keyArn: string, region: string): string {
  return keyArn.replace(/^(arn:[^:]+:kms:)[^:]+/, `$1${region}`)
}

const CREDENTIALS =
  /^(UnrecognizedClient|ExpiredToken|InvalidSignature|IncompleteSignature|InvalidClientTokenId|MissingAuthenticationToken|CredentialsProvider|TokenProvider)/
const UNANSWERED = /^(Timeout|Networking|AbortError)|^E[A-Z]+$/

/** What KMS says is told by the name of its exception: its words may quote a request. */
function explain(error: unknown, keyArn: string, permission: string): CodedError {
  if (error instanceof CodedError) return error
  const { name = '', code = '' } = error as { name?: string; code?: string }
  const isAnswer =
    (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode !== undefined
  const about = { value: keyArn, cause: error }
  if (name === 'AccessDeniedException') {
    return new CodedError('ACCESS_DENIED', `the caller may not use ${keyArn}`, {
      ...about,
      hint: `allow ${permission} on it, in the policy of the caller or of the key`,
    })
  }
  if (CREDENTIALS.test(name)) {
    return new CodedError('CREDENTIALS_REJECTED', `KMS was not asked for ${keyArn}: ${name}`, {
      ...about,
      hint: 'log in (aws sso login), choose another --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    })
  }
  if (name === 'InvalidCiphertextException' || name === 'IncorrectKeyException') {
    return new CodedError('WRONG_KEY', `${keyArn} did not wrap the key slot that names it`, {
      ...about,
      hint: 'the slot was altered, or is of another vault: see cognito-vault key list',
    })
  }
  if (!isAnswer || UNANSWERED.test(code)) {
    return new CodedError('ENDPOINT_UNREACHABLE', `KMS did not answer for ${keyArn}: ${code || name}`, {
      ...about,
      hint: 'check the network, and AWS_ENDPOINT_URL_KMS where it is set',
    })
  }
  return unavailable(keyArn, `cannot be used: ${name}`, error)
}

function unavailable(keyArn: string, why: string, cause?: unknown): CodedError {
  return new CodedError('KEY_UNAVAILABLE', `${keyArn} ${why}`, {
    value: keyArn,
    hint: 'see its state: aws kms describe-key --key-id ARN; a key that is to be deleted can be kept (aws kms cancel-key-deletion)',
    ...(cause === undefined ? {} : { cause }),
  })
}
