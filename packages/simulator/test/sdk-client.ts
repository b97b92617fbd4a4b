import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import type { JsonObject } from '../src/json.js'
import type { Simulator } from '../src/simulator.js'

/** The real SDK against a simulator, without retries of its own. */
export function connect(simulator: Simulator): CognitoIdentityProvider {
  return new CognitoIdentityProvider({
    endpoint: simulator.url,
    region: simulator.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  })
}

/** The name of the error that a call fails with. */
export async function errorOf(call: Promise<unknown>): Promise<string> {
  return (await failureOf(call)).name
}

/** The error that a call fails with. */
export async function failureOf(call: Promise<unknown>): Promise<Error> {
  try {
    await call
  } catch (error) {
    return error as Error
  }
  throw new Error('the call was expected to fail')
}

/** An answer as it came over the wire. */
export interface WireAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: JsonObject
}

/** A request that the SDK would not make: fields unknown to it, or malformed. */
export async function post(
  simulator: Simulator,
  operation: string,
  body: unknown,
  headers: Record<string, string> = { authorization: 'AWS4-HMAC-SHA256 unverified' },
): Promise<WireAnswer> {
  const response = await fetch(simulator.url, {
    method: 'POST',
    headers: { 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as JsonObject }
}

/** A request to identity pools, whose SDK is not among the dependencies. Fails with the error's name. */
export async function callIdentityPools(
  simulator: Simulator,
  operation: string,
  body: JsonObject,
): Promise<JsonObject> {
  const response = await fetch(simulator.url, {
    method: 'POST',
    headers: {
      'x-amz-target': `AWSCognitoIdentityService.${operation}`,
      authorization: 'AWS4-HMAC-SHA256 unverified',
    },
    body: JSON.stringify(body),
  })
  const answer = (await response.json()) as JsonObject
  if (response.ok) return answer
  const { __type: name, message } = answer
  throw Object.assign(new Error(message as string), { name })
}

/** All users that a filter finds, following tokens to the end, with the size of every page. */
export async function listAll(
  client: CognitoIdentityProvider,
  UserPoolId: string,
  Filter?: string,
): Promise<{ usernames: string[]; pages: number[] }> {
  const usernames: string[] = []
  const pages: number[] = []
  let PaginationToken: string | undefined
  do {
    const page = await client.listUsers({ UserPoolId, Filter, PaginationToken })
    usernames.push(...(page.Users ?? []).map(({ Username = '' }) => Username))
    pages.push(page.Users?.length ?? 0)
    PaginationToken = page.PaginationToken
  } while (PaginationToken !== undefined)
  return { usernames, pages }
}
