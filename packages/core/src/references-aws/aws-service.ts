import type { ReferenceCheck } from '../restore/references/check-reference.js'

/** How a client of another service than Cognito is made. */
export interface ServiceSettings {
  readonly region: string
  readonly endpoint?: string
  readonly profile?: string
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
}

/** The settings of a service by the name that the SDK has for it, or why it cannot be asked. */
export type SettingsOf = (service: string, region: string) => ServiceSettings | { readonly unknown: string }

/** What a client is made with: a question that is not answered soon is not worth waiting for. */
export function clientConfig(settings: ServiceSettings): ServiceSettings & {
  maxAttempts: number
  requestHandler: { connectionTimeout: number; requestTimeout: number; throwOnRequestTimeout: boolean }
} {
  const requestHandler = { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true }
  return { ...settings, maxAttempts: 2, requestHandler }
}

export const FOUND: ReferenceCheck = { outcome: 'found', reason: '' }

export function missing(reason: string): ReferenceCheck {
  return { outcome: 'missing', reason }
}

export function unknown(reason: string): ReferenceCheck {
  return { outcome: 'unknown', reason }
}

/** Why a service did not answer, by the name of its exception: its words may quote a request. */
export function failureText(error: unknown): string {
  const { name, code } = error as { name?: string; code?: string }
  const said = code ?? name ?? 'no answer'
  return /AccessDenied|NotAuthorized|Unauthorized/i.test(said) ? 'access denied' : said
}
