import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type Simulator, type SimulatorOptions, startSimulator } from 'cognito-vault-simulator'
import type { CognitoContext } from '../../src/actions/context.js'
import { init } from '../../src/actions/init.js'
import { classifyFailure, withBudget } from '../../src/cognito/budgeted-api.js'
import type { CognitoApi } from '../../src/cognito/cognito-api.js'
import { createImageFetcher } from '../../src/cognito/fetch-image.js'
import { createFilePutter } from '../../src/cognito/put-file.js'
import { createSdkApi } from '../../src/cognito/sdk-api.js'
import { createSdkClient } from '../../src/cognito/sdk-client.js'
import { createBudget } from '../../src/limiter/budget.js'
import { DEFAULT_QUOTAS, type QuotaCategory } from '../../src/limiter/quotas.js'
import type { Clock } from '../../src/model/clock.js'
import type { VaultEvent } from '../../src/model/events.js'
import { systemClock } from '../../src/model/system-clock.js'
import { createMemoryStore } from '../../src/storage/memory/memory-store.js'
import type { ObjectStore } from '../../src/storage/object-store.js'

/** The renewal of a lease comes after this long; it is the one wait that is not cut short. */
const LONG_MS = 20_000

/** Real time, in which waiting takes a turn of the event loop and no more: for tests that are not about time. */
export const hastyClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    if (ms >= LONG_MS) return systemClock.sleep(ms, signal)
    signal?.throwIfAborted()
    await setImmediate()
    signal?.throwIfAborted()
  },
}

/** The same for who looks at the time again after a wait, and would not rest until it has come. */
const briefClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 1), signal),
}

/** An account without quotas, for tests that are not about them. */
export const unlimited = Object.fromEntries(
  Object.keys(DEFAULT_QUOTAS).map((category) => [category, 1_000_000]),
) as Record<QuotaCategory, number>

/** A simulator, a vault in memory, and the context that joins them. */
export interface Lab {
  readonly simulator: Simulator
  readonly context: CognitoContext
  readonly store: ObjectStore
  readonly events: VaultEvent[]
  /** Lets the store's clock go on, so that the leases of the dead run out. */
  passTime(ms: number): void
  /** The same vault and pool as another process would see them, with what is given otherwise. */
  again(change: Partial<CognitoContext> & { wrap?: (api: CognitoApi) => CognitoApi }): CognitoContext
  /** The same account, with a vault in which nothing is yet. */
  withEmptyVault(): Promise<CognitoContext>
  /** Another vault with the same objects, whose clock is the lab's too. */
  copyOfStore(): Promise<ObjectStore>
  close(): Promise<void>
}

export async function openLab(options: SimulatorOptions = {}, maxInFlight = 16): Promise<Lab> {
  const simulator = await startSimulator({ quotas: false, seed: 7, ...options })
  const tempDirectory = await mkdtemp(join(tmpdir(), 'cognito-vault-test-'))
  const events: VaultEvent[] = []
  let passed = 0
  const storeClock = { ...hastyClock, now: () => hastyClock.now() + passed }
  const store = createMemoryStore(storeClock)
  const sink = (event: VaultEvent): void => void events.push(event)

  function again(
    change: Partial<CognitoContext> & { wrap?: (api: CognitoApi) => CognitoApi },
  ): CognitoContext {
    const { wrap = (api: CognitoApi): CognitoApi => api, ...rest } = change
    const client = createSdkClient({
      region: simulator.region,
      endpoint: simulator.url,
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    })
    const budget = createBudget({
      clock: briefClock,
      random: Math.random,
      classify: classifyFailure,
      share: 1,
      maxInFlight,
      quotas: unlimited,
      sink,
    })
    return {
      store,
      clock: hastyClock,
      random: Math.random,
      sink,
      tempDirectory,
      holder: { host: 'test', pid: 1 },
      fetchImage: createImageFetcher(hastyClock),
      putFile: createFilePutter(hastyClock),
      api: withBudget(wrap(createSdkApi(client, simulator.region, hastyClock)), budget),
      budget,
      concurrency: 8,
      ...rest,
    }
  }

  const context = again({})
  await init(context, 'none')
  return {
    simulator,
    context,
    store,
    events,
    again,
    passTime: (ms) => {
      passed += ms
    },
    withEmptyVault: async () => {
      const emptied = again({ store: createMemoryStore(storeClock) })
      await init(emptied, 'none')
      return emptied
    },
    copyOfStore: async () => {
      const copy = createMemoryStore(storeClock)
      for await (const { key } of store.list('')) await copy.putIfAbsent(key, (await store.get(key))!)
      return copy
    },
    close: async () => {
      await simulator.close()
      await rm(tempDirectory, { recursive: true, force: true })
    },
  }
}
