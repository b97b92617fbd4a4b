import { CodedError } from '../model/errors.js'
import type { Stack } from './stack-service.js'

/** What can be done with a stack of a name: made, or updated. */
export type StackAction = 'create' | 'update'

/**
 * What a stack's state allows, by "Stack status codes" of the CloudFormation User Guide. A stack in `REVIEW_IN_PROGRESS` has a change set and
 * nothing else: it is made like one that is not there.
 *
 * @throws CodedError `LOCKED` while something is done with it; `STACK_BROKEN` where only somebody's own decision helps
 */
export function stackAction(name: string, region: string, stack: Stack | undefined): StackAction {
  const status = stack?.status
  if (status === undefined || status === 'REVIEW_IN_PROGRESS') return 'create'
  const where = `--stack-name ${name} --region ${region}`
  if (status.endsWith('_IN_PROGRESS'))
    throw new CodedError('LOCKED', `the stack ${name} in ${region} is being worked on: it is ${status}`, {
      value: name,
      hint: `wait for its end, then run the same command again: ${watchCommand(name, region)}`,
    })
  const broken = (why: string, hint: string): CodedError =>
    new CodedError('STACK_BROKEN', `the stack ${name} in ${region} is ${status}: ${why}`, {
      value: name,
      hint,
    })
  if (['CREATE_FAILED', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'DELETE_FAILED'].includes(status))
    throw broken(
      status === 'DELETE_FAILED' ? 'a deletion did not come to its end' : 'a first deployment failed',
      `delete what is left of it, then run the same command again: aws cloudformation delete-stack ${where}`,
    )
  if (status === 'UPDATE_ROLLBACK_FAILED')
    throw broken(
      'an update failed, and could not be taken back whole',
      `aws cloudformation continue-update-rollback ${where}, then run the same command again`,
    )
  if (status.endsWith('_FAILED'))
    throw broken(
      'it was left as it failed',
      `aws cloudformation rollback-stack ${where}, then run the same command again`,
    )
  return 'update'
}

/** The command that shows what CloudFormation does with a stack. */
export function watchCommand(name: string, region: string): string {
  return `aws cloudformation describe-stack-events --stack-name ${name} --region ${region} --max-items 20`
}
