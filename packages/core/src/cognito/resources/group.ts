import { type JsonObject, sameJson } from '../../model/canonical.js'
import { canonicalBody, text, without } from '../canonical-body.js'
import { answerOf, type CognitoApi, isException } from '../cognito-api.js'
import { type PlannedOperation, POOL_REF, ref } from '../operation.js'
import { items } from '../paginate.js'
import { changedMembers, type FoundResource, type ResourceKind } from './resource-kind.js'

const OUTPUT_ONLY = ['UserPoolId', 'CreationDate', 'LastModifiedDate']

/** Groups with their roles and precedence: ListGroups, CreateGroup, UpdateGroup. Their members are a stream of their own. */
export const groupKind: ResourceKind = {
  kind: 'group',
  plural: 'groups',
  async *read(api, pool) {
    const listing = {
      operation: 'ListGroups',
      input: { UserPoolId: text(pool, 'Id'), Limit: 60 },
      items: 'Groups',
      token: 'NextToken' as const,
    }
    for await (const body of items(api, listing)) yield { name: text(body, 'GroupName'), body }
  },
  normalise: canonicalBody,
  settable: settable,
  matchName: ({ name }) => name,
  create: ({ body }) => [
    { operation: 'CreateGroup', input: { ...settable(body), UserPoolId: ref(POOL_REF) } },
  ],
  update: (wanted, current) => update(wanted, current),
  remove: ({ name }) => [{ operation: 'DeleteGroup', input: { UserPoolId: ref(POOL_REF), GroupName: name } }],
  find: (api, input) => find(api, input),
  updateRequest: (found) => without(settable(found), ['GroupName']),
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

function update(wanted: FoundResource, current: FoundResource): readonly PlannedOperation[] {
  const writable = (body: JsonObject): JsonObject => without(settable(body), ['GroupName'])
  const { patch, expects } = changedMembers(writable(wanted.body), writable(current.body), sameJson)
  if (Object.keys(patch).length === 0) return []
  const input = { UserPoolId: ref(POOL_REF), GroupName: current.name }
  return [{ operation: 'UpdateGroup', input, patch, expects }]
}
