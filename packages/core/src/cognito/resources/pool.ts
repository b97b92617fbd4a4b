import { isObject, type JsonObject, sameJson } from '../../model/canonical.js'
import { canonicalBody, object, objects, only, text, without } from '../canonical-body.js'
import { answerOf, type CognitoApi } from '../cognito-api.js'
import { type PlannedOperation, POOL_REF, ref } from '../operation.js'
import { byWidening } from './pool-widening.js'
import { changedMembers, type FoundResource, type ResourceKind } from './resource-kind.js'
import { missingAttributes, schemaToCreate } from './schema.js'

const OUTPUT_ONLY = [
  'Id',
  'Arn',
  'CreationDate',
  'LastModifiedDate',
  'Status',
  'Domain',
  'CustomDomain',
  'EstimatedNumberOfUsers',
  'SmsConfigurationFailure',
  'EmailConfigurationFailure',
]
/** What only CreateUserPool takes. */
const IMMUTABLE = ['AliasAttributes', 'UsernameAttributes', 'UsernameConfiguration', 'SchemaAttributes']
/** Set on a new pool when all else is there: a trigger that runs while users are made would act on every one of them. */
const LAST = ['LambdaConfig', 'DeletionProtection']
/**
 * What a repair of a live pool never writes: its triggers; what changes the issuer or the bill; and the MFA mode,
 * which is the MFA settings' to write.
 */
const LEFT_ALONE_IN_PLACE = [
  'LambdaConfig',
  'IssuerConfiguration',
  'KeyConfiguration',
  'UserPoolTier',
  'MfaConfiguration',
]

/** What AddCustomAttributes takes at once. */
const ATTRIBUTES_A_CALL = 25

/** The pool itself with its schema: DescribeUserPool, CreateUserPool, UpdateUserPool, AddCustomAttributes. */
export const poolKind: ResourceKind = {
  kind: 'pool',
  plural: 'pools',
  // eslint-disable-next-line @typescript-eslint/require-await -- the pool was described already
  async *read({ pool }) {
    yield { name: '', body: pool }
  },
  /** Tags are a kind of their own; the estimate changes while nothing else does. */
  normalise: (body) => canonicalBody(without(body, ['EstimatedNumberOfUsers', 'UserPoolTags'])),
  settable: (body) => withoutTwice(without(body, OUTPUT_ONLY)),
  matchName: () => '',
  create: ({ body }) => [createPool(body)],
  update: (wanted, current) => updatePool(wanted, current),
  remove: () => [],
  find: async (api, input) => describePool(api, text(input, 'UserPoolId')),
  updateRequest: (found) => withNewNames(without(found, [...OUTPUT_ONLY, ...IMMUTABLE])),
}

/** DescribeUserPool's `UserPool`. */
export async function describePool(api: CognitoApi, poolId: string): Promise<JsonObject> {
  const answer = await api.call('DescribeUserPool', { UserPoolId: poolId })
  return answerOf('DescribeUserPool', answer, 'UserPool')
}

function createPool(body: JsonObject): PlannedOperation {
  const settings = without(body, [...OUTPUT_ONLY, ...LAST, 'SchemaAttributes', 'MfaConfiguration', 'Name'])
  const schema = schemaToCreate(objects(body, 'SchemaAttributes'))
  return {
    operation: 'CreateUserPool',
    input: {
      ...withNewNames(settings),
      PoolName: ref('poolName'),
      ...(schema.length === 0 ? {} : { Schema: schema }),
      UserPoolTags: { [RUN_TAG]: ref('run') },
    },
    binds: POOL_REF,
  }
}

/** The tag by which a pool that a run made is known to be that run's, until the run ends. */
export const RUN_TAG = 'cognito-vault:run'

/**
 * What a new pool gets when all its people are there: triggers, deletion protection, and the tags of the snapshot in
 * place of those by which the run knew it.
 */
export function finishPool(body: JsonObject, tags: JsonObject): readonly PlannedOperation[] {
  const { LambdaConfig, DeletionProtection } = body
  const hasTriggers = isObject(LambdaConfig) && Object.keys(LambdaConfig).length > 0
  const patch = {
    ...(hasTriggers ? { LambdaConfig } : {}),
    ...(DeletionProtection === 'ACTIVE' ? { DeletionProtection } : {}),
    UserPoolTags: writableTags(tags),
  }
  return [{ operation: 'UpdateUserPool', input: { UserPoolId: ref(POOL_REF) }, patch }]
}

function updatePool(wanted: FoundResource, current: FoundResource): readonly PlannedOperation[] {
  const operations = [...addAttributes(wanted, current)]
  const writable = (body: JsonObject): JsonObject =>
    withNewNames(without(body, [...OUTPUT_ONLY, ...IMMUTABLE, ...LEFT_ALONE_IN_PLACE]))
  const change = changedMembers(writable(wanted.body), writable(current.body), sameJson)
  // A pool that is protected now stays so: whoever restores it has just seen why.
  const { patch, expects } =
    change.patch['DeletionProtection'] === 'ACTIVE'
      ? change
      : { patch: without(change.patch, ['DeletionProtection']), expects: change.expects }
  for (const [members, widens] of byWidening(patch, current.body)) {
    const part = { patch: only(patch, members), expects: only(expects, members) }
    operations.push({
      operation: 'UpdateUserPool',
      input: { UserPoolId: ref(POOL_REF) },
      ...part,
      ...(widens === undefined ? {} : { widens }),
    })
  }
  return operations
}

/** The operations that give a pool's schema the custom attributes that it lacks. */
export function addAttributes(wanted: FoundResource, current: FoundResource): readonly PlannedOperation[] {
  const operations: PlannedOperation[] = []
  const attributes = missingAttributes(wanted.body, current.body)
  for (let at = 0; at < attributes.length; at += ATTRIBUTES_A_CALL) {
    const CustomAttributes = attributes.slice(at, at + ATTRIBUTES_A_CALL)
    operations.push({
      operation: 'AddCustomAttributes',
      input: { UserPoolId: ref(POOL_REF), CustomAttributes },
    })
  }
  return operations
}

/** The tags that people may write: those of AWS itself are shown, and refused in every request. */
export function writableTags(tags: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !/^aws:/i.test(key)))
}

/** A described pool's members under the names that requests have for them, without what a request may not hold. */
function withNewNames(body: JsonObject): JsonObject {
  const { Name, AdminCreateUserConfig, DcrConfiguration, UserPoolTags, ...rest } = body
  return {
    ...rest,
    ...(Name === undefined ? {} : { PoolName: Name }),
    ...(isObject(AdminCreateUserConfig)
      ? { AdminCreateUserConfig: withoutOldValidity(AdminCreateUserConfig, rest) }
      : {}),
    // Without a status it would turn the registration of clients on; what is left out is kept.
    ...(isObject(DcrConfiguration) && DcrConfiguration['EnableStatus'] !== undefined
      ? { DcrConfiguration }
      : {}),
    ...(isObject(UserPoolTags) ? { UserPoolTags: writableTags(UserPoolTags) } : {}),
  }
}

/** A description without what it says twice. */
function withoutTwice(body: JsonObject): JsonObject {
  const { AdminCreateUserConfig } = body
  if (!isObject(AdminCreateUserConfig)) return body
  return { ...body, AdminCreateUserConfig: withoutOldValidity(AdminCreateUserConfig, body) }
}

/** A description shows the validity of temporary passwords twice; a request may say it in the password policy only. */
function withoutOldValidity(adminCreateUser: JsonObject, pool: JsonObject): JsonObject {
  const policy = object(object(pool, 'Policies') ?? {}, 'PasswordPolicy')
  if (policy?.['TemporaryPasswordValidityDays'] === undefined) return adminCreateUser
  return without(adminCreateUser, ['UnusedAccountValidityDays'])
}
