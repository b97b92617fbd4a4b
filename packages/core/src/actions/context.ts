import type { CognitoApi } from '../cognito/cognito-api.js'
import type { FetchImage } from '../cognito/fetch-image.js'
import type { PutFile } from '../cognito/put-file.js'
import type { RequestBudget } from '../limiter/budget.js'
import type { Clock, Random } from '../model/clock.js'
import type { EventSink } from '../model/events.js'
import type { CheckReference } from '../restore/references/check-reference.js'
import type { HashSource } from '../restore/engines/hashes/read-hashes.js'
import type { ImportLimits } from '../restore/engines/import-limits.js'
import type { ObjectStore } from '../storage/object-store.js'

/** What every action needs of the world around it; all of it is handed in, none of it is looked up. */
export interface VaultContext {
  /** The vault's, with what opens it where it is encrypted (`withKeys`). */
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  readonly sink: EventSink
  /** Where sorted runs go that do not fit into memory. */
  readonly tempDirectory: string
  /** Who takes leases, for the message that another is shown. */
  readonly holder: { readonly host: string; readonly pid: number }
  /** Aborted when the work is to stop: what is under way is settled, and the action throws `INTERRUPTED`. */
  readonly signal?: AbortSignal | undefined
}

/** Says which account is called: its id, or why that cannot be known. */
export type AskAccount = () => Promise<{ readonly id: string } | { readonly unknown: string }>

/** What an action needs that calls Cognito. */
export interface CognitoContext extends VaultContext {
  /** The service, every call of which draws on `budget`. */
  readonly api: CognitoApi
  /** The images that the service names by address. */
  readonly fetchImage: FetchImage
  /** The files that the service takes by address. */
  readonly putFile: PutFile
  /** Password hashes, where a plan is to be made with them, or was. */
  readonly hashes?: HashSource | undefined
  /** What bounds import jobs, where not their own limits do. */
  readonly importLimits?: ImportLimits | undefined
  readonly budget: RequestBudget
  /** The same for another Region; without it only `api`'s own can be called. */
  readonly elsewhere?: ((region: string) => Pick<CognitoContext, 'api' | 'budget'>) | undefined
  /** The account that is called, where somebody can say: Cognito does only for pools that exist. */
  readonly account?: AskAccount | undefined
  /** Looks whether something outside the pool is there; without it nothing is looked at. */
  readonly checkReference?: CheckReference | undefined
  /** Listings and steps under way at once. */
  readonly concurrency: number
}

/** This program as a snapshot names it. */
export const PROGRAM = 'cognito-vault 0.1.0'
