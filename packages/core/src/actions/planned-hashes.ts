import { CodedError } from '../model/errors.js'
import type { EngineOptions } from '../restore/engines/engine-planning.js'
import { type HashUse, planHashes } from '../restore/engines/hashes/plan-hashes.js'
import { readHashes } from '../restore/engines/hashes/read-hashes.js'
import type { RunHeader } from '../restore/run-header.js'
import type { Step } from '../restore/step.js'
import type { CognitoContext } from './context.js'

type ImportSettings = NonNullable<RunHeader['import']>

/** The steps of a plan, with the hashes that there are for its users; what is known of those when all steps were read. */
export interface HashedSteps {
  readonly steps: AsyncIterable<Step>
  facts(): ImportSettings['hashes']
}

/**
 * Reads the hashes, if there are any, and gives them to those whom the plan makes.
 *
 * @throws CodedError `USAGE` for a line that is no hash, or where no job can be made with them
 */
export async function withHashes(
  { hashes: source, tempDirectory }: CognitoContext,
  { kind, roleArn }: EngineOptions,
  steps: AsyncIterable<Step>,
): Promise<HashedSteps> {
  if (source === undefined) return { steps, facts: () => undefined }
  if (kind === 'api' || roleArn === undefined) {
    throw new CodedError('USAGE', 'password hashes can only be used by import jobs', {
      hint: 'give --import-role ARN, and not --engine api',
    })
  }
  const hashes = await readHashes(source, tempDirectory, ({ algorithm }) => algorithm)
  const use: HashUse = { users: 0 }
  const { sha256, lines } = hashes
  return {
    steps: planHashes(steps, hashes, tempDirectory, use),
    facts: () => ({ sha256, lines, users: use.users }),
  }
}

/** How the jobs of a plan are to be made. */
export function importSettings(
  { kind, roleArn }: EngineOptions,
  hashes: ImportSettings['hashes'],
): ImportSettings | undefined {
  if (kind === 'api' || roleArn === undefined) return undefined
  return { roleArn, engine: kind, ...(hashes === undefined ? {} : { hashes }) }
}
