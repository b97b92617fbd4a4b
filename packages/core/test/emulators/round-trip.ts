import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { backup, type BackupResult } from '../../src/actions/backup.js'
import type { CognitoContext } from '../../src/actions/context.js'
import { diff } from '../../src/actions/diff.js'
import { init } from '../../src/actions/init.js'
import { restore, type RestoreResult } from '../../src/actions/restore.js'
import { verify } from '../../src/actions/verify.js'
import { classifyFailure, withBudget } from '../../src/cognito/budgeted-api.js'
import { createImageFetcher } from '../../src/cognito/fetch-image.js'
import { createFilePutter } from '../../src/cognito/put-file.js'
import { createSdkApi } from '../../src/cognito/sdk-api.js'
import { createSdkClient } from '../../src/cognito/sdk-client.js'
import { createBudget } from '../../src/limiter/budget.js'
import { noEvents } from '../../src/model/events.js'
import { openStore } from '../../src/storage/open-store.js'
import { hastyClock, unlimited } from '../support/lab.js'
import { yes } from '../support/run-to-end.js'
import type { Emulator, KnownFaults } from './emulator.js'
import { GROUPS, seedPool, USERS } from './many-users.js'

/** Operations that no emulator has. */
export const LACKING = [
  'DescribeManagedLoginBrandingByClient',
  'DescribeRiskConfiguration',
  'GetLogDeliveryConfiguration',
  'GetSigningCertificate',
  'GetUICustomization',
  'GetUserPoolClientSessionConfiguration',
  'GetUserPoolSessionConfiguration',
  'ListTerms',
  'ListUserPoolClientSecrets',
  'ListUserPoolReplicas',
]

/** The main job on an emulator: two thousand users backed up, restored into a new pool, and compared. */
export function roundTrip(start: () => Promise<Emulator>, faults: KnownFaults, inFlight: number): void {
  let emulator: Emulator
  let directory: string
  let context: CognitoContext
  let pool: string
  let taken: BackupResult
  let restored: RestoreResult

  beforeAll(async () => {
    emulator = await start()
    directory = await mkdtemp(join(tmpdir(), 'cognito-vault-emulator-'))
    context = contextOf(emulator, directory, inFlight)
    await init(context, 'none')
    pool = await seedPool(emulator.seeding ?? context.api, inFlight, faults.secret)
    taken = await backup(context, [pool])
  }, 240_000)

  afterAll(async () => {
    await emulator.close()
    await rm(directory, { recursive: true, force: true })
  })

  it('marks the snapshot incomplete for what the emulator lacks, each operation named, and for nothing else', () => {
    expect(taken.failures).toEqual([])
    const [snapshot] = taken.snapshots
    expect(snapshot!.missing.map((gap) => gap.operation).sort()).toEqual([...faults.missing].sort())
    expect(snapshot!.complete).toBe(faults.missing.length === 0)
  })

  it('captures every user and every membership', () => {
    const { counts } = taken.snapshots[0]!
    expect(counts).toMatchObject({ users: USERS, groups: GROUPS.length, clients: 2 })
    expect(counts['memberships']).toBe(USERS + USERS / 2 + USERS / 10)
  })

  it('restores into a new pool without a failed operation', { timeout: 240_000 }, async () => {
    const target = { mode: 'new-pool', poolName: 'restored' } as const
    restored = (await restore(context, { snapshot: taken.snapshots[0]!.id, target }, yes))!
    expect(restored.failed).toEqual([])
    expect(restored.fidelity.lost).toBe(faults.keepsClientSecrets ? 0 : 1)
    expect(restored.notes['client-secret-not-kept'] ?? 0).toBe(faults.keepsClientSecrets ? 0 : 1)
  })

  it(
    'finds old and restored pool the same, but for what the report and the known faults name',
    { timeout: 120_000 },
    async () => {
      const again = await backup(context, [restored.poolId])
      const found = await diff(context, taken.snapshots[0]!.id, again.snapshots[0]!.id)
      expect(found.users).toEqual({ added: [], removed: [], changed: [] })
      for (const { kind, change, before } of found.resources) {
        expect(change).toBe('changed')
        const secret = kind === 'client' && !faults.keepsClientSecrets ? ['ClientSecret'] : []
        expect([...(faults.differing[kind] ?? []), ...secret]).toEqual(
          expect.arrayContaining(Object.keys(before)),
        )
      }
    },
  )

  it('leaves a vault that is whole', async () => {
    expect(await verify(context)).toMatchObject({ ok: true, snapshots: 2, damage: [] })
  })
}

function contextOf(emulator: Emulator, directory: string, maxInFlight: number): CognitoContext {
  const region = 'us-east-1'
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' }
  const client = createSdkClient({ region, endpoint: emulator.url, credentials })
  const budget = createBudget({
    clock: hastyClock,
    random: Math.random,
    classify: classifyFailure,
    share: 1,
    quotas: unlimited,
    maxInFlight,
  })
  return {
    store: openStore(join(directory, 'vault'), { clock: hastyClock, random: Math.random }),
    clock: hastyClock,
    random: Math.random,
    sink: noEvents,
    tempDirectory: directory,
    holder: { host: 'test', pid: 1 },
    fetchImage: createImageFetcher(hastyClock),
    putFile: createFilePutter(hastyClock),
    api: withBudget(createSdkApi(client, region, hastyClock), budget),
    budget,
    concurrency: 8,
  }
}
