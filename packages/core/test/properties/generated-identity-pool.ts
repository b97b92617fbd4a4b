import fc from 'fast-check'
import { isObject, type JsonObject } from '../../src/model/canonical.js'
import { requests } from './from-model.js'

/**
 * An identity pool as the requests that make it. What names the user pool and its clients, and what goes by provider, is
 * left to who has them: a provider is told by its place.
 */
export interface GeneratedIdentityPool {
  readonly create: JsonObject
  /** How each of the pool's clients is named as a provider, as far as there are that many. */
  readonly clients: readonly JsonObject[]
  readonly roles: JsonObject | undefined
  readonly tags: readonly JsonObject[]
}

const CREATE = 'cognito-identity:CreateIdentityPool'
const ROLES = 'cognito-identity:SetIdentityPoolRoles'
const TAGS = 'cognito-identity:SetPrincipalTagAttributeMap'

const word = fc.constantFrom('admin', 'reader', 'Signed-in_1', 'gold.team')
const role = word.map((name) => `arn:aws:iam::123456789012:role/${name}`)
const list = (kind: string): fc.Arbitrary<string[]> =>
  fc.uniqueArray(
    word.map((name) => `arn:aws:iam::123456789012:${kind}/${name}`),
    { maxLength: 2 },
  )
/** DeveloperProviderName, and the names that the service has for others' logins. */
const logins = fc.dictionary(
  fc.constantFrom('graph.facebook.com', 'accounts.google.com', 'www.amazon.com', 'appleid.apple.com'),
  fc.constantFrom('7346241598935552', 'web.apps_1;ios/2'),
  { maxKeys: 2, noNullPrototype: true },
)

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 3 })

/** RoleMapping: Rules asks for a RulesConfiguration, and either type for what happens where no rule or role fits. */
function obeyMappingRules(request: JsonObject): JsonObject {
  const { RoleMappings } = request
  if (!isObject(RoleMappings)) return request
  const mappings = Object.entries(RoleMappings).map(([name, mapping]) => [
    name,
    {
      AmbiguousRoleResolution: 'Deny',
      ...(mapping as JsonObject),
      ...((mapping as JsonObject)['RulesConfiguration'] === undefined ? { Type: 'Token' } : {}),
    },
  ])
  return { ...request, RoleMappings: Object.fromEntries(mappings) as JsonObject }
}

export const identityPools: fc.Arbitrary<GeneratedIdentityPool> = fc.record({
  create: requests(CREATE, [`${CREATE}.CognitoIdentityProviders`], {
    [`${CREATE}.OpenIdConnectProviderARNs`]: list('oidc-provider'),
    [`${CREATE}.SamlProviderARNs`]: list('saml-provider'),
    [`${CREATE}.SupportedLoginProviders`]: logins,
  }),
  clients: fc.array(
    fc.record(
      { ServerSideTokenCheck: fc.boolean(), FutureSetting: fc.constant({ checked: 'often' }) },
      { requiredKeys: [] },
    ) as fc.Arbitrary<JsonObject>,
    { minLength: 1, maxLength: 3 },
  ),
  roles: maybe(
    requests(ROLES, [`${ROLES}.IdentityPoolId`], {
      [`${ROLES}.Roles`]: fc.record({ authenticated: role, unauthenticated: role }, { requiredKeys: [] }),
      [`${ROLES}.RoleMappings.key`]: fc.constantFrom('0', '1', '2', '3', '4', '5'),
      [`${ROLES}.RoleMappings.RulesConfiguration.Rules.RoleARN`]: role,
    }).map(obeyMappingRules),
  ),
  tags: fc.array(requests(TAGS, [`${TAGS}.IdentityPoolId`, `${TAGS}.IdentityProviderName`]), {
    maxLength: 3,
  }),
})
