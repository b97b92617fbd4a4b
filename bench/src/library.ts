/**
 * What the benchmark takes from inside the library: the writer and the reader of a vault, which the package does not
 * export on their own. All of it is named here, so that nothing else depends on how the library is laid out.
 */
export { withLease } from '../../packages/core/dist/actions/with-lease.js'
export { type VaultContext, PROGRAM } from '../../packages/core/dist/actions/context.js'
export { canonicalBody } from '../../packages/core/dist/cognito/canonical-body.js'
export { packCode } from '../../packages/core/dist/deploy/code-key.js'
export type { JsonObject } from '../../packages/core/dist/model/canonical.js'
export { isoTime, newSnapshotId } from '../../packages/core/dist/model/ids.js'
export { makeRecord, STREAMS, type StreamRecord } from '../../packages/core/dist/model/records.js'
export type { Manifest } from '../../packages/core/dist/vault/manifest.js'
export { openSegments } from '../../packages/core/dist/vault/segment-store.js'
export {
  commitSnapshot,
  latestComplete,
  latestReadable,
  openSnapshot,
} from '../../packages/core/dist/vault/snapshots.js'
export { writeStream } from '../../packages/core/dist/vault/stream-writer.js'
export { openVault, type Vault } from '../../packages/core/dist/vault/vault.js'
