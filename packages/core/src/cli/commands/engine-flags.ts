import { CodedError } from '../../model/errors.js'
import type { EngineOptions } from '../../restore/engines/engine-planning.js'

/** The options by which an engine is chosen, as they were given. */
export interface EngineFlags {
  readonly engine?: string
  readonly importRole?: string
}

const ROLE = /^arn:[\w-]+:iam::\d{12}:role\/\S+$/

/**
 * How users are to be made.
 *
 * @throws CodedError `USAGE` when the options name no engine, or contradict each other
 */
export function engineOf({ engine = 'auto', importRole }: EngineFlags): EngineOptions {
  if (engine !== 'auto' && engine !== 'import' && engine !== 'api') {
    throw new CodedError('USAGE', 'there is no such engine', {
      value: engine,
      hint: 'give --engine auto, import or api',
    })
  }
  if (importRole !== undefined && !ROLE.test(importRole)) {
    throw new CodedError('USAGE', '--import-role takes the ARN of a role', {
      value: importRole,
      hint: 'for instance arn:aws:iam::123456789012:role/NAME',
    })
  }
  if (engine === 'import' && importRole === undefined) {
    throw new CodedError('USAGE', '--engine import needs --import-role', {
      hint: 'give the ARN of a role that trusts cognito-idp.amazonaws.com and may write to the log groups /aws/cognito/*',
    })
  }
  if (engine === 'api' && importRole !== undefined) {
    throw new CodedError('USAGE', '--engine api and --import-role contradict each other', {
      hint: 'leave one of them out',
    })
  }
  return { kind: engine, ...(importRole === undefined ? {} : { roleArn: importRole }) }
}

/** The options that say the same. */
export function engineParts(engine: EngineOptions | undefined): string[] {
  const { kind = 'auto', roleArn } = engine ?? {}
  return [
    ...(kind === 'auto' ? [] : ['--engine', kind]),
    ...(roleArn === undefined ? [] : ['--import-role', roleArn]),
  ]
}
