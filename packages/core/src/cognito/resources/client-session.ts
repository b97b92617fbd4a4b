import { type JsonObject, type JsonValue, sameJson } from '../../model/canonical.js'
import { canonicalBody, only, text, without } from '../canonical-body.js'
import { type PlannedOperation, POOL_REF, ref } from '../operation.js'
import { ofEachClient, unlessGone } from './of-each-client.js'
import { changedMembers, type ResourceKind } from './resource-kind.js'

/** What a client has that was never configured: it is not written, because no request is taken while tracking is off. */
const DEFAULTS: JsonObject = { SSOSession: { MaxValidityMinutes: 60 } }

/**
 * How long a client reuses sessions: GetUserPoolClientSessionConfiguration, SetUserPoolClientSessionConfiguration (a full
 * replacement, taken only while the pool tracks sessions).
 */
export const clientSessionKind: ResourceKind = {
  kind: 'client-session',
  plural: 'clientSessionSettings',
  ofClients: true,
  read: (reading) =>
    ofEachClient(reading, (ClientId) =>
      reading.api.call('GetUserPoolClientSessionConfiguration', {
        UserPoolId: text(reading.pool, 'Id'),
        ClientId,
      }),
    ),
  normalise: canonicalBody,
  settable,
  matchName: ({ name }) => name,
  create: ({ body }, { clientId }) =>
    sameJson(settable(body), DEFAULTS) ? [] : [set(settable(body), clientId)],
  update: (wanted, current) => {
    const { patch, expects } = changedMembers(settable(wanted.body), settable(current.body), sameJson)
    return Object.keys(patch).length === 0 ? [] : [{ ...set({}, current.name), patch, expects }]
  },
  remove: () => [],
  find: (api, input) =>
    unlessGone(api.call('GetUserPoolClientSessionConfiguration', only(input, ['UserPoolId', 'ClientId']))),
  updateRequest: settable,
}

function settable(body: JsonObject): JsonObject {
  return without(body, ['UserPoolId', 'ClientId'])
}

function set(settings: JsonObject, clientId: JsonValue | undefined): PlannedOperation {
  return {
    operation: 'SetUserPoolClientSessionConfiguration',
    input: { ...settings, UserPoolId: ref(POOL_REF), ClientId: clientId ?? '' },
  }
}
