import { type JsonObject, sameJson } from '../../model/canonical.js'
import { canonicalBody, text, without } from '../canonical-body.js'
import { answerOf, type CognitoApi } from '../cognito-api.js'
import { type PlannedOperation, POOL_REF, ref } from '../operation.js'
import { changedMembers, type ResourceKind } from './resource-kind.js'

/** Where a pool's logs go: GetLogDeliveryConfiguration, SetLogDeliveryConfiguration (a full replacement). */
export const logDeliveryKind: ResourceKind = {
  kind: 'log-delivery',
  plural: 'logDeliveries',
  async *read({ api, pool }) {
    yield { name: '', body: await get(api, text(pool, 'Id')) }
  },
  normalise: canonicalBody,
  settable,
  matchName: () => '',
  create: ({ body }) => (sameJson(settable(body), { LogConfigurations: [] }) ? [] : [set(settable(body))]),
  update: (wanted, current) => {
    const { patch, expects } = changedMembers(settable(wanted.body), settable(current.body), sameJson)
    return Object.keys(patch).length === 0 ? [] : [{ ...set({}), patch, expects }]
  },
  remove: () => [],
  find: (api, input) => get(api, text(input, 'UserPoolId')),
  updateRequest: settable,
}

/** The list is always sent: without one, nothing would say that there are to be none. */
function settable(body: JsonObject): JsonObject {
  return { LogConfigurations: [], ...without(body, ['UserPoolId']) }
}

async function get(api: CognitoApi, UserPoolId: string): Promise<JsonObject> {
  const operation = 'GetLogDeliveryConfiguration'
  return answerOf(operation, await api.call(operation, { UserPoolId }), 'LogDeliveryConfiguration')
}

function set(settings: JsonObject): PlannedOperation {
  return { operation: 'SetLogDeliveryConfiguration', input: { ...settings, UserPoolId: ref(POOL_REF) } }
}
