import { type JsonObject, sameJson } from '../../model/canonical.js'
import { canonicalBody, only, text, without } from '../canonical-body.js'
import { type PlannedOperation, POOL_REF, ref } from '../operation.js'
import { changedMembers, type ResourceKind } from './resource-kind.js'

/** What cannot be configured while MFA is off; passkeys are no factor and can. */
const FACTORS = ['SmsMfaConfiguration', 'EmailMfaConfiguration', 'SoftwareTokenMfaConfiguration']

/** MFA and passkey settings: GetUserPoolMfaConfig, SetUserPoolMfaConfig (a full replacement). */
export const mfaKind: ResourceKind = {
  kind: 'mfa',
  plural: 'mfaSettings',
  async *read({ api, pool }) {
    yield { name: '', body: await api.call('GetUserPoolMfaConfig', { UserPoolId: text(pool, 'Id') }) }
  },
  normalise: canonicalBody,
  settable: settable,
  matchName: () => '',
  create: ({ body }) =>
    Object.keys(body).length === 0
      ? []
      : [{ operation: 'SetUserPoolMfaConfig', input: { UserPoolId: ref(POOL_REF), ...settable(body) } }],
  update: (wanted, current) => updateMfa(wanted.body, current.body),
  remove: () => [],
  find: async (api, input) => api.call('GetUserPoolMfaConfig', { UserPoolId: text(input, 'UserPoolId') }),
  updateRequest: settable,
}

/** A pool whose MFA is off still shows factors; a request that turns MFA off is refused when it has one. */
function settable(body: JsonObject): JsonObject {
  return body['MfaConfiguration'] === 'OFF' ? without(body, FACTORS) : body
}

function updateMfa(wanted: JsonObject, current: JsonObject): readonly PlannedOperation[] {
  // Required MFA locks out whoever has no factor yet: on a live pool it is for a person to turn on.
  const mode = only(wanted['MfaConfiguration'] === 'ON' ? current : wanted, ['MfaConfiguration'])
  const target = { ...without(wanted, ['MfaConfiguration']), ...mode }
  const { patch, expects } = changedMembers(settable(target), settable(current), sameJson)
  if (Object.keys(patch).length === 0) return []
  return [
    {
      operation: 'SetUserPoolMfaConfig',
      input: { UserPoolId: ref(POOL_REF) },
      patch,
      expects,
      ...(isLooser(wanted, current) ? { widens: 'looser-mfa' as const } : {}),
    },
  ]
}

const STRICTNESS = ['OFF', 'OPTIONAL', 'ON']

function isLooser(wanted: JsonObject, current: JsonObject): boolean {
  return (
    STRICTNESS.indexOf(text(wanted, 'MfaConfiguration')) <
    STRICTNESS.indexOf(text(current, 'MfaConfiguration'))
  )
}
