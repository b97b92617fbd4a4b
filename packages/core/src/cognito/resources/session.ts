import { type JsonObject, sameJson } from '../../model/canonical.js'
import { canonicalBody, text, without } from '../canonical-body.js'
import { type PlannedOperation, POOL_REF, ref } from '../operation.js'
import { changedMembers, type ResourceKind } from './resource-kind.js'

/** What a pool has that was never configured: it is not written, because LITE takes no request for it. */
const DEFAULTS: JsonObject = { UserSessionTracking: 'DISABLED', TokenSession: { MaxPerUser: 20 } }

/** How sessions are tracked: GetUserPoolSessionConfiguration, SetUserPoolSessionConfiguration (a full replacement). */
export const sessionKind: ResourceKind = {
  kind: 'session',
  plural: 'sessionSettings',
  async *read({ api, pool }) {
    const UserPoolId = text(pool, 'Id')
    yield { name: '', body: await api.call('GetUserPoolSessionConfiguration', { UserPoolId }) }
  },
  normalise: canonicalBody,
  settable,
  matchName: () => '',
  create: ({ body }) => (sameJson(settable(body), DEFAULTS) ? [] : [set(settable(body))]),
  update: (wanted, current) => {
    const { patch, expects } = changedMembers(settable(wanted.body), settable(current.body), sameJson)
    return Object.keys(patch).length === 0 ? [] : [{ ...set({}), patch, expects }]
  },
  remove: () => [],
  find: (api, input) =>
    api.call('GetUserPoolSessionConfiguration', { UserPoolId: text(input, 'UserPoolId') }),
  updateRequest: settable,
}

function settable(body: JsonObject): JsonObject {
  return without(body, ['UserPoolId'])
}

function set(settings: JsonObject): PlannedOperation {
  return {
    operation: 'SetUserPoolSessionConfiguration',
    input: { ...settings, UserPoolId: ref(POOL_REF) },
  }
}
