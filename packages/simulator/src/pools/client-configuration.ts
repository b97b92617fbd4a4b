import { copyJson, type JsonObject, type JsonValue } from '../json.js'
import { invalidParameter, ServiceError } from '../service-error.js'
import type { Pool } from './pool.js'

const STANDARD_SCOPES = ['phone', 'email', 'openid', 'profile', 'aws.cognito.signin.user.admin']

/** A client's body with the defaults that the service fills in; absent attribute lists stay absent. */
export function completeClient(given: JsonObject): JsonObject {
  return {
    RefreshTokenValidity: 30,
    AllowedOAuthFlowsUserPoolClient: false,
    EnableTokenRevocation: true,
    EnablePropagateAdditionalUserContextData: false,
    AuthSessionValidity: 3,
    ...copyJson(given),
  }
}

const texts = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []

/** Checks a client's body against what else the pool holds. */
export function checkClient(pool: Pool, body: JsonObject): void {
  checkProviders(pool, body)
  checkScopes(pool, body)
  for (const name of [...texts(body.ReadAttributes), ...texts(body.WriteAttributes)]) {
    if (!pool.schema.has(name))
      throw invalidParameter(`Invalid attributes specified while creating a client: ${name}`)
  }
  for (const name of texts(body.WriteAttributes)) {
    if (
      name === 'sub' ||
      name === 'email_verified' ||
      name === 'phone_number_verified' ||
      name === 'identities'
    ) {
      throw invalidParameter(`Invalid write attributes specified while creating a client: ${name}`)
    }
  }
  for (const attribute of pool.schema.values()) {
    const writable = body.WriteAttributes
    if (
      attribute.Required &&
      attribute.Name !== 'sub' &&
      writable !== undefined &&
      !texts(writable).includes(attribute.Name)
    ) {
      throw invalidParameter(`Required attribute ${attribute.Name} must be writable by the client.`)
    }
  }
  const callbacks = texts(body.CallbackURLs)
  const redirect = body.DefaultRedirectURI
  if (typeof redirect === 'string' && !callbacks.includes(redirect)) {
    throw invalidParameter('DefaultRedirectURI must be one of the CallbackURLs.')
  }
  for (const url of [...callbacks, ...texts(body.LogoutURLs)]) checkUrl(url)
  checkFlows(body)
}

function checkProviders(pool: Pool, body: JsonObject): void {
  for (const name of texts(body.SupportedIdentityProviders)) {
    if (name !== 'COGNITO' && !pool.identityProviders.has(name)) {
      throw invalidParameter(`The provider ${name} does not exist for User Pool ${pool.id}`)
    }
  }
}

function checkScopes(pool: Pool, body: JsonObject): void {
  for (const scope of texts(body.AllowedOAuthScopes)) {
    if (STANDARD_SCOPES.includes(scope)) continue
    const slash = scope.lastIndexOf('/')
    const scopes = pool.resourceServers.get(scope.slice(0, slash))?.body.Scopes
    const known =
      Array.isArray(scopes) &&
      scopes.some((entry) => (entry as JsonObject).ScopeName === scope.slice(slash + 1))
    if (!known) throw new ServiceError('ScopeDoesNotExistException', `Invalid scope requested: ${scope}`)
  }
}

/** https, a scheme of an app, or http on this machine for tests; no fragment. */
function checkUrl(url: string): void {
  const scheme = /^([a-z][a-z0-9+.-]*):/iu.exec(url)?.[1]?.toLowerCase()
  const local = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/]|$)/u.test(url)
  if (scheme === undefined || (scheme === 'http' && !local) || url.includes('#')) {
    throw invalidParameter(`Invalid redirect or logout URL: ${url}`)
  }
}

function checkFlows(body: JsonObject): void {
  const flows = texts(body.AllowedOAuthFlows)
  if (flows.includes('client_credentials') && flows.length > 1) {
    throw new ServiceError(
      'InvalidOAuthFlowException',
      'client_credentials flow can not be selected along with code flow or implicit flow.',
    )
  }
  if ((flows.includes('code') || flows.includes('implicit')) && texts(body.CallbackURLs).length === 0) {
    throw new ServiceError('InvalidOAuthFlowException', 'code and implicit flows need a callback URL.')
  }
  const auth = texts(body.ExplicitAuthFlows)
  const old = auth.filter((flow) => !flow.startsWith('ALLOW_'))
  if (old.length > 0 && old.length < auth.length) {
    throw invalidParameter('ExplicitAuthFlows cannot mix flows with and without the prefix ALLOW_.')
  }
}
