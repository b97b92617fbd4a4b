import { listenForAbort } from './listen-for-abort.js'

/**
 * Runs `work` over the items, at most `limit` at once. The first failure aborts the others' signal, and is thrown when
 * all of them have ended, so that nothing goes on behind the caller's back.
 */
export async function parallel<T>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  signal: AbortSignal | undefined,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController()
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
  let pulling: Promise<unknown> = Promise.resolve()
  let failure: { error: unknown } | undefined

  /** Items are pulled one at a time: a source need not bear concurrent pulls. */
  async function pull(): Promise<IteratorResult<T>> {
    const next = pulling.then(() => source.next())
    pulling = next.catch(() => undefined)
    return next
  }

  const isStopped = (): boolean => stop.signal.aborted

  async function worker(): Promise<void> {
    try {
      while (!isStopped()) {
        const next = await pull()
        // What was pulled while another failed is not begun.
        if (next.done === true || isStopped()) return
        await work(next.value, stop.signal)
      }
    } catch (error) {
      failure ??= { error }
      stop.abort(error)
    }
  }

  // Not AbortSignal.any: a signal that lives long would remember every one that was made of it.
  const follow = (): void => stop.abort(signal?.reason)
  if (signal?.aborted === true) follow()
  const stopFollowing = signal === undefined ? undefined : listenForAbort(signal, follow)
  await Promise.all(Array.from({ length: Math.max(1, limit) }, worker))
  stopFollowing?.()
  if (failure !== undefined) {
    // The source is told to end; what it says to that is not why the work failed.
    await Promise.resolve(source.return?.()).catch(() => undefined)
    throw failure.error
  }
  await source.return?.()
  signal?.throwIfAborted()
}
