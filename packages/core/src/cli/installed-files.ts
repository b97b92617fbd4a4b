import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { CodedError } from '../model/errors.js'

/** This package's folder, seen from `src/cli` and `dist/cli` alike. */
const PACKAGE = new URL('../../', import.meta.url)
const TEMPLATE = 'template/cognito-vault.template.json'

/**
 * The CloudFormation template: in the published package a copy, in the project's own repository the one that all share.
 *
 * @throws CodedError `NOT_INSTALLED`
 */
export async function installedTemplate(root = PACKAGE): Promise<string> {
  const text = await read(new URL(TEMPLATE, root))
  if (text !== undefined) return text.toString('utf8')
  // In node_modules the same path would lead into somebody else's project.
  const repository = new URL('../../', root)
  const inRepository = new URL('packages/core/', repository).href === root.href
  const shared = inRepository ? await read(new URL(TEMPLATE, repository)) : undefined
  if (shared !== undefined) return shared.toString('utf8')
  throw notInstalled('the CloudFormation template', TEMPLATE, 'npm run template')
}

/**
 * The module with the functions' handlers, as `npm run bundle` makes it.
 *
 * @throws CodedError `NOT_INSTALLED`
 */
export async function installedCode(root = PACKAGE): Promise<Uint8Array> {
  const path = 'dist-lambda/index.mjs'
  const code = await read(new URL(path, root))
  if (code !== undefined) return code
  throw notInstalled('the code of the functions', path, 'npm run bundle')
}

async function read(file: URL): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function notInstalled(what: string, path: string, command: string): CodedError {
  return new CodedError('NOT_INSTALLED', `${what} is missing from this installation`, {
    value: path,
    hint: `install cognito-vault again; in its own repository: ${command}; looked for ${fileURLToPath(PACKAGE)}${path}`,
  })
}
