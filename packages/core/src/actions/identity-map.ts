import { CodedError } from '../model/errors.js'
import { IDENTITY_CSV_HEADER, identityCsvLine } from '../restore/identity-csv.js'
import { identitiesOfRun, type Identity, identityLine } from '../restore/identity-map.js'
import { openRun } from '../restore/run-store.js'
import { openVault } from '../vault/vault.js'
import type { VaultContext } from './context.js'

export const IDENTITY_FORMATS = ['ndjson', 'csv'] as const
export type IdentityFormat = (typeof IDENTITY_FORMATS)[number]

/** The identity map of a run, to be read once. */
export interface RunIdentities {
  readonly runId: string
  /** Whether the run has come to its end; else the map is what it has given until now. */
  readonly finished: boolean
  readonly identities: AsyncIterable<Identity>
}

/**
 * The old and the new ids of a run: of the pool, the clients and the users. Read chunk by chunk, however many there are.
 *
 * @throws CodedError `RUN_NOT_FOUND`; `RUN_NOT_APPROVED` for a plan that was never executed; `VAULT_DAMAGED`
 */
export async function identityMap(context: VaultContext, runId: string): Promise<RunIdentities> {
  const { store, clock, sink } = context
  await openVault(store)
  const run = openRun(store, runId)
  const header = await run.getHeader()
  if (!(await run.isApproved())) {
    throw new CodedError('RUN_NOT_APPROVED', `the plan of ${runId} was never approved: it has given no ids`, {
      value: runId,
      hint: `restore the snapshot: cognito-vault restore ${header.snapshot.id}`,
    })
  }
  const finished = await run.isReported()
  if (!finished) sink({ code: 'identities.unfinished', runId })
  return { runId, finished, identities: untilStopped(identitiesOfRun(store, clock, run, header), context) }
}

async function* untilStopped(
  identities: AsyncIterable<Identity>,
  { signal }: VaultContext,
): AsyncGenerator<Identity> {
  for await (const identity of identities) {
    signal?.throwIfAborted()
    yield identity
  }
}

/** An identity map as text, line by line, each with its end. */
export async function* identityText(
  identities: AsyncIterable<Identity>,
  format: IdentityFormat,
): AsyncGenerator<string> {
  if (format === 'csv') yield IDENTITY_CSV_HEADER
  for await (const identity of identities)
    yield format === 'csv' ? identityCsvLine(identity) : `${identityLine(identity)}\n`
}
