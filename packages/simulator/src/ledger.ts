/** A message that the service would have sent. */
export interface SentMessage {
  readonly userPoolId: string
  readonly sub: string
  readonly medium: 'EMAIL' | 'SMS'
  /** Why: `AdminCreateUser`, `ResendInvitation`, `SignUp`, `VerifyUserAttribute`, `ResetPassword`, `Authentication`. */
  readonly reason: string
  readonly destination: string
}

/** A Lambda function that the service would have run. */
export interface RunTrigger {
  readonly userPoolId: string
  /** As the event's `triggerSource`: `PreSignUp_AdminCreateUser`, `CustomMessage_AdminCreateUser`, … */
  readonly source: string
  readonly functionArn: string
  readonly sub: string
  readonly clientMetadata: Readonly<Record<string, string>>
}

/** What the simulator has seen and would have done, for tests to read. */
export interface Ledger {
  readonly requests: {
    /** Requests by operation, refused and failed ones included. */
    all(): Readonly<Record<string, number>>
    /** Those of them that were answered with TooManyRequestsException. */
    throttled(): Readonly<Record<string, number>>
    /** Requests of one operation, or of all. */
    count(operation?: string): number
    clear(): void
  }
  /** Monthly active users: subs that some operation has put on the month's bill. */
  readonly mau: {
    count(userPoolId?: string): number
    subs(userPoolId: string): ReadonlySet<string>
    /** How many subs an operation touched first, by operation. */
    byOperation(userPoolId?: string): Readonly<Record<string, number>>
    clear(): void
  }
  readonly messages: { all(): readonly SentMessage[]; clear(): void }
  readonly triggers: { all(): readonly RunTrigger[]; clear(): void }
  /** Clears all of it. */
  clear(): void
}

/** The ledger as the operations write it. */
export interface LedgerWriter extends Ledger {
  request(operation: string): void
  throttle(operation: string): void
  active(userPoolId: string, sub: string, operation: string): void
  message(message: SentMessage): void
  trigger(trigger: RunTrigger): void
}

/** Makes an empty ledger. */
export function createLedger(): LedgerWriter {
  const requests = new Map<string, number>()
  const throttled = new Map<string, number>()
  const active = new Map<string, Map<string, string>>()
  const messages: SentMessage[] = []
  const triggers: RunTrigger[] = []
  const increment = (counts: Map<string, number>, key: string): void => {
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const poolsOf = (userPoolId: string | undefined): Map<string, string>[] =>
    userPoolId === undefined ? [...active.values()] : [active.get(userPoolId) ?? new Map<string, string>()]

  const ledger: LedgerWriter = {
    requests: {
      all: () => Object.fromEntries(requests),
      throttled: () => Object.fromEntries(throttled),
      count: (operation) =>
        operation === undefined
          ? [...requests.values()].reduce((sum, count) => sum + count, 0)
          : (requests.get(operation) ?? 0),
      clear: () => {
        requests.clear()
        throttled.clear()
      },
    },
    mau: {
      count: (userPoolId) => poolsOf(userPoolId).reduce((sum, subs) => sum + subs.size, 0),
      subs: (userPoolId) => new Set<string>(active.get(userPoolId)?.keys()),
      byOperation: (userPoolId) => {
        const counts = new Map<string, number>()
        for (const subs of poolsOf(userPoolId))
          for (const operation of subs.values()) increment(counts, operation)
        return Object.fromEntries(counts)
      },
      clear: () => {
        active.clear()
      },
    },
    messages: { all: () => [...messages], clear: () => void messages.splice(0) },
    triggers: { all: () => [...triggers], clear: () => void triggers.splice(0) },
    clear: () => {
      ledger.requests.clear()
      ledger.mau.clear()
      ledger.messages.clear()
      ledger.triggers.clear()
    },
    request: (operation) => {
      increment(requests, operation)
    },
    throttle: (operation) => {
      increment(throttled, operation)
    },
    active: (userPoolId, sub, operation) => {
      let subs = active.get(userPoolId)
      if (subs === undefined) active.set(userPoolId, (subs = new Map<string, string>()))
      if (!subs.has(sub)) subs.set(sub, operation)
    },
    message: (message) => {
      messages.push(message)
    },
    trigger: (trigger) => {
      triggers.push(trigger)
    },
  }
  return ledger
}
