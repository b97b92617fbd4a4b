import { isObject, type JsonObject, sameJson } from '../model/canonical.js'
import { canonicalBody, object, objects, text, without } from '../cognito/canonical-body.js'
import { type CognitoApi, CognitoError, isException } from '../cognito/cognito-api.js'
import { POOL_ARN_REF, POOL_REF } from '../cognito/operation.js'
import { items } from '../cognito/paginate.js'
import { clientKind } from '../cognito/resources/client.js'
import { groupKind } from '../cognito/resources/group.js'
import { identityPoolKind } from '../cognito/resources/identity-pool.js'
import { describePool, RUN_TAG } from '../cognito/resources/pool.js'
import { subOf } from '../cognito/shards.js'
import { kindWrittenBy } from './operation-kinds.js'
import { type Performed, type PerformContext, refused, type ResolvedOperation } from './perform.js'
import { findCreatedUser, isOwnUser } from './own-user.js'

/** How often a creation whose answer was lost is tried again, after looking. */
const ATTEMPTS = 6
/** How often something that may exist is looked for. */
const LOOKS = 5
const WAIT_MS = 500

/** What makes each creation recognisable: how to look for what it makes, and whether that is this run's. */
interface Creation {
  /** Whether the service refuses to make it a second time, which betrays that it is there before listings show it. */
  readonly isRefusedTwice: boolean
  find(context: PerformContext, input: JsonObject): Promise<JsonObject | undefined>
  isOwn(found: JsonObject, input: JsonObject, context: PerformContext): boolean
  /** What was made, from the call's answer. */
  made(answer: JsonObject): JsonObject
  /** The ids that the plan refers to. */
  values(made: JsonObject, binds: string | undefined): Record<string, string>
  /** What a creation left otherwise than it was asked to, if anything. */
  note?(made: JsonObject, input: JsonObject): Performed['note']
}

const EXISTS = [
  'UsernameExistsException',
  'AliasExistsException',
  'GroupExistsException',
  'DuplicateProviderException',
  'ManagedLoginBrandingExistsException',
  'TermsExistsException',
]

/**
 * Makes something new. When it is not known whether an earlier call took effect, it is looked for first, and only what
 * is provably this run's is taken for it: anything else that has its name is a conflict, and is left as it is.
 */
export async function performCreate(
  operation: ResolvedOperation,
  context: PerformContext,
): Promise<Performed> {
  const creation = creationOf(operation.operation)
  const { input, binds } = operation
  let inDoubt = context.inDoubt

  async function lookAgain(): Promise<Performed | undefined> {
    const found = await creation.find(context, input)
    if (found === undefined) return undefined
    if (!creation.isOwn(found, input, context)) {
      return { outcome: 'conflict', reason: 'something that this run did not make has its name' }
    }
    return finished(found)
  }

  /** Listings lag behind: what was made may take a moment to show. */
  async function lookUntilShown(looks: number): Promise<Performed | undefined> {
    for (let look = 1; ; look++) {
      const settled = await lookAgain()
      if (settled !== undefined || look >= looks) return settled
      await context.clock.sleep(context.random() * WAIT_MS * 2 ** look, context.signal)
    }
  }

  function finished(made: JsonObject): Performed {
    const note = creation.note?.(made, input)
    return { outcome: 'done', values: creation.values(made, binds), ...(note === undefined ? {} : { note }) }
  }

  for (let attempt = 1; ; attempt++) {
    try {
      if (inDoubt) {
        // What the service would make twice is looked for until it must have shown.
        const settled = await lookUntilShown(creation.isRefusedTwice ? 1 : LOOKS)
        if (settled !== undefined) return settled
      }
      return finished(
        creation.made(await context.api.call(operation.operation, input, { signal: context.signal })),
      )
    } catch (error) {
      if (isException(error, ...EXISTS)) {
        const settled = inDoubt ? await lookUntilShown(LOOKS) : undefined
        return settled ?? { outcome: 'conflict', reason: `${operation.operation}: ${error.exception}` }
      }
      if (!(error instanceof CognitoError) || error.outcome !== 'ambiguous')
        return await refused(error, context)
      inDoubt = true
      if (attempt >= ATTEMPTS) return (await lookUntilShown(LOOKS)) ?? (await refused(error, context))
      await context.clock.sleep(context.random() * WAIT_MS * 2 ** attempt, context.signal)
    }
  }
}

function creationOf(operation: string): Creation {
  if (operation === 'AdminCreateUser') return userCreation
  if (operation === 'CreateUserPool') return poolCreation
  if (operation === 'AddCustomAttributes') return attributesCreation
  return resourceCreation(operation)
}

const userCreation: Creation = {
  isRefusedTwice: true,
  find: (context, input) => findCreatedUser(context.api, context.poolId, context.rules, input),
  isOwn: (found, input, context) => isOwnUser(found, input, context.rules, context.intents()),
  made: (answer) => object(answer, 'User') ?? {},
  values: (user, binds = 'user') => ({
    [binds]: text(user, 'Username'),
    newSub: subOf(user),
  }),
}

const poolCreation: Creation = {
  isRefusedTwice: false,
  find: (context, input) => findPoolOfRun(context.api, text(input, 'PoolName'), context.runId),
  isOwn: () => true,
  made: (answer) => object(answer, 'UserPool') ?? {},
  values: (pool) => ({ [POOL_REF]: text(pool, 'Id'), [POOL_ARN_REF]: text(pool, 'Arn') }),
}

/** A pool is this run's when it carries the run's tag. */
async function findPoolOfRun(api: CognitoApi, name: string, runId: string): Promise<JsonObject | undefined> {
  const listing = {
    operation: 'ListUserPools',
    input: { MaxResults: 60 },
    items: 'UserPools',
    token: 'NextToken' as const,
  }
  for await (const entry of items(api, listing)) {
    if (entry['Name'] !== name) continue
    const pool = await describePool(api, text(entry, 'Id'))
    if (object(pool, 'UserPoolTags')?.[RUN_TAG] === runId) return pool
  }
  return undefined
}

/** New attributes are there when all of them are; the service adds all of a call's or none. */
const attributesCreation: Creation = {
  isRefusedTwice: true,
  find: async (context, input) => {
    const pool = await describePool(context.api, text(input, 'UserPoolId'))
    const present = objects(pool, 'SchemaAttributes').map((attribute) =>
      text(attribute, 'Name').replace(/^.*:/, ''),
    )
    const added = objects(input, 'CustomAttributes').map((attribute) => text(attribute, 'Name'))
    return added.every((name) => present.includes(name)) ? pool : undefined
  },
  isOwn: () => true,
  made: (answer) => answer,
  values: () => ({}),
}

/** The member of the answer in which a creation gives what it made. */
const MADE: Readonly<Record<string, string>> = {
  CreateUserPoolClient: 'UserPoolClient',
  CreateIdentityProvider: 'IdentityProvider',
  CreateResourceServer: 'ResourceServer',
  CreateGroup: 'Group',
  CreateManagedLoginBranding: 'ManagedLoginBranding',
  CreateTerms: 'Terms',
}

/** The member of what was made in which its id is. */
const IDS: Readonly<Record<string, string>> = {
  CreateUserPoolClient: 'ClientId',
  CreateGroup: 'GroupName',
  CreateIdentityPool: 'IdentityPoolId',
  CreateManagedLoginBranding: 'ManagedLoginBrandingId',
}

/** Where a resource is, not what it is. */
const PLACE = ['UserPoolId', 'ClientId']

/** A named resource is this run's when it has what the run asked for; what has no name of its own, when it has the run's. */
function resourceCreation(operation: string): Creation {
  const kind = kindWrittenBy(operation)
  const hasRunsName = kind === clientKind || kind === identityPoolKind
  return {
    isRefusedTwice: !hasRunsName,
    find: async (context, input) => kind?.find(context.api, input, context.fetchImage),
    isOwn: (found, input, context) => {
      if (hasRunsName) return true
      if (text(found, 'UserPoolId') !== '' && text(found, 'UserPoolId') !== context.poolId) return false
      const settings = kind?.settable(canonicalBody(found)) ?? {}
      const asked = canonicalBody(without(input, PLACE))
      // A group is what its members may do: one that has more than was asked for was made by somebody else.
      if (kind === groupKind) return sameJson(settings, asked)
      return Object.entries(asked).every(([member, value]) => sameJson(settings[member], value))
    },
    made: (answer) => object(answer, MADE[operation] ?? '') ?? answer,
    values: (made, binds) => (binds === undefined ? {} : { [binds]: text(made, IDS[operation] ?? '') }),
    note: (made, input) =>
      typeof input['ClientSecret'] === 'string' &&
      isObject(made) &&
      made['ClientSecret'] !== input['ClientSecret']
        ? { code: 'client-secret-not-kept' }
        : undefined,
  }
}
