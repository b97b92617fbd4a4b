import { changesAtStake, refuseAtStake } from '../deploy/at-stake.js'
import type { PackedCode } from '../deploy/code-key.js'
import { followStack } from '../deploy/follow-stack.js'
import { makeChangeSet } from '../deploy/make-change-set.js'
import { resourcesOf } from '../deploy/resources-of.js'
import { withoutAddresses } from '../deploy/service-words.js'
import type { ParameterValue, ResourceChange, Stack, StackEvent } from '../deploy/stack-service.js'
import type { Template } from '../deploy/template.js'
import { CodedError } from '../model/errors.js'
import { newRunId } from '../model/ids.js'
import { partitionOf } from '../restore/references/arn.js'
import type { DeployPlace, StackRole } from './check-deployment.js'
import type { DeployContext } from './deploy-context.js'
import { needsBucket, placeTemplate } from './place-template.js'

/** What a deployment would do in one Region; the field names are those of the JSON document. */
export interface PlannedStack {
  readonly role: StackRole
  readonly region: string
  readonly stackName: string
  /** `none` where the stack is already what is wanted. */
  readonly action: 'create' | 'update' | 'none'
  /** Who says so: CloudFormation's change set, or the template alone, where there is no bucket yet to show it to CloudFormation. */
  readonly source: 'change-set' | 'template'
  readonly changes: readonly ResourceChange[]
  /** Those after which what holds the vault, or opens it, would be another or gone. */
  readonly atStake: readonly ResourceChange[]
  readonly codeBucket: string
  readonly makesCodeBucket: boolean
}

export interface StackJob {
  readonly place: DeployPlace
  readonly account: string
  readonly template: Template
  readonly code: PackedCode
  readonly parameters: Readonly<Record<string, ParameterValue>>
  readonly dryRun: boolean
  readonly replaceVault: boolean
}

/** Asks and tells whoever wants the deployment. */
export interface DeployListener {
  /** Shown always, before anything is asked or done. */
  show(plan: PlannedStack): void
  /** Whether it is to be carried out. */
  approve(plan: PlannedStack): Promise<boolean>
}

/** How it ended: `shown` by a dry run, `refused` by whoever was asked. */
export interface StackOutcome {
  readonly plan: PlannedStack
  readonly end: 'done' | 'unchanged' | 'shown' | 'refused'
  /** As it is now; `undefined` where it is not there. */
  readonly stack: Stack | undefined
}

/**
 * Makes or updates the stack of one Region by a change set. Until that is carried out nothing is made but the change set, which goes again
 * whatever happens, and with it the stack in `REVIEW_IN_PROGRESS` that it came with.
 *
 * @throws CodedError `VAULT_AT_STAKE`, `DEPLOY_FAILED`, `INTERRUPTED`, …
 */
export async function deployStack(
  context: DeployContext,
  job: StackJob,
  listener: DeployListener,
): Promise<StackOutcome> {
  const { clock, random, signal } = context
  const { place, parameters, dryRun } = job
  const { service, stackName } = place
  // Nothing is made before a yes: where CloudFormation cannot be asked yet, what it is asked about is the template's own.
  const foreseen = needsBucket(job) ? planOf(place, foresee(job), 'template') : undefined
  if (foreseen !== undefined) {
    listener.show(foreseen)
    if (dryRun) return { plan: foreseen, end: 'shown', stack: place.stack }
    if (!(await listener.approve(foreseen))) return { plan: foreseen, end: 'refused', stack: place.stack }
  }
  const template = await placeTemplate(context, job)
  let begun: { readonly id: string; readonly stackId: string } | undefined
  let isExecuted = false
  try {
    const request = {
      stackName,
      name: `deploy-${newRunId(clock.now(), random).replaceAll(/[^\w-]/g, '-')}`,
      type: place.action === 'create' ? 'CREATE' : 'UPDATE',
      template,
      parameters,
    } as const
    const made = await makeChangeSet(service, request, { clock, signal, begun: (one) => (begun = one) })
    const plan = planOf(place, made === 'unchanged' ? undefined : made.changes, 'change-set')
    const isApproved = foreseen !== undefined && isSame(plan.changes, foreseen.changes)
    if (!isApproved) listener.show(plan)
    if (made === 'unchanged') return { plan, end: 'unchanged', stack: place.stack }
    if (dryRun) return { plan, end: 'shown', stack: place.stack }
    if (!job.replaceVault) refuseAtStake(made.changes)
    if (!isApproved && !(await listener.approve(plan))) return { plan, end: 'refused', stack: place.stack }
    await uploadCode(context, job)
    if (signal?.aborted === true) throw stopped()
    const after = await service.newestEvent(made.stackId)
    isExecuted = true
    await service.execute(made.id)
    const tell = (event: StackEvent): void => tellEvent(context, place, event)
    await followStack(service, { name: stackName, stackId: made.stackId, after }, { clock, signal, tell })
    return { plan, end: 'done', stack: await service.find(made.stackId) }
  } catch (error) {
    if (signal?.aborted === true && !isExecuted) throw stopped(error)
    throw error
  } finally {
    if (begun !== undefined && !isExecuted) await takeAway(context, place, begun)
  }
}

/** All of a stack that is not there is added. */
function foresee({ template, parameters, place, account }: StackJob): ResourceChange[] {
  const { region } = place.service
  return resourcesOf(template, parameters, { region, account, partition: partitionOf(region) })
}

function isSame(some: readonly ResourceChange[], others: readonly ResourceChange[]): boolean {
  const texts = (changes: readonly ResourceChange[]): string =>
    changes
      .map(({ action, logicalId, type }) => `${action} ${logicalId} ${type}`)
      .sort()
      .join('\n')
  return texts(some) === texts(others)
}

function stopped(cause?: unknown): CodedError {
  return new CodedError('INTERRUPTED', 'stopped before anything was deployed', {
    hint: 'run the same command again',
    cause,
  })
}

function planOf(
  place: DeployPlace,
  changes: readonly ResourceChange[] | undefined,
  source: PlannedStack['source'],
): PlannedStack {
  return {
    role: place.role,
    region: place.service.region,
    stackName: place.stackName,
    action: changes === undefined ? 'none' : place.action,
    source,
    changes: changes ?? [],
    atStake: changesAtStake(changes ?? []),
    codeBucket: place.bucket,
    makesCodeBucket: changes !== undefined && place.isBucketNew,
  }
}

async function uploadCode({ sink }: DeployContext, { place, code }: StackJob): Promise<void> {
  const { bucket } = place
  const { region } = place.service
  if (await place.code.ensure(bucket)) sink({ code: 'deploy.bucket', region, bucket })
  if (await place.code.put(bucket, code.key, code.bytes))
    sink({ code: 'deploy.uploaded', region, bucket, key: code.key, bytes: code.bytes.byteLength })
}

function tellEvent({ sink }: DeployContext, { service, stackName }: DeployPlace, event: StackEvent): void {
  const { logicalId: resource, type, status } = event
  const reason = withoutAddresses(event.reason)
  sink({ code: 'deploy.stack', region: service.region, stackName, resource, type, status, reason })
}

const POLL_MS = 1_000
const MOST_POLLS = 30

/**
 * The change set that was not carried out, and the empty stack that it made. Another deployment may have shared that stack, and carried out
 * its own: such a stack stays, and the change sets of others are gone by then.
 */
async function takeAway(
  { clock }: DeployContext,
  { service, isThere }: DeployPlace,
  { id, stackId }: { readonly id: string; readonly stackId: string },
): Promise<void> {
  if (isThere) return service.deleteChangeSet(id)
  const status = (await service.find(stackId))?.status
  if (status !== 'REVIEW_IN_PROGRESS') return
  // Its change sets go with it.
  await service.deleteStack(stackId)
  for (let polls = 0; polls < MOST_POLLS && (await service.find(stackId)) !== undefined; polls++)
    await clock.sleep(POLL_MS)
}
