import type { Clock } from '../model/clock.js'
import { CodedError } from '../model/errors.js'
import type { ChangeSetRequest, ResourceChange, StackService } from './stack-service.js'
import { withoutAddresses } from './service-words.js'

const POLL_MS = 2_000
/** Half an hour: CloudFormation takes seconds, and minutes where it looks into much. */
const MOST_POLLS = 900

export interface BegunChangeSet {
  readonly id: string
  readonly stackId: string
}

/** A change set that can be carried out. */
export interface MadeChangeSet extends BegunChangeSet {
  readonly changes: readonly ResourceChange[]
}

/**
 * Makes a change set and waits until CloudFormation has compared. That there is nothing to change is no failure.
 *
 * @param begun is told of the change set and its stack as soon as they are there, so that whoever stops can take them away again
 * @throws CodedError `DEPLOY_FAILED` with CloudFormation's reason
 */
export async function makeChangeSet(
  service: StackService,
  request: ChangeSetRequest,
  {
    clock,
    signal,
    begun,
  }: {
    clock: Clock
    signal?: AbortSignal | undefined
    begun: (made: BegunChangeSet) => void
  },
): Promise<MadeChangeSet | 'unchanged'> {
  const made = await service.createChangeSet(request)
  if (made === 'unchanged') return made
  begun(made)
  for (let polls = 0; polls < MOST_POLLS; polls++) {
    const { status, reason, changes } = await service.changeSet(made.id)
    if (status === 'CREATE_COMPLETE') return { ...made, changes }
    if (status === 'FAILED') {
      if (isNothing(reason)) return 'unchanged'
      throw failed(request.stackName, service.region, withoutAddresses(reason))
    }
    await clock.sleep(POLL_MS, signal)
  }
  throw failed(
    request.stackName,
    service.region,
    'CloudFormation did not say within half an hour what it would change',
  )
}

/** CloudFormation has no code for it: both are what it says of a change set without changes, the second of one that transforms. */
function isNothing(reason: string): boolean {
  return /didn't contain changes|No updates are to be performed/i.test(reason)
}

function failed(name: string, region: string, reason: string): CodedError {
  return new CodedError(
    'DEPLOY_FAILED',
    `no change set of the stack ${name} in ${region} can be made: ${reason}`,
    {
      value: name,
      hint: 'see docs/deploy.md for the permissions; nothing was deployed',
    },
  )
}
