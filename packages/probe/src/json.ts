import { type CognitoApi, CognitoError } from 'cognito-vault'

/** A body as the API takes and gives it. */
export type Json = Parameters<CognitoApi['call']>[1]

/** A call of one operation; what is wrong with it is thrown as a CognitoError. */
export type Call = (operation: string, input: Json) => Promise<Json>

/** A text member, empty where there is none. */
export function textOf(body: Json | undefined, member: string): string {
  const value = body?.[member]
  return typeof value === 'string' ? value : ''
}

/** An object member, empty where there is none. */
export function objectOf(body: Json | undefined, member: string): Json {
  const value = body?.[member]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

/** A member that is a list of objects, empty where there is none. */
export function objectsOf(body: Json | undefined, member: string): readonly Json[] {
  const value = body?.[member]
  return Array.isArray(value) ? (value as readonly Json[]) : []
}

/** A list of attributes as the map that it is. */
export function attributesIn(body: Json | undefined, member: string): ReadonlyMap<string, string> {
  return new Map(objectsOf(body, member).map((entry) => [textOf(entry, 'Name'), textOf(entry, 'Value')]))
}

/** Attributes as a request lists them. */
export function attributeList(attributes: Readonly<Record<string, string>>): Json[] {
  return Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }))
}

/** Every item of a listing: only a missing token ends it, as a page may be short or empty. */
export async function listAll(
  call: Call,
  operation: string,
  input: Json,
  member: string,
  token: string,
): Promise<Json[]> {
  const found: Json[] = []
  let next: Json = {}
  do {
    const page = await call(operation, { ...input, ...next })
    found.push(...objectsOf(page, member))
    const value = textOf(page, token)
    next = value === '' ? {} : { [token]: value }
  } while (Object.keys(next).length > 0)
  return found
}

/** Calls that say that the caller may not, or is not known: no answer to any question about the service. */
const ABOUT_THE_CALLER = /AccessDenied|Credentials|Token|Signature|UnrecognizedClient|InvalidClient/

/** How the service refused a request for what it asks, and not for who asks. */
export function refusalIn(error: unknown): CognitoError | undefined {
  if (!(error instanceof CognitoError) || error.outcome !== 'refused') return undefined
  return ABOUT_THE_CALLER.test(error.exception) ? undefined : error
}
