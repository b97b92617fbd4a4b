import type { ServerResponse } from 'node:http'
import type { Account } from '../account.js'
import { ServiceError } from '../service-error.js'

/** What is answered to one HTTP request. */
export interface Reply {
  readonly status: number
  readonly type: string
  readonly body: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

/** A good answer of the API. */
export function jsonReply(text: string): Reply {
  return { status: 200, type: 'application/x-amz-json-1.1', body: text }
}

/** The answer to a request that failed; what is not the service's error is a defect of the simulator. */
export function errorReply(error: unknown): Reply {
  const known =
    error instanceof ServiceError
      ? error
      : new ServiceError('InternalErrorException', `simulator: ${String(error)}`)
  return {
    status: known.status,
    type: 'application/x-amz-json-1.1',
    body: JSON.stringify({ __type: known.code, message: known.message }),
    headers: { 'x-amzn-errortype': `${known.code}:` },
  }
}

/** Sends a reply, dated by the simulator's clock. */
export function send(account: Account, response: ServerResponse, reply: Reply): void {
  const bytes = Buffer.from(reply.body)
  response.sendDate = false
  response.writeHead(reply.status, {
    date: new Date(account.clock.now()).toUTCString(),
    'content-type': reply.type,
    'content-length': bytes.length,
    'x-amzn-requestid': requestId(account),
    ...reply.headers,
  })
  response.end(bytes)
}

const counters = new WeakMap<Account, number>()

function requestId(account: Account): string {
  const count = (counters.get(account) ?? 0) + 1
  counters.set(account, count)
  return `00000000-0000-4000-8000-${count.toString(16).padStart(12, '0')}`
}
