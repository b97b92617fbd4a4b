import { type JsonObject, sameJson } from '../../model/canonical.js'
import { canonicalBody, text, without } from '../canonical-body.js'
import { answerOf, type CognitoApi, isException } from '../cognito-api.js'
import { type PlannedOperation, POOL_REF, ref } from '../operation.js'
import { items } from '../paginate.js'
import { changedMembers, type FoundResource, type ResourceKind } from './resource-kind.js'

/** Resource servers: ListResourceServers, CreateResourceServer, UpdateResourceServer. */
export const resourceServerKind: ResourceKind = {
  kind: 'resource-server',
  plural: 'resourceServers',
  async *read({ api, pool }) {
    const listing = {
      operation: 'ListResourceServers',
      input: { UserPoolId: text(pool, 'Id'), MaxResults: 50 },
      items: 'ResourceServers',
      token: 'NextToken' as const,
    }
    for await (const body of items(api, listing)) {
      // The service manages some itself; they come with the pool.
      if (body['ManagedBy'] !== 'COGNITO') yield { name: text(body, 'Identifier'), body }
    }
  },
  normalise: canonicalBody,
  settable: settable,
  matchName: ({ name }) => name,
  create: ({ body }) => [
    { operation: 'CreateResourceServer', input: { ...settable(body), UserPoolId: ref(POOL_REF) } },
  ],
  update: (wanted, current) => update(wanted, current),
  remove: ({ name }) => [
    { operation: 'DeleteResourceServer', input: { UserPoolId: ref(POOL_REF), Identifier: name } },
  ],
  find: (api, input) => find(api, input),
  updateRequest: (found) => without(settable(found), ['Identifier']),
}

function settable(body: JsonObject): JsonObject {
  return without(body, ['UserPoolId', 'ManagedBy'])
}

async function find(api: CognitoApi, input: JsonObject): Promise<JsonObject | undefined> {
  const { UserPoolId = '', Identifier = '' } = input
  try {
    const answer = await api.call('DescribeResourceServer', { UserPoolId, Identifier })
    return answerOf('DescribeResourceServer', answer, 'ResourceServer')
  } catch (error) {
    if (isException(error, 'ResourceNotFoundException')) return undefined
    throw error
  }
}

function update(wanted: FoundResource, current: FoundResource): readonly PlannedOperation[] {
  const writable = (body: JsonObject): JsonObject => without(settable(body), ['Identifier'])
  const { patch, expects } = changedMembers(writable(wanted.body), writable(current.body), sameJson)
  if (Object.keys(patch).length === 0) return []
  const input = { UserPoolId: ref(POOL_REF), Identifier: current.name }
  return [{ operation: 'UpdateResourceServer', input, patch, expects }]
}
