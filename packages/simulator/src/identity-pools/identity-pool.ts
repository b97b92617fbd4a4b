import { copyJson, isJsonObject, type JsonObject } from '../json.js'
import { invalidParameter } from '../service-error.js'

/** One identity pool and what is set on it. */
export interface IdentityPool {
  readonly id: string
  readonly arn: string
  /** As it was given, without id and tags. */
  body: JsonObject
  tags: Map<string, string>
  /** Roles and RoleMappings, once they are set. */
  roles: JsonObject
  /** What becomes a principal tag, by provider. */
  readonly principalTags: Map<string, JsonObject>
}

/** An identity pool as the API shows it. */
export function describeIdentityPool(pool: IdentityPool): JsonObject {
  return {
    IdentityPoolId: pool.id,
    ...copyJson(pool.body),
    IdentityPoolTags: Object.fromEntries(pool.tags),
  }
}

/** How the pool's providers are called where attributes become tags, and, by client, where users get roles. */
export interface ProviderNames {
  readonly forTags: ReadonlySet<string>
  readonly forRoles: ReadonlySet<string>
}

/** The names of an identity pool's providers: user pools, social logins, OIDC and SAML providers, and its own. */
export function providerNames({ body }: IdentityPool): ProviderNames {
  const texts = (value: unknown): string[] =>
    Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
  const userPools = Array.isArray(body.CognitoIdentityProviders)
    ? body.CognitoIdentityProviders.filter(isJsonObject)
    : []
  const others = [
    ...Object.keys(isJsonObject(body.SupportedLoginProviders) ? body.SupportedLoginProviders : {}),
    ...texts(body.OpenIdConnectProviderARNs),
    ...texts(body.SamlProviderARNs),
    ...texts([body.DeveloperProviderName]),
  ]
  const named = (withClient: boolean): string[] =>
    userPools.map(({ ProviderName: name, ClientId: client }) =>
      texts(withClient ? [name, client] : [name]).join(':'),
    )
  return { forTags: new Set([...named(false), ...others]), forRoles: new Set([...named(true), ...others]) }
}

/** Refuses a provider that the identity pool does not have. */
export function checkProvider(names: ReadonlySet<string>, name: string): void {
  if (!names.has(name)) throw invalidParameter(`The identity pool has no provider ${name}.`)
}
