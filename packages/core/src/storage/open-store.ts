import type { Clock, Random } from '../model/clock.js'
import { CodedError } from '../model/errors.js'
import type { DynamodbStoreOptions } from './dynamodb/dynamodb-store.js'
import { openFsStore } from './fs/fs-store.js'
import { createLazyStore } from './lazy/lazy-store.js'
import type { ObjectStore } from './object-store.js'
import { createRetryStore } from './retry/retry-store.js'
import type { S3StoreOptions } from './s3/s3-store.js'
import { createThrottleStore, type ThrottleLimits } from './throttle/throttle-store.js'
import { parseVaultAddress, type VaultAddress } from './vault-address.js'

export interface StoreDependencies {
  clock: Clock
  random: Random
  /** How fast objects may be put and read; as fast as they go without. */
  limits?: ThrottleLimits
  /** How S3 is reached, asked when it is first needed; without it no vault can be there. */
  s3?: Pick<S3StoreOptions, 'objectLock'> & { connect: () => Promise<S3StoreOptions['client']> }
  /** The same of DynamoDB. */
  dynamodb?: { connect: () => Promise<DynamodbStoreOptions['client']> }
}

/**
 * The store that a vault's address names; see {@link parseVaultAddress}. Nothing is read or made yet, and no client's module is loaded
 * before it is needed. What fails for a moment is tried again.
 *
 * @throws CodedError `USAGE`
 */
export function openStore(url: string, dependencies: StoreDependencies): ObjectStore {
  const { clock, random } = dependencies
  const place = openPlace(parseVaultAddress(url), dependencies)
  return createRetryStore(createThrottleStore(place, dependencies.limits ?? {}, clock), { clock, random })
}

function openPlace(address: VaultAddress, { clock, random, s3, dynamodb }: StoreDependencies): ObjectStore {
  switch (address.kind) {
    case 'file':
      return openFsStore(address.path)
    case 's3': {
      if (s3 === undefined) throw notConnected('S3')
      const { bucket, prefix } = address
      const { connect, objectLock } = s3
      const url = `s3://${bucket}${prefix === '' ? '' : `/${prefix.slice(0, -1)}`}`
      return createLazyStore(url, { versions: true, retention: objectLock !== undefined }, async () => {
        const [{ openS3Store }, client] = await Promise.all([import('./s3/s3-store.js'), connect()])
        return openS3Store({ client, bucket, prefix, objectLock })
      })
    }
    case 'dynamodb': {
      if (dynamodb === undefined) throw notConnected('DynamoDB')
      const { table } = address
      return createLazyStore(
        `dynamodb://${table}`,
        { prepare: true, sweep: true, isWhole: true },
        async () => {
          const [{ openDynamodbStore }, client] = await Promise.all([
            import('./dynamodb/dynamodb-store.js'),
            dynamodb.connect(),
          ])
          return openDynamodbStore({ client, table, clock, random })
        },
      )
    }
  }
}

/** A program that uses the library has said nothing of how. */
function notConnected(service: string): CodedError {
  return new CodedError('USAGE', `nothing was given to reach ${service} with, where the vault is`, {
    value: service,
    hint: 'hand openStore a function that connects to it',
  })
}
