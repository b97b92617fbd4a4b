import { isObject, type JsonObject, type JsonValue, sameJson } from '../../model/canonical.js'

type Value = JsonValue | undefined

/** Whether a change of an identity pool's member lets more people in, or checks less who they are. */
export function letsMoreIn(member: string, wanted: Value, current: Value): boolean {
  switch (member) {
    case 'AllowUnauthenticatedIdentities':
    case 'AllowClassicFlow':
      return wanted === true
    case 'CognitoIdentityProviders':
      return list(wanted).some((provider) => !list(current).some((now) => isNoWider(provider, now)))
    case 'OpenIdConnectProviderARNs':
    case 'SamlProviderARNs':
      return list(wanted).some((provider) => !list(current).some((now) => sameJson(provider, now)))
    case 'SupportedLoginProviders':
      return givesMore(wanted, current)
    default:
      return member === 'DeveloperProviderName' && typeof wanted === 'string'
  }
}

/** Whether there is an entry that there was not, or that was another. */
export function givesMore(wanted: Value, current: Value): boolean {
  const now = isObject(current) ? current : {}
  return isObject(wanted) && Object.entries(wanted).some(([name, value]) => !sameJson(value, now[name]))
}

/** Whether a user pool is named as it is now, but that its tokens may be checked where they were not. */
function isNoWider(wanted: JsonValue, current: JsonValue): boolean {
  if (sameJson(wanted, current)) return true
  if (!isObject(wanted) || !isObject(current)) return false
  const checked: JsonObject = { ...current, ServerSideTokenCheck: true }
  return sameJson(wanted, checked)
}

function list(value: Value): readonly JsonValue[] {
  return Array.isArray(value) ? value : []
}
