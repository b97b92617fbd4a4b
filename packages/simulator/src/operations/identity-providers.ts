import type {
  CreateIdentityProviderRequest,
  DeleteIdentityProviderRequest,
  DescribeIdentityProviderRequest,
  ListIdentityProvidersRequest,
  UpdateIdentityProviderRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf } from '../account.js'
import { copyJson, omit, type JsonObject } from '../json.js'
import { checkProviderDetails, shownProviderDetails } from '../pools/provider-details.js'
import { datesOf, type IdentityProvider, type Pool } from '../pools/pool.js'
import { invalidParameter, notFound, ServiceError } from '../service-error.js'
import type { Operation, Operations } from './operation.js'

const PROVIDERS_LIMIT = 300
const NOT_BODY = ['UserPoolId', 'ProviderName', 'ProviderType']

/** Providers of these types have the name of the type, and a pool has one of each. */
const SOCIAL_TYPES = ['Facebook', 'Google', 'LoginWithAmazon', 'SignInWithApple']

function providerOf(pool: Pool, name: string | undefined): IdentityProvider {
  const provider = pool.identityProviders.get(name ?? '')
  if (provider === undefined) throw notFound(`Identity provider ${name ?? ''} does not exist.`)
  return provider
}

function describe(pool: Pool, provider: IdentityProvider): JsonObject {
  const body = copyJson(provider.body)
  return {
    UserPoolId: pool.id,
    ProviderName: provider.name,
    ProviderType: provider.type,
    AttributeMapping: {},
    IdpIdentifiers: [],
    ...body,
    ProviderDetails: shownProviderDetails(
      provider.type,
      body.ProviderDetails as Record<string, string>,
      pool.id,
    ),
    ...datesOf(provider),
  }
}

/** The attributes that a mapping fills must be declared, and mutable, since each sign-in writes them. */
function checkBody(pool: Pool, body: JsonObject, type: string, except?: IdentityProvider): void {
  checkProviderDetails(type, (body.ProviderDetails ?? {}) as Record<string, string>)
  for (const name of Object.keys((body.AttributeMapping ?? {}) as JsonObject)) {
    const declared = pool.schema.get(name)
    // A provider's subject may be mapped to `username`, which is no attribute.
    if (name === 'username') continue
    if (declared === undefined || name === 'sub')
      throw invalidParameter(`Invalid attribute in mapping: ${name}`)
    if (!declared.Mutable) throw invalidParameter(`Attribute in mapping must be mutable: ${name}`)
  }
  const identifiers = (body.IdpIdentifiers ?? []) as string[]
  for (const other of pool.identityProviders.values()) {
    const taken = (other.body.IdpIdentifiers ?? []) as string[]
    if (other !== except && identifiers.some((identifier) => taken.includes(identifier))) {
      throw new ServiceError(
        'DuplicateProviderException',
        'An identity provider with this identifier already exists.',
      )
    }
  }
}

const createIdentityProvider: Operation<CreateIdentityProviderRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const { ProviderName: name = '', ProviderType: type = '' } = request
  if (pool.identityProviders.has(name)) {
    throw new ServiceError('DuplicateProviderException', `A provider already exists with name: ${name}`)
  }
  if (
    SOCIAL_TYPES.includes(type) !== SOCIAL_TYPES.includes(name) ||
    (SOCIAL_TYPES.includes(type) && name !== type)
  ) {
    throw invalidParameter(`Invalid provider name ${name} for provider type ${type}.`)
  }
  if (pool.identityProviders.size >= PROVIDERS_LIMIT) {
    throw new ServiceError(
      'LimitExceededException',
      'The user pool has the maximum number of identity providers.',
    )
  }
  const body = copyJson(omit(request as unknown as JsonObject, NOT_BODY))
  checkBody(pool, body, type)
  const now = account.clock.now()
  const provider: IdentityProvider = { name, type, body, createdAt: now, modifiedAt: now }
  pool.identityProviders.set(name, provider)
  return { IdentityProvider: describe(pool, provider) }
}

const describeIdentityProvider: Operation<DescribeIdentityProviderRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  return { IdentityProvider: describe(pool, providerOf(pool, request.ProviderName)) }
}

/** The document resets nothing here: a member that is left out stays, one that is given is replaced whole. */
const updateIdentityProvider: Operation<UpdateIdentityProviderRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const provider = providerOf(pool, request.ProviderName)
  const body = { ...provider.body, ...copyJson(omit(request as unknown as JsonObject, NOT_BODY)) }
  checkBody(pool, body, provider.type, provider)
  provider.body = body
  provider.modifiedAt = account.clock.now()
  return { IdentityProvider: describe(pool, provider) }
}

const deleteIdentityProvider: Operation<DeleteIdentityProviderRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  pool.identityProviders.delete(providerOf(pool, request.ProviderName).name)
  return undefined
}

const listIdentityProviders: Operation<ListIdentityProvidersRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const names = [...pool.identityProviders.keys()].sort()
  const page = account.pager.page(
    {
      binding: JSON.stringify(['ListIdentityProviders', pool.id]),
      limit: request.MaxResults,
      token: request.NextToken,
    },
    (after) => names.filter((name) => after === undefined || name > after)[Symbol.iterator](),
    (name) => name,
  )
  return {
    Providers: page.items.map((name) => {
      const provider = providerOf(pool, name)
      return { ProviderName: name, ProviderType: provider.type, ...datesOf(provider) }
    }),
    NextToken: page.token,
  }
}

/** Operations on identity providers. */
export const identityProviderOperations: Operations = {
  CreateIdentityProvider: createIdentityProvider,
  DescribeIdentityProvider: describeIdentityProvider,
  UpdateIdentityProvider: updateIdentityProvider,
  DeleteIdentityProvider: deleteIdentityProvider,
  ListIdentityProviders: listIdentityProviders,
}
