import type { Clock } from './clock.js'
import type { IdentityPool } from './identity-pools/identity-pool.js'
import type { RunningImport } from './imports/import-job.js'
import type { LedgerWriter } from './ledger.js'
import type { SimulatorOptions } from './options.js'
import type { Pager } from './paging.js'
import type { Domain } from './pools/domain.js'
import type { Pool } from './pools/pool.js'
import type { Random } from './random.js'
import { notFound } from './service-error.js'

/** Everything that one account holds in one Region, and what its operations work with. */
export interface Account {
  readonly region: string
  /** Where the simulator listens, known once it does. */
  url: string
  readonly accountId: string
  readonly clock: Clock
  readonly random: Random
  readonly ledger: LedgerWriter
  readonly pager: Pager
  readonly options: SimulatorOptions
  readonly pools: Map<string, Pool>
  /** Every domain of the Region, since prefixes are unique in it. */
  readonly domains: Map<string, Domain>
  /** Import jobs run one at a time in an account. */
  readonly imports: RunningImport
  readonly identityPools: Map<string, IdentityPool>
}

/** The pool of an id; ResourceNotFoundException without one. */
export function poolOf(account: Account, userPoolId: string | undefined): Pool {
  const pool = account.pools.get(userPoolId ?? '')
  if (pool === undefined) throw notFound(`User pool ${userPoolId ?? ''} does not exist.`)
  return pool
}

/** The identity pool of an id; ResourceNotFoundException without one. */
export function identityPoolOf(account: Account, id: string | undefined): IdentityPool {
  const pool = account.identityPools.get(id ?? '')
  if (pool === undefined) throw notFound(`IdentityPool '${id ?? ''}' not found.`)
  return pool
}
