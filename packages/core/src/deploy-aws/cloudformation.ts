import type * as Sdk from '@aws-sdk/client-cloudformation'
import type {
  ParameterValue,
  ResourceChange,
  Stack,
  StackEvent,
  StackService,
} from '../deploy/stack-service.js'
import type { ServiceSettings } from '../references-aws/aws-service.js'
import { failureOf, serviceError } from './service-failure.js'

/** A page of either kind is at most a megabyte; beyond this many the service repeats itself. */
const MOST_PAGES = 1_000

/** CloudFormation by the SDK, which is loaded when it is first needed and tries again what was throttled. `close` ends its connections. */
export function createStackService(settings: ServiceSettings): StackService & { close(): void } {
  const { region } = settings
  let connected: Sdk.CloudFormationClient | undefined

  async function call<T>(
    operation: string,
    what: string,
    work: (client: Sdk.CloudFormationClient, sdk: typeof Sdk) => Promise<T>,
  ): Promise<T> {
    const sdk = await import('@aws-sdk/client-cloudformation')
    connected ??= new sdk.CloudFormationClient({ ...settings, maxAttempts: 6, requestHandler: TIMEOUTS })
    try {
      return await work(connected, sdk)
    } catch (error) {
      throw serviceError(error, { operation, permission: `cloudformation:${operation}`, what, region })
    }
  }

  /** The event pages, newest first, as long as more are asked for. */
  async function eventPages(
    stackId: string,
    goesOn: (events: readonly Sdk.StackEvent[]) => boolean,
  ): Promise<Sdk.StackEvent[]> {
    return call('DescribeStackEvents', stackId, async (client, { DescribeStackEventsCommand }) => {
      const events: Sdk.StackEvent[] = []
      let NextToken: string | undefined
      for (let pages = 0; pages < MOST_PAGES; pages++) {
        const page = await client.send(
          new DescribeStackEventsCommand({
            StackName: stackId,
            ...(NextToken === undefined ? {} : { NextToken }),
          }),
        )
        events.push(...(page.StackEvents ?? []))
        NextToken = page.NextToken
        if (NextToken === undefined || !goesOn(page.StackEvents ?? [])) break
      }
      return events
    })
  }

  return {
    region,
    close: () => connected?.destroy(),

    find: (name) =>
      call('DescribeStacks', name, async (client, { DescribeStacksCommand }) => {
        try {
          const { Stacks: [found] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }))
          return found === undefined || found.StackStatus === 'DELETE_COMPLETE' ? undefined : stackOf(found)
        } catch (error) {
          if (isValidation(error, 'does not exist')) return undefined
          throw error
        }
      }),

    createChangeSet: ({ stackName, name, type, template, parameters }) =>
      call('CreateChangeSet', stackName, async (client, { CreateChangeSetCommand }) => {
        const command = new CreateChangeSetCommand({
          StackName: stackName,
          ChangeSetName: name,
          // A second attempt of the SDK is the same request to CloudFormation too.
          ClientToken: name,
          ChangeSetType: type,
          Capabilities: ['CAPABILITY_IAM'],
          Parameters: Object.entries(parameters).map(([key, value]) => parameterOf(key, value)),
          ...('url' in template ? { TemplateURL: template.url } : { TemplateBody: template.body }),
        })
        const answer = await client.send(command).catch((error: unknown) => {
          // As with UpdateStack; a change set otherwise fails afterwards, with other words.
          if (isValidation(error, 'No updates are to be performed')) return 'unchanged' as const
          throw error
        })
        if (answer === 'unchanged') return answer
        return { id: answer.Id ?? name, stackId: answer.StackId ?? stackName }
      }),

    changeSet: (id) =>
      call('DescribeChangeSet', id, async (client, { DescribeChangeSetCommand }) => {
        const changes: ResourceChange[] = []
        let NextToken: string | undefined
        for (let pages = 0; ; pages++) {
          const page = await client.send(
            new DescribeChangeSetCommand({
              ChangeSetName: id,
              ...(NextToken === undefined ? {} : { NextToken }),
            }),
          )
          for (const { ResourceChange: change } of page.Changes ?? [])
            if (change !== undefined) changes.push(changeOf(change))
          NextToken = page.NextToken
          if (NextToken === undefined || pages >= MOST_PAGES)
            return { status: page.Status ?? '', reason: page.StatusReason ?? '', changes }
        }
      }),

    execute: (id) =>
      call('ExecuteChangeSet', id, async (client, { ExecuteChangeSetCommand }) => {
        // The id of the change set alone, which is what a token may look like.
        const ClientRequestToken = `execute-${id.slice(id.lastIndexOf('/') + 1)}`
        await client.send(new ExecuteChangeSetCommand({ ChangeSetName: id, ClientRequestToken }))
      }),

    deleteChangeSet: (id) =>
      call('DeleteChangeSet', id, async (client, { DeleteChangeSetCommand }) => {
        await client.send(new DeleteChangeSetCommand({ ChangeSetName: id }))
      }),

    deleteStack: (stackId) =>
      call('DeleteStack', stackId, async (client, { DeleteStackCommand }) => {
        await client.send(new DeleteStackCommand({ StackName: stackId }))
      }),

    newestEvent: async (stackId) => (await eventPages(stackId, () => false))[0]?.EventId,

    eventsAfter: async (stackId, eventId) => {
      const isKnown = ({ EventId }: Sdk.StackEvent): boolean => EventId === eventId
      const events = await eventPages(stackId, (page) => !page.some(isKnown))
      const known = events.findIndex(isKnown)
      return events
        .slice(0, known < 0 ? events.length : known)
        .map(eventOf)
        .reverse()
    },
  }
}

/** CloudFormation has one code for all that is wrong with a request: its words alone tell one case from another. */
function isValidation(error: unknown, words: string): boolean {
  const failure = failureOf(error)
  return failure.name === 'ValidationError' && failure.words.includes(words)
}

const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true }

interface SdkStack {
  readonly StackId?: string | undefined
  readonly StackName?: string | undefined
  readonly StackStatus?: string | undefined
  readonly Parameters?:
    readonly { ParameterKey?: string | undefined; ParameterValue?: string | undefined }[] | undefined
  readonly Outputs?:
    readonly { OutputKey?: string | undefined; OutputValue?: string | undefined }[] | undefined
}

function stackOf({ StackId, StackName, StackStatus, Parameters = [], Outputs = [] }: SdkStack): Stack {
  return {
    id: StackId ?? StackName ?? '',
    status: StackStatus ?? '',
    parameters: Object.fromEntries(
      Parameters.map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]),
    ),
    outputs: Object.fromEntries(
      Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    ),
  }
}

function parameterOf(
  key: string,
  value: ParameterValue,
): { ParameterKey: string; ParameterValue?: string; UsePreviousValue?: boolean } {
  return value === 'previous'
    ? { ParameterKey: key, UsePreviousValue: true }
    : { ParameterKey: key, ParameterValue: value.value }
}

function changeOf({
  Action,
  LogicalResourceId,
  ResourceType,
  Replacement,
  PolicyAction,
}: Sdk.ResourceChange): ResourceChange {
  return {
    action: Action ?? '',
    logicalId: LogicalResourceId ?? '',
    type: ResourceType ?? '',
    ...(Replacement === undefined ? {} : { replacement: Replacement }),
    ...(PolicyAction === undefined ? {} : { policy: PolicyAction }),
  }
}

function eventOf(event: Sdk.StackEvent): StackEvent {
  return {
    id: event.EventId ?? '',
    logicalId: event.LogicalResourceId ?? '',
    type: event.ResourceType ?? '',
    status: event.ResourceStatus ?? '',
    reason: event.ResourceStatusReason ?? '',
    isStack: event.PhysicalResourceId === event.StackId,
  }
}
