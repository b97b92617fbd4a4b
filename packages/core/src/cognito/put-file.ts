import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Clock } from '../model/clock.js'
import { listenForAbort } from '../model/listen-for-abort.js'
import { type CallOutcome, CognitoError, REQUEST_TIMEOUT_MS } from './cognito-api.js'

/** A file that goes to an address which the API has named. */
export interface PutRequest {
  /** Signed: it is used as it is, and it is a secret for as long as it is good. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** How many bytes there are: a signed address takes no file of unknown length. */
  readonly size: number
  /** The bytes, from the beginning each time. */
  readonly bytes: () => AsyncIterable<Uint8Array>
  readonly signal?: AbortSignal | undefined
}

/**
 * The port to the files that the API takes by address. Tries again where it is not known whether the file arrived, which
 * leaves the same file there.
 *
 * @throws CognitoError of the operation `PUT import file`; its message never holds the address; the reason of an aborted
 *   signal
 */
export type PutFile = (request: PutRequest) => Promise<void>

const ATTEMPTS = 3
const WAIT_MS = 1_000
/** 100 MB in this time are less than 2 Mbit/s. */
const TIMEOUT_MS = 10 * 60_000
const OPERATION = 'PUT import file'

/** Files over HTTP, streamed, bounded in time. */
export function createFilePutter(clock: Clock): PutFile {
  async function once(request: PutRequest): Promise<void> {
    const stop = new AbortController()
    const done = new AbortController()
    const stopListening =
      request.signal === undefined ? undefined : listenForAbort(request.signal, () => stop.abort())
    clock.sleep(TIMEOUT_MS, done.signal).then(
      () => stop.abort(),
      () => undefined,
    )
    try {
      const status = await send(request, stop.signal)
      if (status < 200 || status >= 300) throw failure(`HTTP ${status}`, outcomeOf(status))
    } finally {
      done.abort()
      stopListening?.()
    }
  }

  return async (request) => {
    for (let attempt = 1; ; attempt++) {
      request.signal?.throwIfAborted()
      try {
        await once(request)
        return
      } catch (error) {
        request.signal?.throwIfAborted()
        const failed = error instanceof CognitoError ? error : failure(codeOf(error), 'ambiguous')
        if (failed.outcome === 'refused' || attempt >= ATTEMPTS) throw failed
      }
      await clock.sleep(WAIT_MS * 2 ** attempt, request.signal)
    }
  }
}

async function send({ url, headers, size, bytes }: PutRequest, signal: AbortSignal): Promise<number> {
  const address = new URL(url)
  const open = address.protocol === 'https:' ? httpsRequest : httpRequest
  const request = open(address, {
    method: 'PUT',
    headers: { ...headers, 'content-length': size },
    timeout: REQUEST_TIMEOUT_MS,
    signal,
  })
  request.on('timeout', () => request.destroy(new Error('it was not answered')))
  const answered = new Promise<number>((resolve, reject) => {
    request.on('error', reject)
    request.on('response', (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
      response.on('error', reject)
    })
  })
  // Refused before all of it was read, the answer says more than that the rest could not be sent.
  const [sent, answer] = await Promise.allSettled([
    pipeline(Readable.from(bytes()), request, { signal }),
    answered,
  ])
  if (answer.status === 'fulfilled') return answer.value
  throw sent.status === 'rejected' ? sent.reason : answer.reason
}

function outcomeOf(status: number): CallOutcome {
  return status >= 500 || status === 429 ? 'ambiguous' : 'refused'
}

function failure(reason: string, outcome: CallOutcome): CognitoError {
  return new CognitoError(OPERATION, 'UploadFailed', reason, outcome)
}

/** What the system calls it: a message may hold the address. */
function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' ? code : 'the connection failed'
}
