import type {
  CreateUserPoolDomainRequest,
  DeleteUserPoolDomainRequest,
  DescribeUserPoolDomainRequest,
  UpdateUserPoolDomainRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf, type Account } from '../account.js'
import { copyJson, omit, type JsonObject } from '../json.js'
import type { Domain } from '../pools/domain.js'
import type { Pool } from '../pools/pool.js'
import { invalidParameter, ServiceError } from '../service-error.js'
import type { Operation, Operations } from './operation.js'

const RESERVED_WORDS = ['aws', 'amazon', 'cognito']
const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'

type DomainRequest = CreateUserPoolDomainRequest | UpdateUserPoolDomainRequest

function bodyOf(pool: Pool, request: DomainRequest): JsonObject {
  if (request.ManagedLoginVersion === 2 && pool.configuration.UserPoolTier === 'LITE') {
    throw new ServiceError(
      'FeatureUnavailableInTierException',
      'Managed login is not available in the LITE tier.',
    )
  }
  const certificate = request.CustomDomainConfig?.CertificateArn
  if (certificate !== undefined && !certificate.startsWith('arn:aws:acm:us-east-1:')) {
    throw invalidParameter('The certificate of a custom domain must be in us-east-1.')
  }
  return {
    ManagedLoginVersion: 1,
    ...copyJson(omit(request as unknown as JsonObject, ['UserPoolId', 'Domain'])),
  }
}

const createUserPoolDomain: Operation<CreateUserPoolDomainRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const name = request.Domain ?? ''
  const custom = request.CustomDomainConfig !== undefined
  if (custom !== name.includes('.')) {
    throw invalidParameter(
      custom ? 'A custom domain must be a host name.' : 'A domain prefix cannot contain dots.',
    )
  }
  if (!custom && RESERVED_WORDS.some((word) => name.includes(word))) {
    throw invalidParameter(`Domain cannot contain reserved word: ${RESERVED_WORDS.join(', ')}`)
  }
  if (account.domains.has(name)) throw invalidParameter('Domain already associated with another user pool.')
  if ((custom ? pool.customDomain : pool.domain) !== undefined) {
    throw invalidParameter(`User pool already has a ${custom ? 'custom domain' : 'domain'} configured.`)
  }
  const domain: Domain = {
    name,
    userPoolId: pool.id,
    custom,
    body: bodyOf(pool, request),
    cloudFrontDistribution: `d${account.random.text(13, ID_ALPHABET)}.cloudfront.net`,
    version: version(account),
  }
  account.domains.set(name, domain)
  if (custom) pool.customDomain = name
  else pool.domain = name
  return answer(domain)
}

function version(account: Account): string {
  return String(account.clock.now())
}

function answer(domain: Domain): JsonObject {
  return {
    ManagedLoginVersion: domain.body.ManagedLoginVersion,
    ...(domain.custom ? { CloudFrontDomain: domain.cloudFrontDistribution } : {}),
  }
}

/** For a domain that nobody has the service answers with an empty description, not with an error. */
const describeUserPoolDomain: Operation<DescribeUserPoolDomainRequest> = (request, account) => {
  const domain = account.domains.get(request.Domain ?? '')
  if (domain === undefined) return { DomainDescription: {} }
  return {
    DomainDescription: {
      UserPoolId: domain.userPoolId,
      AWSAccountId: account.accountId,
      Domain: domain.name,
      S3Bucket: `simulated-prod-${account.region}-assets`,
      CloudFrontDistribution: domain.cloudFrontDistribution,
      Version: domain.version,
      Status: 'ACTIVE',
      CustomDomainConfig: {},
      ...copyJson(domain.body),
    },
  }
}

function domainOf(account: Account, name: string | undefined, userPoolId: string | undefined): Domain {
  const domain = account.domains.get(name ?? '')
  if (domain === undefined || domain.userPoolId !== userPoolId) {
    throw invalidParameter('No such domain or user pool exists.')
  }
  return domain
}

const updateUserPoolDomain: Operation<UpdateUserPoolDomainRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const domain = domainOf(account, request.Domain, pool.id)
  if (!domain.custom && request.CustomDomainConfig !== undefined) {
    throw invalidParameter('A domain prefix has no CustomDomainConfig.')
  }
  domain.body = { ...domain.body, ...bodyOf(pool, request) }
  domain.version = version(account)
  return answer(domain)
}

const deleteUserPoolDomain: Operation<DeleteUserPoolDomainRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const domain = domainOf(account, request.Domain, pool.id)
  account.domains.delete(domain.name)
  if (domain.custom) pool.customDomain = undefined
  else pool.domain = undefined
  return {}
}

/** Operations on domains. */
export const domainOperations: Operations = {
  CreateUserPoolDomain: createUserPoolDomain,
  DescribeUserPoolDomain: describeUserPoolDomain,
  UpdateUserPoolDomain: updateUserPoolDomain,
  DeleteUserPoolDomain: deleteUserPoolDomain,
}
