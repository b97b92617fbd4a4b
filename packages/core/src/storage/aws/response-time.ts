/** A command of the SDK, as far as this needs it: answers pass through its stack on their way back. */
interface Answered {
  readonly middlewareStack: {
    add(
      middleware: (
        next: (args: never) => Promise<{ response: unknown }>,
      ) => (args: never) => Promise<{ response: unknown }>,
      options: { step: 'deserialize'; name: string },
    ): void
  }
}

/**
 * The service's own time, by the header `Date` of its answer to a command, which is sent after this: milliseconds since the epoch,
 * in whole seconds, rounded down; `undefined` where there was no answer or no such header.
 */
export function responseTimeOf(command: Answered): () => number | undefined {
  let time: number | undefined
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const { headers } = result.response as { headers?: Record<string, string | undefined> }
      const parsed = Date.parse(headers?.['date'] ?? '')
      time = Number.isNaN(parsed) ? undefined : parsed
      return result
    },
    { step: 'deserialize', name: 'noteResponseTime' },
  )
  return () => time
}
