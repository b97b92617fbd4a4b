import { type JsonObject, sameJson } from '../../model/canonical.js'
import { canonicalBody, text, without } from '../canonical-body.js'
import { answerOf, type CognitoApi, isException } from '../cognito-api.js'
import { clientRef, type PlannedOperation, POOL_REF, ref } from '../operation.js'
import { items } from '../paginate.js'
import { ofEachClient } from './of-each-client.js'
import { changedMembers, type CreateOptions, type FoundResource, type ResourceKind } from './resource-kind.js'

const OUTPUT_ONLY = ['ClientId', 'UserPoolId', 'ClientType', 'CreationDate', 'LastModifiedDate']
/** What CreateUserPoolClient takes for a secret of one's own. */
const SECRET = /^[\w+]{24,64}$/

/** App clients: ListUserPoolClients, DescribeUserPoolClient, CreateUserPoolClient, UpdateUserPoolClient. */
export const clientKind: ResourceKind = {
  kind: 'client',
  plural: 'clients',
  read: (reading) =>
    ofEachClient(reading, async (ClientId) => {
      const answer = await reading.api.call('DescribeUserPoolClient', {
        UserPoolId: text(reading.pool, 'Id'),
        ClientId,
      })
      return answerOf('DescribeUserPoolClient', answer, 'UserPoolClient')
    }),
  normalise: canonicalBody,
  settable: (body) => without(body, OUTPUT_ONLY),
  matchName: ({ body }) => text(body, 'ClientName'),
  create: createClient,
  update: (wanted, current) => updateClient(wanted, current),
  remove: ({ name }) => [
    { operation: 'DeleteUserPoolClient', input: { UserPoolId: ref(POOL_REF), ClientId: name } },
  ],
  find: (api, input) => findClient(api, input),
  updateRequest: (found) => without(found, [...OUTPUT_ONLY, 'ClientSecret']),
}

/** The entries of ListUserPoolClients. */
export function listClients(api: CognitoApi, poolId: string): AsyncGenerator<JsonObject> {
  const input = { UserPoolId: poolId, MaxResults: 60 }
  return items(api, { operation: 'ListUserPoolClients', input, items: 'UserPoolClients', token: 'NextToken' })
}

/** The ids of a pool's clients. */
export async function listClientIds(api: CognitoApi, poolId: string): Promise<readonly string[]> {
  const ids = new Set<string>()
  for await (const entry of listClients(api, poolId)) ids.add(text(entry, 'ClientId'))
  return [...ids]
}

async function describeClient(
  api: CognitoApi,
  poolId: string,
  clientId: string,
): Promise<JsonObject | undefined> {
  try {
    const answer = await api.call('DescribeUserPoolClient', { UserPoolId: poolId, ClientId: clientId })
    return answerOf('DescribeUserPoolClient', answer, 'UserPoolClient')
  } catch (error) {
    if (isException(error, 'ResourceNotFoundException')) return undefined
    throw error
  }
}

/** By its id where the request has one, else by its name, which is the run's own while a client is being made. */
async function findClient(api: CognitoApi, input: JsonObject): Promise<JsonObject | undefined> {
  const poolId = text(input, 'UserPoolId')
  if (typeof input['ClientId'] === 'string') return describeClient(api, poolId, input['ClientId'])
  for await (const entry of listClients(api, poolId)) {
    if (entry['ClientName'] === input['ClientName'])
      return describeClient(api, poolId, text(entry, 'ClientId'))
  }
  return undefined
}

/**
 * Names are not unique, so a client is made under a name that only this run uses, and named when it is known. In a pool
 * that lives, a client that is gone may have been taken away on purpose.
 */
function createClient(
  { name, body }: FoundResource,
  { lives, noWidening }: CreateOptions,
): readonly PlannedOperation[] {
  if (lives && noWidening) return []
  const { ClientSecret, ...settings } = without(body, OUTPUT_ONLY)
  const secret = secretToCreate(ClientSecret)
  const widens = 'ClientSecret' in secret ? ('client-secret' as const) : ('client-access' as const)
  return [
    {
      operation: 'CreateUserPoolClient',
      input: {
        ...settings,
        ...secret,
        UserPoolId: ref(POOL_REF),
        ClientName: ref(`temporary-name/${name}`),
      },
      binds: clientRef(name),
      ...(lives ? { widens } : {}),
    },
    {
      operation: 'UpdateUserPoolClient',
      input: { ...settings, UserPoolId: ref(POOL_REF), ClientId: ref(clientRef(name)) },
    },
  ]
}

function secretToCreate(secret: JsonObject[string] | undefined): JsonObject {
  if (typeof secret !== 'string') return {}
  return SECRET.test(secret) ? { ClientSecret: secret } : { GenerateSecret: true }
}

/** Whether a client's secret can be given to its successor. */
export function canKeepSecret(body: JsonObject): boolean {
  return typeof body['ClientSecret'] !== 'string' || SECRET.test(body['ClientSecret'])
}

/** A secret cannot be changed by an update; where it differs, the plan says so. */
function updateClient(wanted: FoundResource, current: FoundResource): readonly PlannedOperation[] {
  const writable = (body: JsonObject): JsonObject => without(body, [...OUTPUT_ONLY, 'ClientSecret'])
  const { patch, expects } = changedMembers(writable(wanted.body), writable(current.body), sameJson)
  if (Object.keys(patch).length === 0) return []
  const input = { UserPoolId: ref(POOL_REF), ClientId: current.name }
  const mayDoMore = Object.keys(patch).some((member) => isWider(member, patch[member], current.body[member]))
  const widens = mayDoMore ? { widens: 'client-access' as const } : {}
  return [{ operation: 'UpdateUserPoolClient', input, patch, expects, ...widens }]
}

/** The lists of what a client may use: each entry that comes back is something more that it may do. */
const GRANTS = [
  'AllowedOAuthFlows',
  'AllowedOAuthScopes',
  'CallbackURLs',
  'ExplicitAuthFlows',
  'LogoutURLs',
  'ReadAttributes',
  'SupportedIdentityProviders',
  'WriteAttributes',
]

/** Where lists of attributes are absent, the client has the usual ones, which may be more or fewer. */
function isWider(
  member: string,
  wanted: JsonObject[string] | undefined,
  current: JsonObject[string] | undefined,
): boolean {
  if (member === 'AllowedOAuthFlowsUserPoolClient') return wanted === true
  if (!GRANTS.includes(member)) return false
  const [a, b] = [Array.isArray(wanted) ? wanted : [], Array.isArray(current) ? current : []]
  return a.length === 0
    ? member.endsWith('Attributes')
    : a.some((entry) => !b.some((other) => sameJson(entry, other)))
}
