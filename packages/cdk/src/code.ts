import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Where the bundle of the functions lies: within the published package, or as the workspace builds it. */
const PLACES = [join(__dirname, '..', 'lambda'), join(__dirname, '..', '..', 'core', 'dist-lambda')]

/**
 * The folder with `index.mjs`, the code of all functions.
 *
 * @throws Error where it has not been built
 */
export function bundleFolder(places: readonly string[] = PLACES): string {
  const found = places.find((folder) => existsSync(join(folder, 'index.mjs')))
  if (found === undefined)
    throw new Error(
      `the code of the functions is not there (looked for index.mjs in ${places.join(' and ')}): build it with \`npm run bundle\`, or hand in \`code\``,
    )
  return found
}
