import { z } from 'zod'
import { checkPoolId, regionOfPool } from '../../actions/pool.js'
import type { RestoreRequest, RestoreTarget } from '../../actions/restore-request.js'
import { CodedError } from '../../model/errors.js'
import { isoTime } from '../../model/ids.js'
import { parseKeepSub } from '../../restore/keep-sub.js'
import { checkScope } from '../../restore/reach/check-scope.js'
import type { Scope } from '../../restore/reach/scope.js'
import { parseUserQuery } from '../../restore/reach/user-query.js'
import { parseMapping } from '../../restore/references/mapping.js'
import { problemOf } from './step-event.js'

const names = z.array(z.string().trim().min(1)).min(1)
/** A moment with its zone: without one, the same words mean another hour elsewhere. */
const moment = z.iso.datetime({ offset: true })

/** What goes for any restore. Unknown members are refused: a limit that is misspelt would be none. */
const common = {
  /** A role of another account, with which Cognito is called. */
  roleArn: z.string().optional(),
  dryRun: z.boolean().optional(),
  /** Added by whoever starts an execution from another one. */
  AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: z.string().optional(),
}

const shape = z.union([
  /** As users of the AWS workflow know it: into a pool that exists, everything that it lacks. */
  z.strictObject({ NewUserPoolId: z.string(), snapshot: z.string().optional(), ...common }),
  /** On with a run that stopped. */
  z.strictObject({ runId: z.string(), noImports: z.boolean().optional(), roleArn: common.roleArn }),
  z.strictObject({
    snapshot: z.string().optional(),
    to: z.union([
      z.strictObject({ pool: z.string() }),
      z.strictObject({ newPool: z.string().regex(/^[\w\s+=,.@-]{1,128}$/), region: z.string().optional() }),
      z.strictObject({ inPlace: z.literal(true) }),
    ]),
    users: names.optional(),
    groups: names.optional(),
    only: names.optional(),
    onlyDeleted: z.boolean().optional(),
    attributes: names.optional(),
    changedBetween: z.strictObject({ from: moment, to: moment }).optional(),
    deleteExtra: z.boolean().optional(),
    deleteNewer: z.boolean().optional(),
    noWidening: z.boolean().optional(),
    map: names.optional(),
    drop: names.optional(),
    keepSub: z.string().optional(),
    engine: z.enum(['auto', 'import', 'api']).optional(),
    importRole: z.string().optional(),
    ...common,
  }),
])

type Input = z.infer<typeof shape>

/** A restore as it was asked for; without a snapshot's name it is of the latest. */
export type RestoreOrder =
  | {
      readonly kind: 'resume'
      readonly runId: string
      readonly noImports: boolean
      readonly roleArn?: string | undefined
    }
  | {
      readonly kind: 'plan'
      readonly request: Omit<RestoreRequest, 'snapshot'>
      readonly snapshot: string | undefined
      readonly region: string | undefined
      readonly dryRun: boolean
      readonly roleArn?: string | undefined
    }

const EXAMPLE =
  '{"NewUserPoolId": "eu-west-1_Ab12Cd34E"}, or {"to": {"pool": ID} | {"newPool": NAME} | {"inPlace": true}, "snapshot": ID, …}: see docs/operations.md'

/**
 * What the input of an execution asks for.
 *
 * @param ownRegion the function's: its role may make a pool in no other, so that another one needs a role of its own
 * @throws CodedError `USAGE`; values are not repeated, for some are people's
 */
export function parseRestoreInput(input: unknown, ownRegion: string): RestoreOrder {
  const parsed = shape.safeParse(input ?? {})
  if (!parsed.success)
    throw new CodedError(
      'USAGE',
      `this is not the input of a restore: ${unionProblem(parsed.error, input)}`,
      {
        hint: `for instance ${EXAMPLE}`,
      },
    )
  const { data } = parsed
  if ('runId' in data)
    return { kind: 'resume', runId: data.runId, noImports: data.noImports === true, roleArn: data.roleArn }
  if ('NewUserPoolId' in data) {
    checkPoolId(data.NewUserPoolId)
    checkRegion(regionOfPool(data.NewUserPoolId), data.roleArn, ownRegion)
    const target = { mode: 'existing-pool', poolId: data.NewUserPoolId } as const
    return { ...orderOf(data), request: { target } }
  }
  const region = 'newPool' in data.to ? data.to.region : undefined
  checkRegion(region ?? ('pool' in data.to ? regionOfPool(data.to.pool) : undefined), data.roleArn, ownRegion)
  return { ...orderOf(data), request: requestOf(data), region }
}

/** The role of the function goes for its own Region. */
function checkRegion(region: string | undefined, roleArn: string | undefined, own: string): void {
  if (region === undefined || region === own || roleArn !== undefined) return
  throw new CodedError(
    'USAGE',
    `the restore function may write to user pools of ${own} only, not of ${region}`,
    {
      value: region,
      hint: `give roleArn, a role named cognito-vault-restore… that may write to pools in ${region}; or restore by the command line: cognito-vault restore SNAPSHOT --region ${region}`,
    },
  )
}

function orderOf({
  snapshot,
  dryRun,
  roleArn,
}: {
  snapshot?: string | undefined
  dryRun?: boolean | undefined
  roleArn?: string | undefined
}) {
  return { kind: 'plan', snapshot, region: undefined, dryRun: dryRun === true, roleArn } as const
}

function requestOf(data: Extract<Input, { to: object }>): Omit<RestoreRequest, 'snapshot'> {
  const target = targetOf(data.to)
  const scope = scopeOf(data)
  checkScope(scope, target.mode)
  const { deleteExtra = false, deleteNewer = false, importRole, engine } = data
  if (deleteNewer && !deleteExtra) throw usage('deleteNewer goes with deleteExtra')
  if (deleteExtra && target.mode !== 'in-place')
    throw usage('deleteExtra goes with {"inPlace": true}: another pool is only added to')
  if (engine === 'import' && importRole === undefined)
    throw usage('"engine": "import" needs importRole, the role with which the job logs')
  return {
    target,
    scope,
    deleteExtra,
    deleteNewer,
    noWidening: data.noWidening === true,
    map: (data.map ?? []).map(parseMapping),
    drop: data.drop ?? [],
    engine: { kind: engine ?? 'auto', ...(importRole === undefined ? {} : { roleArn: importRole }) },
    ...(data.keepSub === undefined ? {} : { keepSub: parseKeepSub(data.keepSub) }),
  }
}

function targetOf(to: Extract<Input, { to: object }>['to']): RestoreTarget {
  if ('pool' in to) {
    checkPoolId(to.pool)
    return { mode: 'existing-pool', poolId: to.pool }
  }
  return 'newPool' in to ? { mode: 'new-pool', poolName: to.newPool } : { mode: 'in-place' }
}

function scopeOf(data: Extract<Input, { to: object }>): Scope {
  const { users, groups, only, onlyDeleted, attributes, changedBetween } = data
  return {
    ...(users === undefined ? {} : { users: users.map(parseUserQuery) }),
    ...(groups === undefined ? {} : { groups }),
    ...(only === undefined ? {} : { only }),
    ...(onlyDeleted === true ? { onlyDeleted } : {}),
    ...(attributes === undefined ? {} : { attributes }),
    ...(changedBetween === undefined
      ? {}
      : {
          changedBetween: {
            from: isoTime(Date.parse(changedBetween.from)),
            to: isoTime(Date.parse(changedBetween.to)),
          },
        }),
  }
}

function usage(message: string): CodedError {
  return new CodedError('USAGE', message, { hint: `for instance ${EXAMPLE}` })
}

/** Of the three forms the one that was meant: the members tell. */
function unionProblem(error: z.ZodError, input: unknown): string {
  const [issue] = error.issues
  const members = Object.keys(input ?? {})
  const at = members.includes('NewUserPoolId') ? 0 : members.includes('runId') ? 1 : 2
  const meant = issue?.code === 'invalid_union' ? issue.errors[at]?.[0] : issue
  return meant === undefined ? problemOf(error) : `${meant.path.join('.') || 'it'}: ${meant.message}`
}
