/** A selector of calls that takes each request the first time that it is sent, and not when it is sent again. */
export function firstTime(): (body: Readonly<Record<string, unknown>>) => boolean {
  const seen = new Set<string>()
  return (body) => {
    const text = JSON.stringify(body)
    if (seen.has(text)) return false
    seen.add(text)
    return true
  }
}
