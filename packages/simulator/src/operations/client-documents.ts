import type {
  CreateManagedLoginBrandingRequest,
  CreateTermsRequest,
  DeleteManagedLoginBrandingRequest,
  DeleteTermsRequest,
  DescribeManagedLoginBrandingByClientRequest,
  DescribeManagedLoginBrandingRequest,
  DescribeTermsRequest,
  ListTermsRequest,
  UpdateManagedLoginBrandingRequest,
  UpdateTermsRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf, type Account } from '../account.js'
import { copyJson, omit, type JsonObject } from '../json.js'
import { clientOf } from '../pools/clients.js'
import { datesOf, type ClientDocument, type Pool } from '../pools/pool.js'
import { createSub } from '../random.js'
import { invalidParameter, notFound, ServiceError } from '../service-error.js'
import type { Operation, Operations } from './operation.js'

const NOT_BODY = ['UserPoolId', 'ClientId', 'ManagedLoginBrandingId', 'TermsId']

function documentOf(
  documents: Map<string, ClientDocument>,
  id: string | undefined,
  what: string,
): ClientDocument {
  const document = documents.get(id ?? '')
  if (document === undefined) throw notFound(`${what} does not exist.`)
  return document
}

function create(account: Account, clientId: string, body: JsonObject): ClientDocument {
  const now = account.clock.now()
  return {
    id: createSub(account.random, 'random', account.region),
    clientId,
    body,
    createdAt: now,
    modifiedAt: now,
  }
}

function replaceBody(account: Account, document: ClientDocument, body: JsonObject): void {
  document.body = body
  document.modifiedAt = account.clock.now()
}

function brandingBody(
  request: CreateManagedLoginBrandingRequest | UpdateManagedLoginBrandingRequest,
): JsonObject {
  if (request.UseCognitoProvidedValues === true && (request.Settings ?? request.Assets) !== undefined) {
    throw invalidParameter('Settings and Assets cannot be given with UseCognitoProvidedValues.')
  }
  return { UseCognitoProvidedValues: false, ...copyJson(omit(request as unknown as JsonObject, NOT_BODY)) }
}

function shownBranding(pool: Pool, branding: ClientDocument): JsonObject {
  return {
    ManagedLoginBranding: {
      ManagedLoginBrandingId: branding.id,
      UserPoolId: pool.id,
      ...copyJson(branding.body),
      ...datesOf(branding),
    },
  }
}

const createManagedLoginBranding: Operation<CreateManagedLoginBrandingRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const client = clientOf(pool, request.ClientId)
  for (const { clientId } of pool.brandings.values()) {
    if (clientId === client.id) {
      throw new ServiceError(
        'ManagedLoginBrandingExistsException',
        'The client has a branding style already.',
      )
    }
  }
  const branding = create(account, client.id, brandingBody(request))
  pool.brandings.set(branding.id, branding)
  return shownBranding(pool, branding)
}

const updateManagedLoginBranding: Operation<UpdateManagedLoginBrandingRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const branding = documentOf(pool.brandings, request.ManagedLoginBrandingId, 'Branding')
  replaceBody(account, branding, brandingBody(request))
  return shownBranding(pool, branding)
}

const describeManagedLoginBranding: Operation<DescribeManagedLoginBrandingRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  return shownBranding(pool, documentOf(pool.brandings, request.ManagedLoginBrandingId, 'Branding'))
}

const describeManagedLoginBrandingByClient: Operation<DescribeManagedLoginBrandingByClientRequest> = (
  request,
  account,
) => {
  const pool = poolOf(account, request.UserPoolId)
  const client = clientOf(pool, request.ClientId)
  const branding = [...pool.brandings.values()].find(({ clientId }) => clientId === client.id)
  return shownBranding(pool, documentOf(pool.brandings, branding?.id, 'Branding'))
}

const deleteManagedLoginBranding: Operation<DeleteManagedLoginBrandingRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  pool.brandings.delete(documentOf(pool.brandings, request.ManagedLoginBrandingId, 'Branding').id)
  return undefined
}

function shownTerms(pool: Pool, terms: ClientDocument): JsonObject {
  return {
    TermsId: terms.id,
    UserPoolId: pool.id,
    ClientId: terms.clientId,
    Links: {},
    ...copyJson(terms.body),
    ...datesOf(terms),
  }
}

function checkTermsName(pool: Pool, clientId: string, name: unknown, except?: ClientDocument): void {
  for (const other of pool.terms.values()) {
    if (other !== except && other.clientId === clientId && other.body.TermsName === name) {
      throw new ServiceError('TermsExistsException', 'Terms of this name exist for the client.')
    }
  }
}

const createTerms: Operation<CreateTermsRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const client = clientOf(pool, request.ClientId)
  checkTermsName(pool, client.id, request.TermsName)
  const terms = create(account, client.id, copyJson(omit(request as unknown as JsonObject, NOT_BODY)))
  pool.terms.set(terms.id, terms)
  return { Terms: shownTerms(pool, terms) }
}

const updateTerms: Operation<UpdateTermsRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const terms = documentOf(pool.terms, request.TermsId, 'Terms')
  const body = { ...terms.body, ...copyJson(omit(request as unknown as JsonObject, NOT_BODY)) }
  checkTermsName(pool, terms.clientId, body.TermsName, terms)
  replaceBody(account, terms, body)
  return { Terms: shownTerms(pool, terms) }
}

const describeTerms: Operation<DescribeTermsRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  return { Terms: shownTerms(pool, documentOf(pool.terms, request.TermsId, 'Terms')) }
}

const deleteTerms: Operation<DeleteTermsRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  pool.terms.delete(documentOf(pool.terms, request.TermsId, 'Terms').id)
  return undefined
}

const listTerms: Operation<ListTermsRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const ids = [...pool.terms.keys()].sort()
  const page = account.pager.page(
    { binding: JSON.stringify(['ListTerms', pool.id]), limit: request.MaxResults, token: request.NextToken },
    (after) => ids.filter((id) => after === undefined || id > after)[Symbol.iterator](),
    (id) => id,
  )
  return {
    Terms: page.items.map((id) => {
      const terms = documentOf(pool.terms, id, 'Terms')
      const { TermsName, Enforcement } = terms.body
      return { TermsId: id, TermsName, Enforcement, ...datesOf(terms) }
    }),
    NextToken: page.token,
  }
}

/** Operations on what a client has by id: its branding style and its terms documents. */
export const clientDocumentOperations: Operations = {
  CreateManagedLoginBranding: createManagedLoginBranding,
  UpdateManagedLoginBranding: updateManagedLoginBranding,
  DescribeManagedLoginBranding: describeManagedLoginBranding,
  DescribeManagedLoginBrandingByClient: describeManagedLoginBrandingByClient,
  DeleteManagedLoginBranding: deleteManagedLoginBranding,
  CreateTerms: createTerms,
  UpdateTerms: updateTerms,
  DescribeTerms: describeTerms,
  DeleteTerms: deleteTerms,
  ListTerms: listTerms,
}
