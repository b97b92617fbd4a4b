import type { Command } from 'commander'
import type { ObjectStore } from '../storage/object-store.js'
import { openStore } from '../storage/open-store.js'
import { createReadOnlyStore } from '../storage/read-only/read-only-store.js'
import { withKeys } from '../vault/keyed-store.js'
import type { CliIo } from './cli-io.js'
import type { Globals } from './globals.js'
import { openReplica } from './open-replica.js'
import { storageAccess } from './storage-access.js'
import { vaultKeys } from './vault-keys.js'

/** The options that say how a second vault is opened, beside the one that says where it is. */
export interface OtherVaultFlags {
  readonly from: string
  readonly fromPassphraseFile?: string
  readonly fromKmsKey?: readonly string[]
  readonly fromRegion?: string
  readonly fromReplica?: boolean
}

export function addOtherVaultOptions(command: Command): Command {
  return command
    .option(
      '--from-passphrase-file <file>',
      'what opens that vault (default: $COGNITO_VAULT_FROM_PASSPHRASE, else KMS)',
    )
    .option('--from-kms-key <arn...>', 'open that vault with one of these KMS keys only')
    .option('--from-region <region>', 'the Region of that bucket or table, where it is another')
    .option('--from-replica', 'that vault is a replica: pass over snapshots that are still arriving')
}

/** A second vault, with keys of its own and for reading only. Nothing is read yet. */
export function openOtherVault(io: CliIo, globals: Globals, flags: OtherVaultFlags): ObjectStore {
  const { clock, random, env } = io
  const region = flags.fromRegion ?? globals.storage.region
  const passphrase = env['COGNITO_VAULT_FROM_PASSPHRASE']
  const other: Globals = {
    ...globals,
    vault: flags.from,
    passphraseFile: flags.fromPassphraseFile,
    passphrase: passphrase === '' ? undefined : passphrase,
    expectKmsKeys: flags.fromKmsKey,
    storage: { ...globals.storage, region, objectLock: undefined },
  }
  const stored = openStore(flags.from, { clock, random, ...storageAccess(env, other) })
  const keys = vaultKeys(io, other)
  return flags.fromReplica === true ? openReplica(stored, keys) : withKeys(createReadOnlyStore(stored), keys)
}
