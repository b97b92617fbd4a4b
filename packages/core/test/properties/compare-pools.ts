import { isObject, type JsonObject, type JsonValue } from '../../src/model/canonical.js'

/**
 * What only the service writes, by kind, as the table of resources has it: nothing but this may differ between a pool and
 * the one that was made of it. A path goes into structures; `*` stands for every entry.
 */
const OUTPUT_ONLY: Readonly<Record<string, readonly string[]>> = {
  pool: [
    'Id',
    'Arn',
    'CreationDate',
    'LastModifiedDate',
    'Status',
    'Domain',
    'CustomDomain',
    'SmsConfigurationFailure',
    'EmailConfigurationFailure',
  ],
  'identity-provider': [
    'CreationDate',
    'LastModifiedDate',
    'ProviderDetails.attributes_url_add_attributes',
    'ProviderDetails.token_request_method',
    'ProviderDetails.ActiveEncryptionCertificate',
    'ProviderDetails.SSORedirectBindingURI',
    'ProviderDetails.SLORedirectBindingURI',
  ],
  client: ['CreationDate', 'LastModifiedDate', 'ClientType'],
  'client-secrets': ['ClientSecrets.*.ClientSecretId', 'ClientSecrets.*.ClientSecretCreateDate'],
  risk: ['LastModifiedDate'],
  domain: ['AWSAccountId', 'S3Bucket', 'CloudFrontDistribution', 'Version', 'Status'],
  ui: ['ImageUrl', 'CSSVersion', 'CreationDate', 'LastModifiedDate'],
  branding: ['ManagedLoginBrandingId', 'id', 'CreationDate', 'LastModifiedDate'],
  terms: ['TermsId', 'id', 'CreationDate', 'LastModifiedDate'],
  group: ['CreationDate', 'LastModifiedDate'],
  'signing-certificate': ['Certificate'],
  'identity-pool': ['IdentityPoolId'],
}

/** What a member means where it is absent. */
const MEANT: Readonly<Record<string, JsonObject>> = {
  'identity-pool': {
    AllowClassicFlow: false,
    OpenIdConnectProviderARNs: [],
    SamlProviderARNs: [],
    SupportedLoginProviders: {},
    IdentityPoolRoles: { Roles: {}, RoleMappings: {} },
  },
}

/** A record with what its absent members mean, those of its parts included. */
function saidInFull(meant: JsonObject, body: JsonObject): JsonObject {
  const parts = Object.entries(meant).map(([member, value]): [string, JsonValue] => {
    const said = body[member] ?? value
    return [member, isObject(said) && isObject(value) ? saidInFull(value, said) : said]
  })
  return { ...body, ...Object.fromEntries(parts) }
}

/** Sets of which a snapshot sorts the items by text that holds ids, so that new ids put them in another order. */
const SORTED_BY_ID = ['CognitoIdentityProviders']

/** The members in which two records differ, by the record's key; `removed` or `added` where one of the two is not there. */
export type Differences = Readonly<Record<string, readonly string[]>>

/**
 * What differs between the records of a pool and those of its successor, whose ids are `ids` of the old ones.
 *
 * @param lists whether the order of lists counts: in canonical form it does
 */
export function compareResources(
  before: ReadonlyMap<string, JsonObject>,
  after: ReadonlyMap<string, JsonObject>,
  ids: ReadonlyMap<string, string>,
  lists: 'ordered' | 'sets',
): Differences {
  const renamed = new Map(
    [...before].map(([key, body]): [string, [string, JsonObject]] => {
      const now = replaceIds(key, ids) as string
      return [now, [key, replaceIds(body, ids) as JsonObject]]
    }),
  )
  const differences: Record<string, string[]> = {}
  for (const key of new Set([...renamed.keys(), ...after.keys()])) {
    const [oldKey, wanted] = renamed.get(key) ?? [key, undefined]
    const found = after.get(key)
    const members =
      wanted === undefined
        ? ['added']
        : found === undefined
          ? ['removed']
          : differing(kindOf(key), [wanted, found], lists)
    if (members.length > 0) differences[oldKey] = members
  }
  return differences
}

/** The kind of a record, from its key. */
export function kindOf(key: string): string {
  return key.split('/')[0]!
}

function differing(kind: string, bodies: readonly JsonObject[], lists: 'ordered' | 'sets'): string[] {
  const [a, b] = bodies.map((body) =>
    (OUTPUT_ONLY[kind] ?? []).reduce(
      (rest, path) => withoutPath(rest, path.split('.')) as JsonObject,
      saidInFull(MEANT[kind] ?? {}, body),
    ),
  ) as [JsonObject, JsonObject]
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((member) => {
    const order = SORTED_BY_ID.includes(member) ? 'sets' : lists
    return textOf(a[member], order) !== textOf(b[member], order)
  })
}

function withoutPath(value: JsonValue, [step, ...rest]: readonly string[]): JsonValue {
  if (step === '*' && Array.isArray(value)) return value.map((item) => withoutPath(item, rest))
  if (!isObject(value) || step === undefined) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([member]) => rest.length > 0 || member !== step)
      .map(([member, inner]) => [member, member === step ? withoutPath(inner, rest) : inner]),
  )
}

/** A value as text, its members in one order, and its lists too where they are sets. */
function textOf(value: JsonValue | undefined, lists: 'ordered' | 'sets'): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => textOf(item, lists))
    return `[${(lists === 'sets' ? items.sort() : items).join()}]`
  }
  if (value === undefined) return 'absent'
  if (!isObject(value)) return JSON.stringify(value)
  const members = Object.entries(value).map(
    ([member, inner]) => `${JSON.stringify(member)}:${textOf(inner, lists)}`,
  )
  return `{${members.sort().join()}}`
}

function replaceIds(value: JsonValue, ids: ReadonlyMap<string, string>): JsonValue {
  if (typeof value === 'string')
    return [...ids].reduce((text, [before, after]) => text.replaceAll(before, after), value)
  if (Array.isArray(value)) return value.map((item) => replaceIds(item, ids))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([member, inner]) => [
      replaceIds(member, ids) as string,
      replaceIds(inner, ids),
    ]),
  )
}
