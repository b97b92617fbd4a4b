/** What Cognito gives to every trigger, and expects back with `response` filled in. */
export interface TriggerEvent {
  readonly version?: string
  readonly triggerSource?: string
  readonly userPoolId?: string
  readonly userName?: string
  readonly request?: unknown
  readonly response?: unknown
}

/** The members of a value, where it is an object; Cognito gives null for some that are not set. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {}
}
