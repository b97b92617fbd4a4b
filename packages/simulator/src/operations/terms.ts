import type {
  CreateTermsRequest,
  DeleteTermsRequest,
  DescribeTermsByClientRequest,
  DescribeTermsRequest,
  ListTermsRequest,
  UpdateTermsRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf } from '../account.js'
import { copyJson, omit, type JsonObject } from '../json.js'
import { createDocument, documentOf, rewriteDocument } from '../pools/client-documents.js'
import { clientOf } from '../pools/clients.js'
import { datesOf, type ClientDocument, type Pool } from '../pools/pool.js'
import { ServiceError } from '../service-error.js'
import type { Operation, Operations } from './operation.js'

const WHAT = 'Terms'
const NOT_BODY = ['UserPoolId', 'ClientId', 'TermsId']

function shown(pool: Pool, terms: ClientDocument): JsonObject {
  return {
    Terms: {
      TermsId: terms.id,
      UserPoolId: pool.id,
      ClientId: terms.clientId,
      Links: {},
      ...copyJson(terms.body),
      ...datesOf(terms),
    },
  }
}

function termsOfClient(pool: Pool, clientId: string, name: unknown): ClientDocument | undefined {
  return [...pool.terms.values()].find(
    (terms) => terms.clientId === clientId && terms.body.TermsName === name,
  )
}

function exists(): ServiceError {
  return new ServiceError('TermsExistsException', 'Terms of this name exist for the client.')
}

const createTerms: Operation<CreateTermsRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const client = clientOf(pool, request.ClientId)
  if (termsOfClient(pool, client.id, request.TermsName) !== undefined) throw exists()
  const body = copyJson(omit(request as unknown as JsonObject, NOT_BODY))
  const terms = createDocument(account, client.id, body)
  pool.terms.set(terms.id, terms)
  return shown(pool, terms)
}

/** Keeps what is left out, and replaces each member given as a whole. */
const updateTerms: Operation<UpdateTermsRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const terms = documentOf(pool.terms, request.TermsId, WHAT)
  const body = { ...terms.body, ...copyJson(omit(request as unknown as JsonObject, NOT_BODY)) }
  const named = termsOfClient(pool, terms.clientId, body.TermsName)
  if (named !== undefined && named !== terms) throw exists()
  rewriteDocument(account, terms, body)
  return shown(pool, terms)
}

const describeTerms: Operation<DescribeTermsRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  return shown(pool, documentOf(pool.terms, request.TermsId, WHAT))
}

const describeTermsByClient: Operation<DescribeTermsByClientRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const client = clientOf(pool, request.ClientId)
  const id = termsOfClient(pool, client.id, request.TermsName)?.id
  return shown(pool, documentOf(pool.terms, id, WHAT))
}

const deleteTerms: Operation<DeleteTermsRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  pool.terms.delete(documentOf(pool.terms, request.TermsId, WHAT).id)
  return undefined
}

/** The list shows neither the client nor the links of a document. */
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
      const terms = documentOf(pool.terms, id, WHAT)
      const { TermsName, Enforcement } = terms.body
      return { TermsId: id, TermsName, Enforcement, ...datesOf(terms) }
    }),
    NextToken: page.token,
  }
}

/** Operations on terms documents, of which a client has one of each name. */
export const termsOperations: Operations = {
  CreateTerms: createTerms,
  UpdateTerms: updateTerms,
  DescribeTerms: describeTerms,
  DescribeTermsByClient: describeTermsByClient,
  DeleteTerms: deleteTerms,
  ListTerms: listTerms,
}
