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
  const combined = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
  let pulling: Promise<unknown> = Promise.resolve()
  let failure: { error: unknown } | undefined

  /** Items are pulled one at a time: a source need not bear concurrent pulls. */
  async function pull(): Promise<IteratorResult<T>> {
    const next = pulling.then(() => source.next())
    pulling = next.catch(() => undefined)
    return next
  }

  const isStopped = (): boolean => combined.aborted

  async function worker(): Promise<void> {
    try {
      while (!isStopped()) {
        const next = await pull()
        // What was pulled while another failed is not begun.
        if (next.done === true || isStopped()) return
        await work(next.value, combined)
      }
    } catch (error) {
      failure ??= { error }
      stop.abort(error)
    }
  }

  await Promise.all(Array.from({ length: Math.max(1, limit) }, worker))
  if (failure !== undefined) {
    // The source is told to end; what it says to that is not why the work failed.
    await Promise.resolve(source.return?.()).catch(() => undefined)
    throw failure.error
  }
  await source.return?.()
  signal?.throwIfAborted()
}
