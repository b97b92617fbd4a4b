import { type JsonObject, sameJson } from '../../model/canonical.js'
import { canonicalBody, only, text, without } from '../canonical-body.js'
import { answerOf, type CognitoApi, isException } from '../cognito-api.js'
import { groupRef, type PlannedOperation, POOL_REF, ref } from '../operation.js'
import { items } from '../paginate.js'
import { changedMembers, type CreateOptions, type FoundResource, type ResourceKind } from './resource-kind.js'

const OUTPUT_ONLY = ['UserPoolId', 'CreationDate', 'LastModifiedDate']

/** Groups with their roles and precedence: ListGroups, CreateGroup, UpdateGroup. Their members are a stream of their own. */
export const groupKind: ResourceKind = {
  kind: 'group',
  plural: 'groups',
  async *read({ api, pool }) {
    for await (const body of listGroups(api, text(pool, 'Id'))) yield { name: text(body, 'GroupName'), body }
  },
  normalise: canonicalBody,
  settable: settable,
  matchName: ({ name }) => name,
  create,
  update: (wanted, current) => update(wanted, current),
  remove: ({ name }) => [{ operation: 'DeleteGroup', input: { UserPoolId: ref(POOL_REF), GroupName: name } }],
  find: (api, input) => find(api, input),
  updateRequest: (found) => without(settable(found), ['GroupName']),
}

/** The groups of a pool, by ListGroups. */
export function listGroups(api: CognitoApi, poolId: string): AsyncGenerator<JsonObject> {
  const input = { UserPoolId: poolId, Limit: 60 }
  return items(api, { operation: 'ListGroups', input, items: 'Groups', token: 'NextToken' })
}

function settable(body: JsonObject): JsonObject {
  return without(body, OUTPUT_ONLY)
}

async function find(api: CognitoApi, input: JsonObject): Promise<JsonObject | undefined> {
  const { UserPoolId = '', GroupName = '' } = input
  try {
    const answer = await api.call('GetGroup', { UserPoolId, GroupName })
    return answerOf('GetGroup', answer, 'Group')
  } catch (error) {
    if (isException(error, 'ResourceNotFoundException')) return undefined
    throw error
  }
}

/** In a pool that lives the role comes in a call of its own: it gives all members what it may do. */
function create({ body }: FoundResource, { lives, noWidening }: CreateOptions): readonly PlannedOperation[] {
  const settings = settable(body)
  const creation = (input: JsonObject): PlannedOperation => ({
    operation: 'CreateGroup',
    input: { ...input, UserPoolId: ref(POOL_REF) },
    binds: groupRef(text(body, 'GroupName')),
  })
  const { RoleArn } = settings
  if (!lives || RoleArn === undefined) return [creation(settings)]
  const plain = creation(without(settings, ['RoleArn']))
  const name = text(body, 'GroupName')
  return noWidening ? [plain] : [plain, updateCall(name, { patch: { RoleArn }, expects: { RoleArn: null } })]
}

function update(wanted: FoundResource, current: FoundResource): readonly PlannedOperation[] {
  const writable = (body: JsonObject): JsonObject => without(settable(body), ['GroupName'])
  const { patch, expects } = changedMembers(writable(wanted.body), writable(current.body), sameJson)
  const isRole = (member: string): boolean => member === 'RoleArn' && patch[member] !== null
  return [false, true]
    .map((role) => Object.keys(patch).filter((member) => isRole(member) === role))
    .filter((members) => members.length > 0)
    .map((members) =>
      updateCall(current.name, { patch: only(patch, members), expects: only(expects, members) }),
    )
}

/** Giving a group a role widens what its members may do. */
function updateCall(
  GroupName: string,
  change: { readonly patch: JsonObject; readonly expects: JsonObject },
): PlannedOperation {
  const widens = typeof change.patch['RoleArn'] === 'string'
  return {
    operation: 'UpdateGroup',
    input: { UserPoolId: ref(POOL_REF), GroupName },
    ...change,
    ...(widens ? { widens: 'group-role' as const } : {}),
  }
}
