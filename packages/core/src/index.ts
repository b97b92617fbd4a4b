export { type Acknowledged, acknowledge } from './actions/acknowledge.js'
export { backup, type BackupOptions, type BackupResult, type SnapshotReport } from './actions/backup.js'
export type { BackupState } from './actions/backup-state.js'
export { beginBackup, type BeginBackupOptions } from './actions/begin-backup.js'
export { continueBackup, type ContinueBackupOptions } from './actions/continue-backup.js'
export { failBackup } from './actions/fail-backup.js'
export { finishBackup, type FinishBackupOptions } from './actions/finish-backup.js'
export { type AskAccount, PROGRAM, type CognitoContext, type VaultContext } from './actions/context.js'
export { copy, type CopiedSnapshot, type CopyRequest, type CopyResult } from './actions/copy.js'
export {
  deploy,
  type DeployContext,
  type DeployedStack,
  type DeployListener,
  type DeployRequest,
  type DeployResult,
  type DeploySettings,
  type PlannedStack,
} from './actions/deploy.js'
export { diff, diffLive, type DiffResult, hasDifferences } from './actions/diff.js'
export { type IdentityFormat, identityMap, identityText, type RunIdentities } from './actions/identity-map.js'
export { type Advice, doctor, type DoctorReport, type Loss } from './actions/doctor.js'
export { erase, type EraseRequest, type ErasureResult, type PlannedErasure } from './actions/erase.js'
export { type BackupEstimate, estimateBackup } from './actions/estimate-backup.js'
export {
  type ExportFormat,
  type ExportRequest,
  type ExportResult,
  exportSnapshot,
  type SnapshotExport,
} from './actions/export.js'
export {
  forget,
  type ForgetPlan,
  type ForgetPool,
  type ForgetRequest,
  type ForgetResult,
  type ForgetVerdict,
  recall,
} from './actions/forget.js'
export { history, type HistoryPoint, type HistoryResult, type PersonHistory } from './actions/history.js'
export { importBackup, type ImportRequest, type ImportResult } from './actions/import.js'
export { type Encryption, init, type InitResult } from './actions/init.js'
export { addKey, listKeys, removeKey, type ShownSlot, type SlotList } from './actions/keys.js'
export { repair, type RepairApproval, type RepairOutcome, type RepairResult } from './actions/repair.js'
export type { HiddenSnapshot, RepairAction, RepairItem, RepairPlan } from './actions/repair-plan.js'
export { planRestoreRun } from './actions/plan-restore.js'
export {
  beginPlan,
  continuePlan,
  failPlan,
  type FinishedPlan,
  finishPlan,
  type PlanState,
  type SlicedRequest,
  storeTarget,
} from './actions/sliced-plan.js'
export type { PlannedRestore, RestoreRequest, RestoreTarget } from './actions/restore-request.js'
export type { PlannedReferences, ReferenceRequest } from './actions/plan-references.js'
export type { PlannedReference } from './model/planned-reference.js'
export { regionOfPool } from './actions/pool.js'
export type { AgreeToMfa, MfaPrice } from './actions/second-factors.js'
export { type FidelityReport, report, type ReportLimit } from './actions/report.js'
export {
  type Approval,
  approveRun,
  restore,
  type RestoreResult,
  type RestoreSlice,
  resume,
  type ResumeOptions,
  resumeUntil,
} from './actions/restore.js'
export { prune, type PruneResult } from './actions/prune.js'
export { show, type ShownSnapshot, type ShownUser, showUser } from './actions/show.js'
export { type SnapshotList, snapshots, type SnapshotSummary } from './actions/snapshots.js'
export { planUndo, undo } from './actions/undo.js'
export { verify, type VerifyResult } from './actions/verify.js'
export { type CallOptions, type CognitoApi, CognitoError } from './cognito/cognito-api.js'
export { classifyFailure, withBudget } from './cognito/budgeted-api.js'
export { createImageFetcher, type FetchImage } from './cognito/fetch-image.js'
export { createFilePutter, type PutFile, type PutRequest } from './cognito/put-file.js'
export { createSdkApi } from './cognito/sdk-api.js'
export { createSdkClient, type SdkClient, type SdkClientSettings } from './cognito/sdk-client.js'
export { type BudgetOptions, createBudget, type RequestBudget } from './limiter/budget.js'
export { DEFAULT_QUOTAS, type QuotaCategory, type QuotaOverrides } from './limiter/quotas.js'
export type { ChangedField, UserChange, UserState } from './diff/user-history.js'
export type { Clock, Random } from './model/clock.js'
export { CodedError, type ErrorCode, hasCode } from './model/errors.js'
export { type EventSink, noEvents, type VaultEvent } from './model/events.js'
export { systemClock } from './model/system-clock.js'
export { parseSpan, type Span } from './retention/calendar.js'
export { applyPolicy, type Candidate, type Policy, type Verdict } from './retention/policy.js'
export { DEFAULT_GUARD, type GuardLimits, type Shrinkage } from './retention/shrink-guard.js'
export type { FidelityLine } from './restore/fidelity-line.js'
export { type Note, type NoteCode, NOTES, type Outcome } from './restore/fidelity-notes.js'
export type { Passwords } from './restore/plan-options.js'
export type { PlannedChange } from './restore/planned-change.js'
export type { Mapping } from './restore/references/mapping.js'
export type { CheckReference, ReferenceCheck } from './restore/references/check-reference.js'
export type { Home } from './restore/references/reference.js'
export type { HashSource } from './restore/engines/hashes/read-hashes.js'
export type { Identity } from './restore/identity-map.js'
export type { RunHeader } from './restore/run-header.js'
export { readBackupTable } from './foreign/backup-table.js'
export { type DynamodbExport, openDynamodbExport } from './foreign/dynamodb-export.js'
export type { Fact, ForeignBackup, ForeignSource } from './foreign/foreign-backup.js'
export { readUserList } from './foreign/user-list.js'
export { scanTable, type ScanOptions } from './sources-aws/scan-table.js'
export { createAskAccount } from './references-aws/ask-account.js'
export { createReferenceChecker } from './references-aws/create-checker.js'
export { createKmsKeyService, type KmsSettings } from './kms/kms-key-service.js'
export { createStackService } from './deploy-aws/cloudformation.js'
export { createCodeBucket } from './deploy-aws/code-bucket.js'
export type { BucketOwner, CodeStore } from './deploy/code-store.js'
export type {
  ChangeSet,
  ChangeSetRequest,
  ParameterValue,
  ResourceChange,
  Stack,
  StackEvent,
  StackService,
} from './deploy/stack-service.js'
export { createMemoryStore } from './storage/memory/memory-store.js'
export type { ObjectInfo, ObjectStore, ObjectVersion, Retention, Versions } from './storage/object-store.js'
export { openStore, type StoreDependencies } from './storage/open-store.js'
export { createRetryStore } from './storage/retry/retry-store.js'
export { createThrottleStore, type ThrottleLimits } from './storage/throttle/throttle-store.js'
export type { KeyService, VaultKeys } from './vault/encryption/key-service.js'
export { withKeys } from './vault/keyed-store.js'
