import type { IncomingMessage } from 'node:http'
import type { Account } from '../account.js'
import type { JsonObject } from '../json.js'
import type { FaultScript } from './faults.js'
import type { QuotaKeeper } from './quotas.js'
import type { Reply } from './reply.js'

/** What the server serves. */
export interface Service {
  readonly account: Account
  readonly quotas: QuotaKeeper
  readonly faults: FaultScript
}

/** One request, read and not yet carried out. */
export interface Call {
  /** What faults and hooks may look at. */
  readonly body: JsonObject
  /** Refuses what is unsigned or beyond a quota. */
  admit(): void
  /** Checks the request; what it gives carries it out. */
  validate(): () => Reply
}

/** One kind of request: calls of the API, or of files. */
export interface Route {
  /** The name that the ledger, faults and hooks know the request by. */
  operationOf(request: IncomingMessage): string
  open(service: Service, request: IncomingMessage, operation: string, body: Buffer): Call
}
