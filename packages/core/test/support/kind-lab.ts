import type { JsonObject } from '../../src/model/canonical.js'
import type { RestoreRequest } from '../../src/actions/restore-request.js'
import { diff } from '../../src/actions/diff.js'
import { restore, type RestoreResult } from '../../src/actions/restore.js'
import { backUp, recordsOf } from './backed-up.js'
import { type Lab, openLab } from './lab.js'
import { linesUnder } from './report-lines.js'
import { yes } from './run-to-end.js'

/** A pool with two clients, `web` and `mobile`, and what is done to it in the tests of one kind of resource. */
export interface KindLab extends Lab {
  readonly pool: string
  clientId(name: string, poolId?: string): string
  call(operation: string, input: JsonObject): JsonObject
  take(poolId?: string): Promise<string>
  /** The records of a kind in a snapshot, by name. */
  recorded(snapshot: string, kind: string): Promise<Record<string, JsonObject>>
  intoNewPool(snapshot: string): Promise<RestoreResult>
  inPlace(snapshot: string, more?: Partial<RestoreRequest>, meanwhile?: () => void): Promise<RestoreResult>
  intoPool(snapshot: string, poolId: string): Promise<RestoreResult>
  /** What differs between a snapshot and one of another pool, taken now. */
  differences(snapshot: string, poolId: string): Promise<unknown[]>
  /** The codes of what a report says of the resources of a kind, by name. */
  notesOn(result: RestoreResult, kind: string): Promise<Record<string, string[]>>
}

type PoolSettings = Exclude<Parameters<Lab['simulator']['seed']['pool']>[0], undefined>

export async function openKindLab(settings: PoolSettings = {}): Promise<KindLab> {
  const lab = await openLab({ pages: 'full' })
  const { seed, inspect } = lab.simulator
  const pool = seed.pool({ PoolName: 'shop', ...settings })
  for (const ClientName of ['web', 'mobile'])
    seed.call('CreateUserPoolClient', { UserPoolId: pool, ClientName })

  async function run(
    request: RestoreRequest,
    meanwhile: () => void = () => undefined,
  ): Promise<RestoreResult> {
    const result = await restore(lab.context, request, () => {
      meanwhile()
      return yes()
    })
    return result!
  }

  return {
    ...lab,
    pool,
    clientId: (name, poolId = pool) =>
      inspect.pool(poolId).clients.find((client) => client['ClientName'] === name)!['ClientId'] as string,
    call: (operation, input) => seed.call(operation, { UserPoolId: pool, ...input }) as JsonObject,
    take: async (poolId = pool) => (await backUp(lab.context, poolId)).id,
    recorded: async (snapshot, kind) => {
      const records = [...(await recordsOf(lab.context, snapshot, 'resources'))]
      return Object.fromEntries(
        records
          .filter(([key]) => key.split('/')[0] === kind)
          .map(([key, body]) => [key.slice(kind.length + 1), body]),
      )
    },
    intoNewPool: (snapshot) => run({ snapshot, target: { mode: 'new-pool', poolName: 'shop' } }),
    inPlace: (snapshot, more, meanwhile) =>
      run({ snapshot, target: { mode: 'in-place' }, ...more }, meanwhile),
    intoPool: (snapshot, poolId) => run({ snapshot, target: { mode: 'existing-pool', poolId } }),
    differences: async (snapshot, poolId) => {
      const { resources, unknown } = await diff(lab.context, snapshot, (await backUp(lab.context, poolId)).id)
      return [...resources, ...unknown]
    },
    notesOn: async (result, kind) => {
      const lines = await linesUnder(lab.store, result.fidelityReport)
      return Object.fromEntries(
        lines
          .filter((line) => line['kind'] === kind)
          .map((line) => [line['id'], (line['notes'] as { code: string }[]).map(({ code }) => code)]),
      ) as Record<string, string[]>
    },
  }
}
