import type { ObjectStore } from '../storage/object-store.js'
import { createReadOnlyStore } from '../storage/read-only/read-only-store.js'
import type { VaultKeys } from '../vault/encryption/key-service.js'
import { withKeys } from '../vault/keyed-store.js'
import { replicaOf, type ReplicaStore } from '../vault/replica-store.js'

/** A replica with its keys: it is only read, and shows no snapshot that has not arrived. */
export function openReplica(stored: ObjectStore, keys: VaultKeys): ReplicaStore {
  const hint =
    'a replica is only read: to restore from it, name a snapshot that `snapshots --replica` lists, and leave out --replica'
  return replicaOf(withKeys(createReadOnlyStore(stored, hint), keys))
}
