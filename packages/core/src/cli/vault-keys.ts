import { open } from 'node:fs/promises'
import { CodedError } from '../model/errors.js'
import { createKmsKeyService } from '../kms/kms-key-service.js'
import type { KeyService, VaultKeys } from '../vault/encryption/key-service.js'
import type { CliIo } from './cli-io.js'
import type { Globals } from './globals.js'
import { identitySettings } from './identity-settings.js'

/** What opens the vault: the passphrase where one was given, else KMS. */
export function vaultKeys(io: CliIo, globals: Globals): VaultKeys {
  const { passphraseFile, passphrase, expectKmsKeys } = globals
  const given =
    passphraseFile !== undefined
      ? once(() => readPassphrase(passphraseFile, io))
      : passphrase === undefined
        ? undefined
        : (): Promise<Uint8Array> => Promise.resolve(Buffer.from(passphrase, 'utf8'))
  return {
    ...(given === undefined ? {} : { passphrase: given }),
    keyService: keyService(io, globals),
    ...(expectKmsKeys === undefined ? {} : { expectedKmsKeys: expectKmsKeys }),
  }
}

/** KMS with the credentials that Cognito is called with, at its own endpoint. */
export function keyService({ env, signal }: CliIo, globals: Globals): KeyService {
  const endpoint = env['AWS_ENDPOINT_URL_KMS'] || env['AWS_ENDPOINT_URL']
  return createKmsKeyService({
    ...identitySettings(env, globals),
    ...(globals.region === undefined ? {} : { region: globals.region }),
    ...(endpoint ? { endpoint } : {}),
    signal,
  })
}

/** Nobody's passphrase is longer; what is may be a file of another kind. */
const MOST_BYTES = 64 * 1024

/**
 * The bytes of a file, without the newline at its end. What others may read is told of, and used: secrets that are mounted
 * into a container often are.
 *
 * @throws CodedError `USAGE`
 */
export async function readPassphrase(path: string, { stderr }: Pick<CliIo, 'stderr'>): Promise<Uint8Array> {
  const bytes = await readFileOnce(path, stderr).catch((cause: unknown) => {
    if (cause instanceof CodedError) throw cause
    throw new CodedError('USAGE', 'the passphrase file cannot be read', {
      value: path,
      hint: `check --passphrase-file: ${(cause as NodeJS.ErrnoException).code ?? 'it is no file'}`,
      cause,
    })
  })
  const text = withoutNewline(bytes)
  if (text.byteLength > 0) return text
  throw new CodedError('USAGE', 'the passphrase file is empty', {
    value: path,
    hint: 'put a passphrase into it',
  })
}

async function readFileOnce(path: string, stderr: CliIo['stderr']): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const found = await file.stat()
    const bytes = await file.readFile()
    if (bytes.byteLength > MOST_BYTES)
      throw new CodedError('USAGE', 'the passphrase file is too large', {
        value: path,
        hint: 'check --passphrase-file',
      })
    // A pipe is nobody's to read twice.
    const othersMay = found.isFile() && process.platform !== 'win32' && (found.mode & 0o077) !== 0
    if (othersMay)
      stderr.write('cognito-vault: others can read the passphrase file; chmod 600 keeps it to you\n')
    return bytes
  } finally {
    await file.close()
  }
}

function withoutNewline(bytes: Buffer): Buffer {
  const end = bytes.at(-1) === 0x0a ? (bytes.at(-2) === 0x0d ? 2 : 1) : 0
  return bytes.subarray(0, bytes.byteLength - end)
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined
  return () => (reading ??= read())
}
