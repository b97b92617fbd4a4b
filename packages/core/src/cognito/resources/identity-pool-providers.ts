import { isObject, type JsonObject, type JsonValue, sameJson } from '../../model/canonical.js'
import { object, objects, text } from '../canonical-body.js'
import { knownName, membersIn, named } from '../operation.js'

/** How identity pools name a user pool. */
export function providerNameOf(userPoolId: string): string {
  const region = userPoolId.split('_', 1)[0] ?? ''
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return `cognito-idp.${region}.${domain}/${userPoolId}`
}

/** Whether a provider's name is that of a user pool. */
export function isProviderOf(userPoolId: string, name: string): boolean {
  return name.startsWith('cognito-idp.') && name.endsWith(`/${userPoolId}`)
}

/** The names of an identity pool's providers, as principal tags have them: user pools without their clients. */
export function providerNames(body: JsonObject): string[] {
  const list = (member: string): string[] => {
    const value = body[member]
    return Array.isArray(value) ? value.map(String) : []
  }
  const developer = text(body, 'DeveloperProviderName')
  const names = [
    ...objects(body, 'CognitoIdentityProviders').map((provider) => text(provider, 'ProviderName')),
    ...Object.keys(object(body, 'SupportedLoginProviders') ?? {}),
    ...list('OpenIdConnectProviderARNs'),
    ...list('SamlProviderARNs'),
    developer,
  ]
  return [...new Set(names.filter((name) => name !== ''))]
}

/** What an identity pool is to point at in place of what it points at. */
export interface Pointing {
  /** Whether a provider is the pool that is meant. */
  readonly isPool: (providerName: string) => boolean
  /** The pool's name, or a reference to it. */
  readonly provider: JsonValue
  /** The client in the place of one, or a reference to it; `undefined` where there is none. */
  readonly client: (clientId: string) => JsonValue | undefined
}

/**
 * An identity pool that points at another pool or other clients: in its providers, its role mappings, whose keys hold
 * both, and its principal tags. What names a client that there is not is left out, and told by its id.
 */
export function pointedAt(body: JsonObject, pointing: Pointing): { body: JsonObject; leftOut: string[] } {
  const leftOut = new Set<string>()
  const roles = object(body, 'IdentityPoolRoles')
  const mappings = object(roles ?? {}, 'RoleMappings')
  const tags = object(body, 'PrincipalTagAttributeMaps')
  const providers = objects(body, 'CognitoIdentityProviders')

  function clientFor(id: string): JsonValue | undefined {
    const client = pointing.client(id)
    if (client === undefined) leftOut.add(id)
    return client
  }

  function providerFor(provider: JsonObject): JsonObject[] {
    if (!pointing.isPool(text(provider, 'ProviderName'))) return [provider]
    const ClientId = clientFor(text(provider, 'ClientId'))
    return ClientId === undefined ? [] : [{ ...provider, ProviderName: pointing.provider, ClientId }]
  }

  function mappingFor([name, value]: [JsonValue[], JsonValue]): [JsonValue[], JsonValue][] {
    const key = knownName(name)
    const at = key.lastIndexOf(':')
    if (!pointing.isPool(key.slice(0, at))) return [[name, value]]
    const client = clientFor(key.slice(at + 1))
    return client === undefined ? [] : [[[pointing.provider, ':', client], value]]
  }

  function tagsFor([name, value]: [JsonValue[], JsonValue]): [JsonValue[], JsonValue] {
    return [pointing.isPool(knownName(name)) ? [pointing.provider] : name, value]
  }

  const pointed: JsonObject = {
    ...body,
    ...('CognitoIdentityProviders' in body
      ? { CognitoIdentityProviders: distinct(providers.flatMap(providerFor)) }
      : {}),
    ...(roles === undefined || mappings === undefined
      ? {}
      : {
          IdentityPoolRoles: { ...roles, RoleMappings: named(membersIn(mappings).flatMap(mappingFor)) },
        }),
    ...(tags === undefined ? {} : { PrincipalTagAttributeMaps: named(membersIn(tags).map(tagsFor)) }),
  }
  return { body: pointed, leftOut: [...leftOut] }
}

/** An identity pool that pointed at both pools would name the same one twice. */
function distinct(list: readonly JsonObject[]): JsonObject[] {
  return list.filter((item, at) => list.findIndex((other) => sameJson(item, other)) === at)
}

/** The ARNs of all roles that an identity pool gives, by its own account. */
export function rolesGiven(body: JsonObject): string[] {
  const { Roles, RoleMappings } = object(body, 'IdentityPoolRoles') ?? {}
  const found = new Set<string>()
  const collect = (value: JsonValue | undefined, isRole: boolean): void => {
    if (typeof value === 'string') {
      if (isRole) found.add(value)
    } else if (Array.isArray(value)) value.forEach((item) => collect(item, isRole))
    else if (isObject(value))
      for (const [member, inner] of Object.entries(value)) collect(inner, isRole || member === 'RoleARN')
  }
  collect(Roles, true)
  collect(RoleMappings, false)
  return [...found].sort()
}
