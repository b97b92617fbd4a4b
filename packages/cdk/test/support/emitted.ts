import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The metrics that the code of the functions writes, by its text: each with those of no single pool apart. */
export function emittedMetrics(folder: string): { ofPools: Set<string>; ofVault: Set<string> } {
  const ofPools = new Set<string>()
  const ofVault = new Set<string>()
  for (const file of readdirSync(folder).filter((name) => /(?<!\.test)\.ts$/.test(name))) {
    const text = readFileSync(join(folder, file), 'utf8')
    for (const { index, 0: opening } of text.matchAll(/\bmetrics\((?=[^()]*, \{)/g)) {
      const given = upToTheEnd(text.slice(index + opening.length))
      const into = given.startsWith('undefined') ? ofVault : ofPools
      for (const [, name = ''] of given.matchAll(/\b([A-Z][A-Za-z]+): /g)) into.add(name)
    }
  }
  return { ofPools, ofVault }
}

/** What stands before the parenthesis that closes. */
function upToTheEnd(text: string): string {
  let open = 1
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') open++
    if (text[at] === ')' && --open === 0) return text.slice(0, at)
  }
  throw new Error('a call without an end')
}
