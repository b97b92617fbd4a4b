import type { Clock } from '../model/clock.js'
import { CodedError } from '../model/errors.js'
import type { StackEvent, StackService } from './stack-service.js'
import { watchCommand } from './stack-state.js'
import { withoutAddresses } from './service-words.js'

const POLL_MS = 3_000

/** What a deployment to follow is. */
export interface FollowedStack {
  readonly name: string
  readonly stackId: string
  /** The last event before it began; `undefined` where there was none. */
  readonly after: string | undefined
}

/**
 * Tells each event of a stack once, in order, until the stack has come to an end. The end is known by the stack's own event: its description may
 * for a moment still be that of before.
 *
 * @throws CodedError `DEPLOY_FAILED` with the reason of the resource that failed first; `INTERRUPTED` when the signal aborts, while
 * CloudFormation goes on
 */
export async function followStack(
  service: StackService,
  { name, stackId, after }: FollowedStack,
  {
    clock,
    signal,
    tell,
  }: { clock: Clock; signal?: AbortSignal | undefined; tell: (event: StackEvent) => void },
): Promise<void> {
  let last = after
  let culprit: StackEvent | undefined
  const hint = `watch it: ${watchCommand(name, service.region)}; when it has ended, run the same command again`
  const goesOn = `the deployment of ${name} goes on in ${service.region}`
  const interrupted = (): CodedError =>
    new CodedError('INTERRUPTED', `stopped watching: ${goesOn}`, { value: name, hint })
  for (;;) {
    if (signal?.aborted === true) throw interrupted()
    const events = await service.eventsAfter(stackId, last).catch((cause: unknown) => {
      if (!(cause instanceof CodedError)) throw cause
      throw new CodedError(cause.code, `${cause.message}; ${goesOn}`, { value: name, hint, cause })
    })
    last = events.at(-1)?.id ?? last
    for (const event of events) {
      tell(event)
      if (isCulprit(event)) culprit ??= event
      if (!event.isStack || event.status.endsWith('_IN_PROGRESS')) continue
      if (SUCCESSFUL.has(event.status)) return
      throw failure(name, service.region, event, culprit)
    }
    await clock.sleep(POLL_MS, signal).catch((error: unknown) => {
      throw signal?.aborted === true ? interrupted() : error
    })
  }
}

const SUCCESSFUL = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE'])

/** Of those that fail because another did, CloudFormation says that they were cancelled. */
function isCulprit({ isStack, status, reason }: StackEvent): boolean {
  return !isStack && status.endsWith('_FAILED') && !/cancelled/i.test(reason)
}

function failure(name: string, region: string, end: StackEvent, culprit: StackEvent | undefined): CodedError {
  const why =
    culprit === undefined
      ? withoutAddresses(end.reason)
      : `${culprit.logicalId} (${culprit.type}): ${withoutAddresses(culprit.reason)}`
  const where = `--stack-name ${name} --region ${region}`
  const next =
    end.status === 'UPDATE_ROLLBACK_COMPLETE'
      ? 'the stack is as it was before; mend the cause, then run the same command again'
      : end.status === 'UPDATE_ROLLBACK_FAILED'
        ? `aws cloudformation continue-update-rollback ${where}`
        : `mend the cause, delete what is left (aws cloudformation delete-stack ${where}), then run the same command again`
  return new CodedError('DEPLOY_FAILED', `the stack ${name} in ${region} is ${end.status}: ${why}`, {
    value: culprit?.logicalId ?? name,
    hint: next,
  })
}
