import { CodedError } from '../model/errors.js'
import type { ResourceChange } from './stack-service.js'

/** What holds backups, and what opens them. */
const HOLDING = new Set(['AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::KMS::ReplicaKey', 'AWS::DynamoDB::Table'])

/** The changes after which what holds the vault, or opens it, would be another or gone; `Conditional` is no promise that it stays. */
export function changesAtStake(changes: readonly ResourceChange[]): ResourceChange[] {
  return changes.filter(
    ({ type, action, replacement }) =>
      HOLDING.has(type) &&
      (action === 'Remove' ||
        action === 'Dynamic' ||
        (action === 'Modify' && replacement !== undefined && replacement !== 'False')),
  )
}

/** @throws CodedError `VAULT_AT_STAKE` unless there is nothing of the kind */
export function refuseAtStake(changes: readonly ResourceChange[]): void {
  const [first, ...others] = changesAtStake(changes)
  if (first === undefined) return
  const what = first.action === 'Remove' ? 'removed' : 'replaced'
  const more = others.length === 0 ? '' : `, and ${others.length} more`
  throw new CodedError(
    'VAULT_AT_STAKE',
    `${first.logicalId} (${first.type}), which the vault depends on, would be ${what}${more}; nothing was deployed`,
    {
      value: first.logicalId,
      hint: 'leave out the option that causes it; where the vault is copied elsewhere (cognito-vault copy) and this is meant: --replace-vault',
    },
  )
}

/**
 * CloudFormation takes another key of the bucket for a change like any: nothing is replaced. But the data key of the vault is wrapped by the
 * key that was there, and from then on the functions might not ask for that any more.
 *
 * @param before the parameters of the stack, where there is one
 * @param kmsKeyArn what was given, if anything
 * @throws CodedError `VAULT_AT_STAKE`
 */
export function refuseOtherKey(
  before: Readonly<Record<string, string>> | undefined,
  kmsKeyArn: string | undefined,
): void {
  if (before === undefined || kmsKeyArn === undefined) return
  const { KmsKeyArn: former = '' } = before
  if (former === kmsKeyArn) return
  throw new CodedError(
    'VAULT_AT_STAKE',
    `the vault of this stack opens by ${former === '' ? 'the key that the stack made' : former}, and the functions would be allowed ${kmsKeyArn} in its place; nothing was deployed`,
    {
      value: kmsKeyArn,
      hint: 'leave out --kms-key; where the vault is copied elsewhere (cognito-vault copy), or opens by the other key as well (cognito-vault key add), and this is meant: --replace-vault',
    },
  )
}
