/** Calls `listener` when `signal` aborts; returns how to stop listening. */
export type ListenForAbort = (signal: AbortSignal, listener: () => void) => () => void

/**
 * One listener a signal, however many wait on it: an event target looks through its whole list at every addition, so
 * 100,000 requests of one run would be quadratic.
 */
export function createAbortListeners(): ListenForAbort {
  const waiting = new Map<AbortSignal, { listeners: Set<() => void>; stop: () => void }>()

  function groupOf(signal: AbortSignal): { listeners: Set<() => void>; stop: () => void } {
    const known = waiting.get(signal)
    if (known !== undefined) return known
    const listeners = new Set<() => void>()
    const fire = (): void => {
      waiting.delete(signal)
      for (const listener of listeners) listener()
    }
    signal.addEventListener('abort', fire, { once: true })
    const stop = (): void => {
      waiting.delete(signal)
      signal.removeEventListener('abort', fire)
    }
    const group = { listeners, stop }
    waiting.set(signal, group)
    return group
  }

  return (signal, listener) => {
    const group = groupOf(signal)
    group.listeners.add(listener)
    return () => {
      group.listeners.delete(listener)
      if (group.listeners.size === 0) group.stop()
    }
  }
}
