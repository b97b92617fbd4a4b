import { gapOf } from '../cognito/capture-gap.js'
import { captureMfa, mayHavePasskeys } from '../cognito/capture-mfa.js'
import { CognitoError, isCredentialsFailure } from '../cognito/cognito-api.js'
import { text } from '../cognito/canonical-body.js'
import { type JsonObject, sameJson } from '../model/canonical.js'
import { CodedError } from '../model/errors.js'
import { NOT_READ, recordValue } from '../model/records.js'
import { createSorter } from '../sorting/external-sort.js'
import type { Gap } from '../vault/manifest.js'
import type { SegmentStore } from '../vault/segment-store.js'
import { latestWithMfa } from '../vault/snapshots.js'
import { readStream } from '../vault/stream-reader.js'
import { type StoredStream, writeStream } from '../vault/stream-writer.js'
import type { Vault } from '../vault/vault.js'
import type { CognitoContext } from './context.js'

/** What reading second factors costs, before anything but the pool's description is read. */
export interface MfaPrice {
  readonly poolId: string
  /** As the service estimates, which lags behind; users of a provider are among them and are not asked for. */
  readonly users: number
  /** Whether they were counted: there are no more. */
  readonly isCounted?: boolean
  /** The pool's plan as DescribeUserPool names it; empty where it names none. */
  readonly tier: string
}

/** Sees the price before any user is asked for; `false` refuses. */
export type AgreeToMfa = (price: MfaPrice) => Promise<boolean>

/** A price that was agreed to, and who agrees to a higher one. */
export interface AgreedMfa {
  readonly price: MfaPrice
  readonly agree: AgreeToMfa
}

/**
 * Shows the price of a pool, as far as it is known before its users are listed; `undefined` where second factors are not asked for.
 *
 * @param pool the answer of DescribeUserPool
 * @throws CodedError `CONFIRMATION_NEEDED` where it is refused
 */
export async function agreedTo(
  agree: AgreeToMfa | undefined,
  pool: JsonObject,
): Promise<AgreedMfa | undefined> {
  if (agree === undefined) return undefined
  const price = mfaPrice(pool)
  if (!(await agree(price))) throw notAgreed(price.poolId)
  return { price, agree }
}

/**
 * Makes sure that the price was agreed to for as many users as there are: the service's estimate lags behind.
 *
 * @throws CodedError `CONFIRMATION_NEEDED` where it is refused
 */
export async function requireAgreed(agreed: AgreedMfa | undefined, users: number): Promise<void> {
  if (agreed === undefined || users <= agreed.price.users) return
  if (!(await agreed.agree({ ...agreed.price, users, isCounted: true }))) throw notAgreed(agreed.price.poolId)
}

/** The price of reading second factors was refused. */
function notAgreed(poolId: string): CodedError {
  return new CodedError(
    'CONFIRMATION_NEEDED',
    `the price for ${poolId} was not agreed to; no second factor was read`,
    {
      value: poolId,
      hint: 'without --mfa capture nobody becomes monthly active by being read; no snapshot was taken, and nothing was changed',
    },
  )
}

/** @param pool the answer of DescribeUserPool */
function mfaPrice(pool: JsonObject): MfaPrice {
  const { EstimatedNumberOfUsers: users } = pool
  return {
    poolId: text(pool, 'Id'),
    users: typeof users === 'number' ? users : 0,
    tier: text(pool, 'UserPoolTier'),
  }
}

/** The stream of second factors, stored, and what reading it has come to. */
export interface StoredMfa {
  readonly stream: StoredStream
  /** Users who have something set. */
  readonly users: number
  /** Users made monthly active. */
  readonly mau: number
  readonly missing: readonly Gap[]
}

/**
 * Reads the second factors of the users whom a snapshot has, and stores them as a delta over the newest snapshot that has
 * any. The users come from the vault again, so that memory does not grow with them.
 *
 * @param usersStream the snapshot's users, stored already
 * @param mfa the answer of GetUserPoolMfaConfig
 */
export async function storeMfa(
  { api, concurrency, tempDirectory, signal, sink }: CognitoContext,
  { vault, segments }: { readonly vault: Vault; readonly segments: SegmentStore },
  { pool, mfa }: { readonly pool: JsonObject; readonly mfa: JsonObject },
  usersStream: StoredStream,
): Promise<StoredMfa> {
  const poolId = text(pool, 'Id')
  const missing: Gap[] = []
  const sorter = createSorter({ tempDirectory, duplicates: 'last' })
  let done = 0
  let users = 0
  try {
    const mau = await captureMfa(api, poolId, readStream(segments, usersStream.root), {
      concurrency,
      signal,
      passkeys: mayHavePasskeys(pool, mfa),
      take: (record) => {
        if (!sameJson(recordValue(record), NOT_READ)) users++
        return sorter.add(record)
      },
      missed: (resource, error) => {
        if (!(error instanceof CognitoError) || isCredentialsFailure(error)) throw error
        const gap = gapOf(resource, error)
        missing.push(gap)
        sink({ code: 'capture.missing', poolId, ...gap })
      },
      progress: () => sink({ code: 'capture.mfa', poolId, users: ++done, of: usersStream.records }),
    })
    const parent = await latestWithMfa(vault, poolId)
    const stream = await writeStream(segments, sorter.sorted(), parent?.streams.mfa?.root)
    return { stream, users, mau, missing }
  } finally {
    await sorter.clear()
  }
}

/** The pool's MFA settings in a stream of resources; nothing where they could not be read. */
export async function mfaSettingsIn(segments: SegmentStore, resources: StoredStream): Promise<JsonObject> {
  for await (const record of readStream(segments, resources.root))
    if (record.key === 'mfa') return recordValue(record)
  return {}
}
