import { type JsonObject, type JsonValue, sameJson } from '../../model/canonical.js'
import { canonicalBody, object, only, text, without } from '../canonical-body.js'
import type { CognitoApi } from '../cognito-api.js'
import { type PlannedOperation, POOL_REF, ref } from '../operation.js'
import { ALL_CLIENTS, clientIdIn } from './client-name.js'
import { ofEachClient, unlessGone } from './of-each-client.js'
import { changedMembers, type ResourceKind } from './resource-kind.js'

const OUTPUT_ONLY = ['UserPoolId', 'ClientId', 'LastModifiedDate']

/**
 * What threat protection does, of the pool and of each client: DescribeRiskConfiguration, SetRiskConfiguration (a full
 * replacement; ids alone reset). A client without settings of its own has an empty record, so that a repair can reset it.
 */
export const riskKind: ResourceKind = {
  kind: 'risk',
  plural: 'riskConfigurations',
  ofClients: true,
  async *read(reading) {
    const UserPoolId = text(reading.pool, 'Id')
    yield { name: ALL_CLIENTS, body: await describe(reading.api, { UserPoolId }) }
    yield* ofEachClient(reading, (ClientId) => describe(reading.api, { UserPoolId, ClientId }))
  },
  normalise: canonicalBody,
  settable,
  matchName: ({ name }) => name,
  create: ({ body }, { clientId }) =>
    Object.keys(settable(body)).length === 0 ? [] : [set(settable(body), clientId)],
  update: (wanted, current) => {
    const { patch, expects } = changedMembers(settable(wanted.body), settable(current.body), sameJson)
    if (Object.keys(patch).length === 0) return []
    return [{ ...set({}, clientIdIn(current.name)), patch, expects }]
  },
  remove: () => [],
  find: (api, input) => unlessGone(describe(api, only(input, ['UserPoolId', 'ClientId']))),
  updateRequest: settable,
}

function settable(body: JsonObject): JsonObject {
  return without(body, OUTPUT_ONLY)
}

/** Where the answer is about another than who was asked about, the client has no settings of its own. */
async function describe(api: CognitoApi, input: JsonObject): Promise<JsonObject> {
  const found = object(await api.call('DescribeRiskConfiguration', input), 'RiskConfiguration') ?? {}
  return text(found, 'ClientId') === text(input, 'ClientId') ? found : input
}

function set(settings: JsonObject, clientId: JsonValue | undefined): PlannedOperation {
  return {
    operation: 'SetRiskConfiguration',
    input: {
      ...settings,
      UserPoolId: ref(POOL_REF),
      ...(clientId === undefined ? {} : { ClientId: clientId }),
    },
  }
}
