/** Requests sent since a budget had sent those, by operation. */
export function requestsSince(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): Record<string, number> {
  const since: Record<string, number> = {}
  for (const [operation, count] of after) {
    const sent = count - (before.get(operation) ?? 0)
    if (sent > 0) since[operation] = sent
  }
  return since
}
