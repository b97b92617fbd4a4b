import { type JsonObject, sameJson } from '../../model/canonical.js'
import { canonicalBody, object, text, without } from '../canonical-body.js'
import { answerOf, type CognitoApi, isException } from '../cognito-api.js'
import { type PlannedOperation, POOL_REF, ref } from '../operation.js'
import { items } from '../paginate.js'
import { changedMembers, type CreateOptions, type FoundResource, type ResourceKind } from './resource-kind.js'

const OUTPUT_ONLY = ['UserPoolId', 'CreationDate', 'LastModifiedDate']
/** What the service derives and adds on reading. */
const DERIVED_DETAILS = [
  'attributes_url_add_attributes',
  'token_request_method',
  'ActiveEncryptionCertificate',
  'SSORedirectBindingURI',
  'SLORedirectBindingURI',
]

/** Identity providers: ListIdentityProviders, DescribeIdentityProvider, CreateIdentityProvider, UpdateIdentityProvider. */
export const identityProviderKind: ResourceKind = {
  kind: 'identity-provider',
  plural: 'identityProviders',
  async *read({ api, pool }) {
    const UserPoolId = text(pool, 'Id')
    const listing = {
      operation: 'ListIdentityProviders',
      input: { UserPoolId, MaxResults: 60 },
      items: 'Providers',
      token: 'NextToken' as const,
    }
    for await (const { ProviderName } of items(api, listing)) {
      const body = await describe(api, { UserPoolId, ProviderName: ProviderName ?? '' })
      if (body !== undefined) yield { name: text(body, 'ProviderName'), body }
    }
  },
  normalise: canonicalBody,
  settable: settable,
  matchName: ({ name }) => name,
  create,
  update: (wanted, current) => update(wanted, current),
  remove: ({ name }) => [
    { operation: 'DeleteIdentityProvider', input: { UserPoolId: ref(POOL_REF), ProviderName: name } },
  ],
  find: (api, input) => describe(api, input),
  updateRequest: updatable,
}

function settable(body: JsonObject): JsonObject {
  const details = object(body, 'ProviderDetails')
  return {
    ...without(body, OUTPUT_ONLY),
    ...(details === undefined ? {} : { ProviderDetails: without(details, DERIVED_DETAILS) }),
  }
}

async function describe(api: CognitoApi, input: JsonObject): Promise<JsonObject | undefined> {
  const { UserPoolId = '', ProviderName = '' } = input
  try {
    const answer = await api.call('DescribeIdentityProvider', { UserPoolId, ProviderName })
    return answerOf('DescribeIdentityProvider', answer, 'IdentityProvider')
  } catch (error) {
    if (isException(error, 'ResourceNotFoundException')) return undefined
    throw error
  }
}

/**
 * The type of a provider cannot be updated; nor can Apple's details, which are replaced as a whole and are never shown
 * with the private key. An update that leaves them out keeps them.
 */
function updatable(body: JsonObject): JsonObject {
  const isApple = text(body, 'ProviderType') === 'SignInWithApple'
  const fixed = ['ProviderType', 'ProviderName', ...(isApple ? ['ProviderDetails'] : [])]
  return without(settable(body), fixed)
}

/** Whoever a provider vouches for comes in: where the pool lives, it may have been taken away on purpose. */
function create({ body }: FoundResource, { lives, noWidening }: CreateOptions): readonly PlannedOperation[] {
  if (lives && noWidening) return []
  const widens = lives ? { widens: 'identity-provider' as const } : {}
  const input = { ...settable(body), UserPoolId: ref(POOL_REF) }
  return [{ operation: 'CreateIdentityProvider', input, ...widens }]
}

function update(wanted: FoundResource, current: FoundResource): readonly PlannedOperation[] {
  const { patch, expects } = changedMembers(updatable(wanted.body), updatable(current.body), sameJson)
  if (Object.keys(patch).length === 0) return []
  const input = { UserPoolId: ref(POOL_REF), ProviderName: current.name }
  // Which details of a provider decide whom it lets in differs from type to type.
  return [{ operation: 'UpdateIdentityProvider', input, patch, expects, widens: 'identity-provider' }]
}
