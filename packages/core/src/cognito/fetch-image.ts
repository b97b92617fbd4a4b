import type { Clock } from '../model/clock.js'
import { listenForAbort } from '../model/listen-for-abort.js'
import { CognitoError, REQUEST_TIMEOUT_MS } from './cognito-api.js'

/**
 * The port to the images that the API names by address and does not give: all bytes of one image. It asks once more where
 * the answer was lost; nothing is asked of addresses that are not of the web.
 *
 * @throws CognitoError of the operation `GET ImageUrl` when the image cannot be had, is too large or takes too long; the
 *   reason of an aborted signal
 */
export type FetchImage = (url: string, signal?: AbortSignal) => Promise<Uint8Array>

/** SetUICustomization takes 128 KiB back; whatever is much larger is not an image of the classic UI. */
const MOST_BYTES = 1024 * 1024
const REDIRECTS = 3
const ATTEMPTS = 2

/** Images over HTTP, bounded in size and time; a redirect may not lead to another scheme. */
export function createImageFetcher(clock: Clock): FetchImage {
  async function once(url: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const stop = new AbortController()
    const done = new AbortController()
    const stopListening = signal === undefined ? undefined : listenForAbort(signal, () => stop.abort())
    const timeOut = (): void => stop.abort(new Error('it took too long'))
    clock.sleep(REQUEST_TIMEOUT_MS, done.signal).then(timeOut, () => undefined)
    try {
      return await follow(url, stop.signal)
    } finally {
      done.abort()
      stopListening?.()
    }
  }

  return async (url, signal) => {
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted()
      try {
        return await once(url, signal)
      } catch (error) {
        signal?.throwIfAborted()
        if (attempt >= ATTEMPTS) throw unavailable(error)
      }
    }
  }
}

/** Whether a failure is about an image, not about the API. */
export function isImageUnavailable(error: unknown): error is CognitoError {
  return error instanceof CognitoError && error.exception === 'ImageUnavailable'
}

function unavailable(error: unknown): CognitoError {
  const reason = error instanceof Error ? error.message : 'unknown'
  return new CognitoError('GET ImageUrl', 'ImageUnavailable', reason, 'refused', error)
}

async function follow(address: string, signal: AbortSignal): Promise<Uint8Array> {
  let url = new URL(address)
  const { protocol } = url
  if (protocol !== 'https:' && protocol !== 'http:') throw new Error('it is not an address of the web')
  for (let redirects = 0; redirects <= REDIRECTS; redirects++) {
    const response = await fetch(url, { redirect: 'manual', signal })
    const location = response.headers.get('location')
    if (response.status >= 300 && response.status < 400 && location !== null) {
      await response.body?.cancel()
      url = new URL(location, url)
      if (url.protocol !== protocol) throw new Error('it redirects to another scheme')
      continue
    }
    if (!response.ok) {
      await response.body?.cancel()
      throw new Error(`HTTP ${response.status}`)
    }
    return readBounded(response)
  }
  throw new Error('it redirects without end')
}

async function readBounded({ body }: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    chunks.push(chunk)
    size += chunk.length
    if (size > MOST_BYTES) throw new Error(`it is larger than ${MOST_BYTES} bytes`)
  }
  return Buffer.concat(chunks)
}
