import { isObject, type JsonObject, sameJson } from '../../model/canonical.js'
import { canonicalBody, only, text, without } from '../canonical-body.js'
import { answerOf, type CognitoApi } from '../cognito-api.js'
import { POOL_REF, ref } from '../operation.js'
import { items } from '../paginate.js'
import { unlessGone } from './of-each-client.js'
import { changedMembers, type FoundResource, type ResourceKind } from './resource-kind.js'

const OUTPUT_ONLY = ['TermsId', 'UserPoolId', 'ClientId', 'CreationDate', 'LastModifiedDate']

/** Terms documents, of which a client has one of each name: ListTerms, DescribeTerms, CreateTerms, UpdateTerms. */
export const termsKind: ResourceKind = {
  kind: 'terms',
  plural: 'terms',
  ofClients: true,
  async *read({ api, pool }) {
    const UserPoolId = text(pool, 'Id')
    const listing = {
      operation: 'ListTerms',
      input: { UserPoolId, MaxResults: 60 },
      items: 'Terms',
      token: 'NextToken' as const,
    }
    for await (const { TermsId } of items(api, listing)) {
      const body = await unlessGone(describe(api, { UserPoolId, TermsId: TermsId ?? '' }))
      if (body !== undefined) yield { name: `${text(body, 'ClientId')}/${text(body, 'TermsName')}`, body }
    }
  },
  normalise: canonicalBody,
  settable,
  matchName: ({ name }) => name,
  create: ({ body }, { clientId }) => [
    {
      operation: 'CreateTerms',
      input: { ...settable(body), UserPoolId: ref(POOL_REF), ClientId: clientId ?? '' },
    },
  ],
  update: (wanted, current) => {
    const { patch, expects } = changedMembers(settable(wanted.body), settable(current.body), sameJson)
    return Object.keys(patch).length === 0
      ? []
      : [{ operation: 'UpdateTerms', input: named(current), patch, expects }]
  },
  remove: (current) => [{ operation: 'DeleteTerms', input: named(current) }],
  find: (api, input) => unlessGone(describe(api, input)),
  updateRequest: settable,
}

/** A document without links shows an empty list of them, which no request may hold. */
function settable(body: JsonObject): JsonObject {
  const { Links } = body
  const isEmpty = isObject(Links) && Object.keys(Links).length === 0
  return without(body, [...OUTPUT_ONLY, ...(isEmpty ? ['Links'] : [])])
}

/** By its id where the request has one, else by its client and name. */
async function describe(api: CognitoApi, input: JsonObject): Promise<JsonObject> {
  const byId = input['TermsId'] !== undefined
  const operation = byId ? 'DescribeTerms' : 'DescribeTermsByClient'
  const members = byId ? ['UserPoolId', 'TermsId'] : ['UserPoolId', 'ClientId', 'TermsName']
  return answerOf(operation, await api.call(operation, only(input, members)), 'Terms')
}

function named({ body }: FoundResource): JsonObject {
  return { UserPoolId: ref(POOL_REF), TermsId: text(body, 'TermsId') }
}
