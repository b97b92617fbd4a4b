import { isObject, type JsonObject, sameJson } from '../../model/canonical.js'
import { canonicalBody, object, text, without } from '../canonical-body.js'
import { type CognitoApi, unreadableAnswer } from '../cognito-api.js'
import { type PlannedOperation, POOL_REF, ref } from '../operation.js'
import { describePool } from './pool.js'
import { changedMembers, type FoundResource, type ResourceKind } from './resource-kind.js'

/** The service gives a prefix domain an empty CustomDomainConfig, which no request may carry; an empty Routing says nothing. */
const EMPTY_STRUCTURES = ['CustomDomainConfig', 'Routing']
const OUTPUT_ONLY = ['UserPoolId', 'AWSAccountId', 'S3Bucket', 'CloudFrontDistribution', 'Version', 'Status']

/** Domains, the prefix and the custom one: DescribeUserPoolDomain, CreateUserPoolDomain, UpdateUserPoolDomain. */
export const domainKind: ResourceKind = {
  kind: 'domain',
  plural: 'domains',
  async *read({ api, pool }) {
    for (const member of ['Domain', 'CustomDomain']) {
      const name = text(pool, member)
      if (name === '') continue
      const body = await describeDomain(api, name)
      if (body !== undefined) yield { name, body }
      else if (text(await describePool(api, text(pool, 'Id')), member) === name)
        throw unreadableAnswer('DescribeUserPoolDomain', 'a domain that the pool has is not described')
    }
  },
  normalise: canonicalBody,
  settable: settable,
  matchName: ({ name }) => name,
  create: ({ body }) => [
    { operation: 'CreateUserPoolDomain', input: { ...settable(body), UserPoolId: ref(POOL_REF) } },
  ],
  update: (wanted, current) => update(wanted, current),
  remove: ({ name }) => [
    { operation: 'DeleteUserPoolDomain', input: { UserPoolId: ref(POOL_REF), Domain: name } },
  ],
  find: (api, input) => describeDomain(api, text(input, 'Domain')),
  updateRequest: (found) => without(settable(found), ['Domain']),
}

/** A domain of the Region, whichever pool holds it; `undefined` where it is free. */
export async function describeDomain(api: CognitoApi, domain: string): Promise<JsonObject | undefined> {
  const found = object(await api.call('DescribeUserPoolDomain', { Domain: domain }), 'DomainDescription')
  return found === undefined || text(found, 'Domain') === '' ? undefined : found
}

function settable(body: JsonObject): JsonObject {
  return without(body, [...OUTPUT_ONLY, ...EMPTY_STRUCTURES.filter((member) => isEmpty(body[member]))])
}

function isEmpty(value: JsonObject[string] | undefined): boolean {
  return isObject(value) && Object.keys(value).length === 0
}

function update(wanted: FoundResource, current: FoundResource): readonly PlannedOperation[] {
  const writable = (body: JsonObject): JsonObject => without(settable(body), ['Domain'])
  const { patch, expects } = changedMembers(writable(wanted.body), writable(current.body), sameJson)
  if (Object.keys(patch).length === 0) return []
  const input = { UserPoolId: ref(POOL_REF), Domain: current.name }
  return [{ operation: 'UpdateUserPoolDomain', input, patch, expects }]
}
