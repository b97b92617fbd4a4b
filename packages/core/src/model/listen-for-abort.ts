interface Waiting {
  readonly listeners: Set<{ call: () => void }>
  readonly stop: () => void
}

const waiting = new WeakMap<AbortSignal, Waiting>()

/**
 * Calls `listener` when the signal aborts, unless it has already; returns how to stop listening.
 *
 * A signal has one listener of this program, however many wait on it: an event target looks through its whole list at
 * every addition, so that 100,000 requests of one run would be quadratic, and Node warns of more than ten as of a leak.
 * When nobody waits it has none, so that it may live as long as the process.
 */
export function listenForAbort(signal: AbortSignal, listener: () => void): () => void {
  const { listeners, stop } = waiting.get(signal) ?? begin(signal)
  const entry = { call: listener }
  listeners.add(entry)
  return () => {
    listeners.delete(entry)
    if (listeners.size === 0) stop()
  }
}

function begin(signal: AbortSignal): Waiting {
  const begun: Waiting = { listeners: new Set(), stop }
  function stop(): void {
    waiting.delete(signal)
    signal.removeEventListener('abort', fire)
  }
  function fire(): void {
    stop()
    for (const { call } of begun.listeners) call()
  }
  signal.addEventListener('abort', fire)
  waiting.set(signal, begun)
  return begun
}
