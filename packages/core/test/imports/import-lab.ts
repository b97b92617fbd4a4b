import type { CognitoContext } from '../../src/actions/context.js'
import { backup } from '../../src/actions/backup.js'
import type { RestoreRequest } from '../../src/actions/restore-request.js'
import type { ImportLimits } from '../../src/restore/engines/import-limits.js'
import { type Lab, openLab } from '../support/lab.js'

export const ROLE = 'arn:aws:iam::123456789012:role/import-logs'

/** Limits under which three users are a job. */
export const SMALL: ImportLimits = { rows: 3, bytes: 100_000_000, waitForOthersMs: 50 }

/** A pool whose people an import can carry, but for some. */
export interface ImportLab extends Lab {
  readonly pool: string
  /** Of its only snapshot, into a new pool, by imports where nothing speaks against it. */
  readonly request: RestoreRequest
}

type Options = Parameters<typeof openLab>[0]

/** A person as an import takes them. */
export function importable(
  username: string,
  attributes: Readonly<Record<string, string>> = {},
): { username: string; attributes: Record<string, string> } {
  return {
    username,
    attributes: { email: `${username}@example.com`, email_verified: 'true', ...attributes },
  }
}

export async function openImportLab(
  seed: (lab: Lab, pool: string) => void,
  options: Options = {},
): Promise<ImportLab> {
  const lab = await openLab({ importSpeed: Infinity, ...options })
  const pool = lab.simulator.seed.pool({
    PoolName: 'shop',
    AutoVerifiedAttributes: ['email'],
    Schema: [{ Name: 'plan', AttributeDataType: 'String', Mutable: true }],
  })
  lab.simulator.seed.groups(pool, ['staff'])
  seed(lab, pool)
  const { snapshots } = await backup(lab.context, [pool])
  lab.simulator.ledger.clear()
  const request = {
    snapshot: snapshots[0]!.id,
    target: { mode: 'new-pool', poolName: 'shop' },
    engine: { kind: 'auto', roleArn: ROLE },
  } as const
  return { ...lab, pool, request }
}

/** The users of a pool by name: state, groups, attributes but for the sub. */
export function peopleOf(lab: Lab, pool: string): Record<string, unknown> {
  return Object.fromEntries(
    lab.simulator.inspect.pool(pool).users.map(({ username, status, enabled, groups, attributes }) => {
      const own = Object.entries(attributes).filter(([name]) => name !== 'sub')
      return [username, { status, enabled, groups, attributes: Object.fromEntries(own) }]
    }),
  )
}

/** The jobs of a pool, in the order in which they were made. */
export function jobsOf(lab: Lab, pool: string): { status: string; name: string; log: string[] }[] {
  return lab.simulator.inspect.pool(pool).importJobs.map((job) => ({
    status: JSON.parse(JSON.stringify(job['Status'])) as string,
    name: JSON.parse(JSON.stringify(job['JobName'])) as string,
    log: Array.isArray(job['log']) ? job['log'].map(String) : [],
  }))
}

/** A context in which three users are a job. */
export function small(lab: Lab, change: Parameters<Lab['again']>[0] = {}): CognitoContext {
  return lab.again({ importLimits: SMALL, ...change })
}
