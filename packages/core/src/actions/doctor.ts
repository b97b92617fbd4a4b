import { canonicalBody, text } from '../cognito/canonical-body.js'
import { type CaptureGap, doesNotApply, gapOf, membersGap, USERS_GAP } from '../cognito/capture-gap.js'
import { CAPTURE_READS } from '../cognito/capture-reads.js'
import { permissionFor } from '../cognito/services.js'
import { CognitoError, isAccessDenied, isCredentialsFailure } from '../cognito/cognito-api.js'
import { type ReadOnce, readOnce } from '../cognito/read-once.js'
import { resourceSet, type ResourceSet } from '../cognito/resource-set.js'
import { allPages } from '../cognito/shards.js'
import { DEFAULT_QUOTAS, type QuotaCategory } from '../limiter/quotas.js'
import type { JsonObject } from '../model/canonical.js'
import { isoTime } from '../model/ids.js'
import { type NoteCode, NOTES, type Outcome } from '../restore/fidelity-notes.js'
import { foreseeLoss } from '../restore/foresee-loss.js'
import { explainingFailures } from './cognito-failure.js'
import type { Advice } from './advice.js'
import type { CognitoContext } from './context.js'
import { adviceOf } from './doctor-advice.js'
import { requirePool } from './pool.js'

export type { Advice } from './advice.js'

/** What would not come back: of how many users or resources, in the words of the fidelity report. */
export interface Loss {
  readonly code: NoteCode
  readonly count: number
  readonly outcome: Outcome
  readonly what: string
  readonly todo: string
}

/** What `doctor` found; the field names are those of its JSON document. */
export interface DoctorReport {
  readonly poolId: string
  /** IAM actions that a backup needs and that are denied. Where a listing is denied, what follows it could not be tried. */
  readonly denied: readonly { readonly action: string; readonly resource: string }[]
  /** What could not be read for another reason. */
  readonly failed: readonly CaptureGap[]
  /** IAM actions that a backup may need of another pool, or later, and that nothing here could be asked by. */
  readonly untried: readonly string[]
  /** Requests a second that backups use now, of what the account has: the default, or as `--quota` says. It was not asked. */
  readonly quotas: Readonly<Record<string, { readonly used: number; readonly default: number }>>
  /** Users who were looked at, and how many are in which state. */
  readonly users: {
    readonly looked: number
    readonly all: boolean
    readonly byStatus: Readonly<Record<string, number>>
  }
  /** Clients that were looked at, and how many there are. */
  readonly clients: { readonly looked: number; readonly total: number }
  readonly losses: readonly Loss[]
  readonly advice: readonly Advice[]
}

/** Pages of sixty users that are looked at: enough to know what kinds of people a pool has. */
const MOST_PAGES = 200
const MOST_CLIENTS = 20

const USED: readonly QuotaCategory[] = [
  'UserList',
  'UserPoolRead',
  'UserPoolResourceRead',
  'UserPoolClientRead',
  'UserCreation',
  'UserAccountRecovery',
  'UserUpdate',
]

/**
 * Looks at a pool for what a backup could not read, and for what a restore could not bring back, were the pool lost now.
 * Reads by the calls of a backup, of many clients and users some; makes nobody monthly active and writes nothing.
 *
 * @throws CodedError `POOL_NOT_FOUND` and the like; `ACCESS_DENIED` where the pool itself may not be read
 */
export async function doctor(context: CognitoContext, poolId: string): Promise<DoctorReport> {
  const { api, budget, fetchImage, signal } = context
  const pool = await requirePool(api, poolId, signal)
  return explainingFailures({ poolId, region: api.region, signal }, async () => {
    const read = await readOnce(api, { pool, fetchImage, signal, mostClients: MOST_CLIENTS })
    const gaps = gapsOf(read)
    const users = lookingAt(context, poolId)
    const resources = resourcesOf(read)
    const { notes } = await foreseeLoss(resources, users.stream(), isoTime(context.clock.now()))
    if (users.error() !== undefined) gaps.push({ resource: USERS_GAP, error: users.error() as CognitoError })
    gaps.push(...(await memberGaps(context, poolId, resources)))
    return {
      poolId,
      denied: gaps
        .filter(({ error }) => isAccessDenied(error))
        .map(({ resource, error }) => ({ action: permissionFor(error.operation), resource })),
      failed: gaps
        .filter(({ error }) => !isAccessDenied(error))
        .map(({ resource, error }) => gapOf(resource, error)),
      untried: CAPTURE_READS.filter((operation) => !budget.requests.has(operation)).map(permissionFor),
      quotas: Object.fromEntries(
        USED.map((category) => [
          category,
          { used: budget.ratePerSecond(category), default: DEFAULT_QUOTAS[category].requestsPerSecond },
        ]),
      ),
      users: users.counts(),
      clients: { looked: Math.min(read.clients.length, MOST_CLIENTS), total: read.clients.length },
      losses: lossesOf(notes),
      advice: await adviceOf(context, poolId, resources),
    }
  })
}

interface FailedRead {
  readonly resource: string
  readonly error: CognitoError
}

function gapsOf({ kinds }: ReadOnce): FailedRead[] {
  return kinds.flatMap(({ kind, error }) =>
    error === undefined || doesNotApply(error) ? [] : [{ resource: kind.plural, error }],
  )
}

/** The configuration in the form in which a snapshot has it. */
function resourcesOf({ kinds }: ReadOnce): ResourceSet {
  return resourceSet(
    new Map(
      kinds.map(({ kind, found }) => [
        kind.kind,
        found.map(({ name, body }) => ({ name, body: kind.normalise(body) })),
      ]),
    ),
  )
}

interface LookedAt {
  stream(): AsyncIterable<JsonObject>
  counts(): DoctorReport['users']
  error(): CognitoError | undefined
}

/** The first users that a listing gives; none more where it fails. */
function lookingAt({ api, signal }: CognitoContext, poolId: string): LookedAt {
  const byStatus: Record<string, number> = {}
  let looked = 0
  let all = false
  let failure: CognitoError | undefined

  async function* stream(): AsyncGenerator<JsonObject> {
    let pages = 0
    try {
      for await (const page of allPages(api, poolId, { signal })) {
        if (pages++ >= MOST_PAGES) return
        for (const found of page) {
          const user = canonicalBody(found)
          const status = text(user, 'UserStatus')
          byStatus[status] = (byStatus[status] ?? 0) + 1
          looked++
          yield user
        }
      }
      all = true
    } catch (error) {
      if (!(error instanceof CognitoError) || isCredentialsFailure(error)) throw error
      failure = error
    }
  }

  return { stream, counts: () => ({ looked, all, byStatus }), error: () => failure }
}

/** Whether members of groups may be listed, by one page of one group. */
async function memberGaps(
  { api, signal }: CognitoContext,
  poolId: string,
  resources: ResourceSet,
): Promise<FailedRead[]> {
  const [group] = resources.of('group')
  if (group === undefined) return []
  try {
    await api.call('ListUsersInGroup', { UserPoolId: poolId, GroupName: group.name, Limit: 1 }, { signal })
    return []
  } catch (error) {
    if (!(error instanceof CognitoError) || isCredentialsFailure(error)) throw error
    return [{ resource: membersGap([group.name]), error }]
  }
}

function lossesOf(notes: Readonly<Record<string, number>>): Loss[] {
  const codes = Object.keys(NOTES).filter((code): code is NoteCode => notes[code] !== undefined)
  const losses = codes.map((code): Loss => ({ code, count: notes[code] ?? 0, ...NOTES[code] }))
  return losses.sort(
    (a, b) => Number(a.outcome !== 'lost') - Number(b.outcome !== 'lost') || b.count - a.count,
  )
}
