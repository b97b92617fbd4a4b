import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** What the code that a module reaches calls, by the text of it. */
export interface Called {
  /** Operations of Cognito, which are called by their names. */
  readonly cognito: ReadonlySet<string>
  /** Operations of other services, which are commands of the SDK. */
  readonly commands: ReadonlySet<string>
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\s+(?!type\b)[^'"]*?from\s+'([^']+)'|import\('([^']+)'\)/g
const COMMAND = /new\s+(\w+)Command\(/g
const NAME = /'([A-Z][A-Za-z]+)'/g

/**
 * Follows imports from `entry`, types aside.
 *
 * @param operations those that there are of Cognito
 * @param tables modules that name operations, relative to `root`, and call none
 * @param unused a folder of modules that are never loaded
 */
export function callsFrom(
  root: string,
  entry: string,
  operations: ReadonlySet<string>,
  tables: ReadonlySet<string>,
  unused: string,
): Called {
  const cognito = new Set<string>()
  const commands = new Set<string>()
  const seen = new Set<string>()
  const open = [join(root, entry)]
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path) || relative(root, path).startsWith(unused)) continue
    seen.add(path)
    const text = readFileSync(path, 'utf8')
    for (const [, from, lazily] of text.matchAll(IMPORT)) {
      const target = from ?? lazily ?? ''
      if (target.startsWith('.')) open.push(join(dirname(path), target.replace(/\.js$/, '.ts')))
    }
    for (const [, command] of text.matchAll(COMMAND)) if (command !== undefined) commands.add(command)
    if (tables.has(relative(root, path))) continue
    for (const [, name] of text.matchAll(NAME))
      if (name !== undefined && operations.has(name)) cognito.add(name)
  }
  return { cognito, commands }
}

/** Whether the code is there that the functions of the stack run. */
export function hasFunctions(root: string): boolean {
  return existsSync(join(root, 'lambda/workflow/index.ts'))
}
