import type { AddressInfo } from 'node:net'
import type { Account } from './account.js'
import type { Clock } from './clock.js'
import { createInspector, type Inspector } from './inspect.js'
import { createLedger, type Ledger } from './ledger.js'
import type { SimulatorOptions } from './options.js'
import { createPager } from './paging.js'
import { createFaults, type Faults } from './protocol/faults.js'
import { createQuotas, type Quotas } from './protocol/quotas.js'
import { createHttpServer } from './protocol/server.js'
import { createRandom } from './random.js'
import { realClock } from './real-time.js'
import { createSeeder, type Seeder } from './seed.js'

/** A running simulator: one account in one Region. */
export interface Simulator {
  /** Where it listens: the SDK's `endpoint`. */
  readonly url: string
  readonly region: string
  readonly accountId: string
  readonly clock: Clock
  readonly ledger: Ledger
  readonly faults: Faults
  readonly quotas: Quotas
  /** Changes pools directly: no request, quota, monthly active user, message or trigger. */
  readonly seed: Seeder
  /** Reads pools directly, as quietly. */
  readonly inspect: Inspector
  /** Stops listening and ends every connection, hanging ones included. */
  close(): Promise<void>
}

/** Starts a simulator on 127.0.0.1. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, region = 'eu-west-1', accountId = '123456789012', seed = 1, clock = realClock } = options
  const { quotas: limits = true } = options
  const account: Account = {
    region,
    url: '',
    accountId,
    clock,
    random: createRandom(seed),
    ledger: createLedger(),
    pager: createPager(clock, seed, options.pages ?? 'ragged'),
    options,
    pools: new Map(),
    domains: new Map(),
    identityPools: new Map(),
    imports: { job: undefined, last: 0 },
  }
  const quotas = createQuotas(clock, limits !== false, typeof limits === 'object' ? limits : {})
  const faults = createFaults()
  const server = createHttpServer({ account, quotas, faults })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  account.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: account.url,
    region,
    accountId,
    clock,
    ledger: account.ledger,
    faults,
    quotas,
    seed: createSeeder(account),
    inspect: createInspector(account),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}
