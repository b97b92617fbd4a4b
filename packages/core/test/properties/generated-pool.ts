/* eslint-disable @typescript-eslint/no-misused-spread -- alphabets are taken apart by code point */
import fc from 'fast-check'
import { isObject, type JsonObject, type JsonValue } from '../../src/model/canonical.js'
import { type Overrides, requests } from './from-model.js'
import { type GeneratedIdentityPool, identityPools } from './generated-identity-pool.js'

/** A client with all that belongs to it; its requests lack the ids. */
export interface GeneratedClient {
  readonly create: JsonObject
  readonly secondSecret: boolean
  readonly sessions: JsonObject | undefined
  readonly risk: JsonObject | undefined
  readonly ui: JsonObject | undefined
  readonly branding: JsonObject | undefined
  readonly terms: readonly JsonObject[]
}

export interface GeneratedUser {
  readonly username: string
  readonly attributes: Readonly<Record<string, string>>
  readonly status:
    'CONFIRMED' | 'FORCE_CHANGE_PASSWORD' | 'RESET_REQUIRED' | 'UNCONFIRMED' | 'EXTERNAL_PROVIDER'
  readonly enabled: boolean
  /** Whether an identity of a provider is linked to a user of the pool's own. */
  readonly linked: boolean
  /** Places among the groups of the pool. */
  readonly groups: readonly number[]
}

/** A pool as the requests that make it, in the order in which they are sent; ids are left out. */
export interface GeneratedPool {
  readonly pool: JsonObject
  readonly mfa: JsonObject | undefined
  readonly sessions: JsonObject | undefined
  readonly providers: readonly JsonObject[]
  readonly resourceServers: readonly JsonObject[]
  readonly clients: readonly GeneratedClient[]
  /** Whether the second client is another of the first's name and settings, with what belongs to it its own. */
  readonly twins: boolean
  readonly risk: JsonObject | undefined
  readonly logs: JsonObject | undefined
  readonly domain: JsonObject | undefined
  readonly customDomain: JsonObject | undefined
  readonly ui: JsonObject | undefined
  readonly groups: readonly JsonObject[]
  /** Of a pool that has clients. */
  readonly identityPools: readonly GeneratedIdentityPool[]
  readonly users: readonly GeneratedUser[]
}

const digits = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length })
const words = fc.string({ unit: fc.constantFrom(...'abcdefgXYZ019'), minLength: 3, maxLength: 10 })
const subset = <T extends string>(of: readonly T[]): fc.Arbitrary<T[]> => fc.shuffledSubarray([...of])

/** CreateUserPool: Schema. Custom attributes cannot be required; constraints are those of the type. */
const customAttribute = fc
  .tuple(
    words,
    fc.record({ Mutable: fc.boolean(), DeveloperOnlyAttribute: fc.boolean() }, { requiredKeys: [] }),
    fc.oneof(
      fc.record(
        {
          AttributeDataType: fc.constant('String'),
          StringAttributeConstraints: fc.record(
            { MinLength: fc.constantFrom('0', '1'), MaxLength: fc.constantFrom('100', '2048') },
            { requiredKeys: [] },
          ),
        },
        { requiredKeys: ['AttributeDataType'] },
      ),
      fc.record(
        {
          AttributeDataType: fc.constant('Number'),
          NumberAttributeConstraints: fc.record(
            { MinValue: fc.constantFrom('0', '-5'), MaxValue: fc.constantFrom('7', '1000000') },
            { requiredKeys: [] },
          ),
        },
        { requiredKeys: ['AttributeDataType'] },
      ),
      fc.constant({ AttributeDataType: 'Boolean' }),
      fc.constant({ AttributeDataType: 'DateTime' }),
      fc.constant({}),
    ),
  )
  .map(([Name, flags, type]): JsonObject => ({ Name, ...flags, ...type }))

const standardAttribute = fc
  .tuple(
    fc.constantFrom('email', 'phone_number', 'given_name', 'nickname', 'website', 'birthdate', 'updated_at'),
    fc.record({ Required: fc.boolean(), Mutable: fc.boolean() }, { requiredKeys: [] }),
    fc.constantFrom<JsonObject | undefined>(
      undefined,
      { MinLength: '1', MaxLength: '99' },
      { MinLength: '0' },
      { MinLength: '0', MaxLength: '2048' },
      {},
    ),
  )
  .map(([Name, flags, bounds]): JsonObject => {
    const isNumber = Name === 'updated_at'
    if (bounds === undefined || Name === 'birthdate') return { Name, ...flags }
    return isNumber
      ? {
          Name,
          ...flags,
          NumberAttributeConstraints: Object.keys(bounds).length === 0 ? {} : { MinValue: '5' },
        }
      : { Name, ...flags, StringAttributeConstraints: bounds }
  })

const schema = fc.uniqueArray(fc.oneof(customAttribute, standardAttribute), {
  minLength: 1,
  maxLength: 6,
  selector: ({ Name }) => Name,
}) as fc.Arbitrary<JsonValue>

const POOL: Overrides = { 'CreateUserPool.Schema': schema }

const url = words.map((word) => `https://${word}.example.com/callback?a=%20&b=é`)

/** CreateIdentityProvider: ProviderDetails, by type, as the reference lists their keys. */
const DETAILS: Readonly<Record<string, Readonly<Record<string, fc.Arbitrary<string>>>>> = {
  Google: { client_id: words, client_secret: words, authorize_scopes: fc.constant('email openid') },
  Facebook: {
    client_id: words,
    client_secret: words,
    authorize_scopes: fc.constant('public_profile,email'),
    api_version: fc.constantFrom('v17.0', 'v19.0'),
  },
  LoginWithAmazon: {
    client_id: words,
    client_secret: words,
    authorize_scopes: fc.constant('profile postal_code'),
  },
  SignInWithApple: {
    client_id: words,
    team_id: words,
    key_id: words,
    private_key: words,
    authorize_scopes: fc.constant('email name'),
  },
  OIDC: {
    client_id: words,
    client_secret: words,
    attributes_request_method: fc.constantFrom('GET', 'POST'),
    oidc_issuer: url,
    authorize_scopes: fc.constant('openid email'),
  },
  SAML: {
    MetadataFile: words.map((word) => `<EntityDescriptor entityID="${word}">\n</EntityDescriptor>`),
    IDPSignout: fc.constantFrom('true', 'false'),
    IDPInit: fc.constantFrom('true', 'false'),
    EncryptedResponses: fc.constantFrom('true', 'false'),
    RequestSigningAlgorithm: fc.constant('rsa-sha256'),
  },
}
const SOCIAL = ['Facebook', 'Google', 'LoginWithAmazon', 'SignInWithApple']

const provider = fc.constantFrom(...Object.keys(DETAILS)).chain((type) =>
  fc
    .tuple(
      requests('CreateIdentityProvider', idsOf('CreateIdentityProvider', 'ProviderType'), {
        'CreateIdentityProvider.ProviderDetails': fc.record(DETAILS[type]!),
        'CreateIdentityProvider.AttributeMapping': fc.dictionary(
          fc.constantFrom('username', 'name', 'family_name', 'email_verified', 'picture'),
          words,
          { maxKeys: 3, noNullPrototype: true },
        ),
        'CreateIdentityProvider.IdpIdentifiers': fc.uniqueArray(words, { maxLength: 3 }),
        'CreateIdentityProvider.ProviderName': SOCIAL.includes(type)
          ? fc.constant(type)
          : words.map((word) => `${type}-${word}`),
      }),
    )
    .map(([request]): JsonObject => ({ ...request, ProviderType: type })),
)

function idsOf(operation: string, ...more: string[]): string[] {
  return ['UserPoolId', 'ClientId', ...more].map((member) => `${operation}.${member}`)
}

const CLIENT: Overrides = {
  'CreateUserPoolClient.CallbackURLs': fc.uniqueArray(fc.oneof(url, fc.constant('myapp://here')), {
    maxLength: 3,
  }),
  'CreateUserPoolClient.LogoutURLs': fc.uniqueArray(fc.oneof(url, fc.constant('http://localhost:3000')), {
    maxLength: 3,
  }),
  'CreateUserPoolClient.DefaultRedirectURI': url,
  'CreateUserPoolClient.AllowedOAuthScopes': subset([
    'openid',
    'email',
    'phone',
    'profile',
    'aws.cognito.signin.user.admin',
  ]),
  'CreateUserPoolClient.SupportedIdentityProviders': subset([
    'COGNITO',
    'Facebook',
    'Google',
    'LoginWithAmazon',
    'SignInWithApple',
  ]),
  'CreateUserPoolClient.ReadAttributes': subset(['email', 'email_verified', 'name', 'address', 'updated_at']),
  'CreateUserPoolClient.WriteAttributes': subset(['email', 'name', 'address', 'phone_number', 'given_name']),
  'CreateUserPoolClient.AnalyticsConfiguration': fc.oneof(
    requestsOfAnalytics('ApplicationArn'),
    requestsOfAnalytics('ApplicationId', 'RoleArn', 'ExternalId'),
  ),
}

/** CreateUserPoolClient: AnalyticsConfiguration names an application by its ARN, or by its id with a role. */
function requestsOfAnalytics(...members: string[]): fc.Arbitrary<JsonValue> {
  const all: Record<string, fc.Arbitrary<JsonValue>> = {
    ApplicationArn: words.map((word) => `arn:aws:mobiletargeting:eu-west-1:123456789012:apps/${word}`),
    ApplicationId: digits(12),
    RoleArn: words.map((word) => `arn:aws:iam::123456789012:role/${word}`),
    ExternalId: words,
    UserDataShared: fc.boolean(),
  }
  const chosen = Object.fromEntries(
    Object.entries(all).filter(([member]) => members.includes(member) || member === 'UserDataShared'),
  )
  return fc.record(chosen, { requiredKeys: members })
}

const ranges = fc.uniqueArray(
  fc.tuple(fc.nat(255), fc.constantFrom('/32', '/24')).map(([n, bits]) => `192.0.2.${n}${bits}`),
  { maxLength: 3 },
)
const risk = requests('SetRiskConfiguration', idsOf('SetRiskConfiguration'), {
  'SetRiskConfiguration.RiskExceptionConfiguration.BlockedIPRangeList': ranges,
  'SetRiskConfiguration.RiskExceptionConfiguration.SkippedIPRangeList': ranges,
})

const ui = requests('SetUICustomization', idsOf('SetUICustomization'), {
  'SetUICustomization.CSS': fc.constantFrom(
    '',
    '.banner-customizable {\n  background: #fff;\n}',
    '.label-customizable { font-weight: 300 }',
  ),
})

const branding = requests('CreateManagedLoginBranding', idsOf('CreateManagedLoginBranding'))

const LANGUAGES = ['default', 'dutch', 'english', 'bahasa-indonesia', 'chinese-traditional']
const terms = (name: string): fc.Arbitrary<JsonObject> =>
  requests('CreateTerms', idsOf('CreateTerms'), {
    'CreateTerms.TermsName': fc.constant(name),
    'CreateTerms.Links': fc.dictionary(
      fc.constantFrom(...LANGUAGES).map((language) => `cognito:${language}`),
      url,
      { minKeys: 1, maxKeys: 4, noNullPrototype: true },
    ),
  })

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 3 })

const client: fc.Arbitrary<GeneratedClient> = fc.record({
  create: requests('CreateUserPoolClient', idsOf('CreateUserPoolClient'), CLIENT),
  secondSecret: fc.boolean(),
  sessions: maybe(
    requests('SetUserPoolClientSessionConfiguration', idsOf('SetUserPoolClientSessionConfiguration')),
  ),
  risk: maybe(risk),
  ui: maybe(ui),
  branding: maybe(branding),
  terms: fc
    .tuple(maybe(terms('terms-of-use')), maybe(terms('privacy-policy')))
    .map((list) => list.filter((one) => one !== undefined)),
})

/** SetLogDeliveryConfiguration: each source has its level and its kinds of destination. */
const logs = requests('SetLogDeliveryConfiguration', idsOf('SetLogDeliveryConfiguration'), {
  'SetLogDeliveryConfiguration.LogConfigurations': fc
    .tuple(
      fc.option(
        fc.record({
          EventSource: fc.constant('userNotification'),
          LogLevel: fc.constant('ERROR'),
          CloudWatchLogsConfiguration: fc.record({
            LogGroupArn: words.map((word) => `arn:aws:logs:eu-west-1:123456789012:log-group:${word}`),
          }),
        }),
      ),
      fc.option(
        fc
          .constantFrom(
            { S3Configuration: { BucketArn: 'arn:aws:s3:::shop-events' } },
            {
              FirehoseConfiguration: {
                StreamArn: 'arn:aws:firehose:eu-west-1:123456789012:deliverystream/a',
              },
            },
            {
              CloudWatchLogsConfiguration: { LogGroupArn: 'arn:aws:logs:eu-west-1:123456789012:log-group:b' },
            },
          )
          .map((to) => ({ EventSource: 'userAuthEvents', LogLevel: 'INFO', ...to })),
      ),
    )
    .map((list) => list.filter((one) => one !== null) as JsonValue),
})

/** No document says what an empty Routing is; it is taken for none. */
function withoutEmptyRouting(request: JsonObject): JsonObject {
  const { Routing, ...rest } = request
  return isObject(Routing) && Object.keys(Routing).length === 0 ? rest : request
}

const domain = (custom: boolean): fc.Arbitrary<JsonObject> =>
  requests(
    'CreateUserPoolDomain',
    [
      ...idsOf('CreateUserPoolDomain', 'Domain'),
      ...(custom ? [] : ['CreateUserPoolDomain.CustomDomainConfig']),
    ],
    {
      'CreateUserPoolDomain.ManagedLoginVersion': fc.constantFrom(1, 2),
      // The certificate of a custom domain is in us-east-1. (CreateUserPoolDomain)
      'CreateUserPoolDomain.CustomDomainConfig.CertificateArn': words.map(
        (word) => `arn:aws:acm:us-east-1:123456789012:certificate/${word}`,
      ),
    },
  )
    .map(withoutEmptyRouting)
    .map((request) =>
      custom && request['CustomDomainConfig'] === undefined
        ? {
            ...request,
            CustomDomainConfig: { CertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/a' },
          }
        : request,
    )

const user: fc.Arbitrary<GeneratedUser> = fc.record({
  username: words,
  attributes: fc.dictionary(
    fc.constantFrom(
      'email',
      'email_verified',
      'phone_number',
      'phone_number_verified',
      'name',
      'given_name',
      'custom',
    ),
    fc.constantFrom('true', 'false'),
    { maxKeys: 7, noNullPrototype: true },
  ),
  status: fc.constantFrom(
    'CONFIRMED',
    'CONFIRMED',
    'FORCE_CHANGE_PASSWORD',
    'RESET_REQUIRED',
    'UNCONFIRMED',
    'EXTERNAL_PROVIDER',
  ),
  enabled: fc.boolean(),
  linked: fc.boolean(),
  groups: fc.uniqueArray(fc.nat(2), { maxLength: 3 }),
})

/** Pools as the model allows them; what the service further asks for is settled by `obeyRules`. */
export const rawPools: fc.Arbitrary<GeneratedPool> = fc.record({
  pool: requests('CreateUserPool', [], POOL),
  mfa: maybe(requests('SetUserPoolMfaConfig', idsOf('SetUserPoolMfaConfig'))),
  sessions: maybe(requests('SetUserPoolSessionConfiguration', idsOf('SetUserPoolSessionConfiguration'))),
  providers: fc.uniqueArray(provider, { maxLength: 4, selector: ({ ProviderName }) => ProviderName }),
  resourceServers: fc.uniqueArray(requests('CreateResourceServer', idsOf('CreateResourceServer')), {
    maxLength: 2,
    selector: ({ Identifier }) => Identifier,
  }),
  clients: fc.array(client, { maxLength: 3 }),
  twins: fc.boolean(),
  risk: maybe(risk),
  logs: maybe(logs),
  domain: maybe(domain(false)),
  customDomain: maybe(domain(true)),
  ui: maybe(ui),
  groups: fc.uniqueArray(requests('CreateGroup', idsOf('CreateGroup')), {
    maxLength: 3,
    selector: ({ GroupName }) => GroupName,
  }),
  identityPools: fc.array(identityPools, { maxLength: 2 }),
  users: fc.uniqueArray(user, { maxLength: 4, selector: ({ username }) => username.toLowerCase() }),
})
