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

  async function worker(): Promise<void> {
    try {
      while (!combined.aborted) {
        const next = await pull()
        if (next.done === true) return
        await work(next.value, combined)
      }
    } catch (error) {
      failure ??= { error }
      stop.abort(error)
    }
  }

  await Promise.all(Array.from({ length: Math.max(1, limit) }, worker))
  await source.return?.()
  if (failure !== undefined) throw failure.error
  signal?.throwIfAborted()
}
