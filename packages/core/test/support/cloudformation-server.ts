import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  CloudFormationRefusal,
  type CloudFormationModel,
  createCloudFormation,
  type StoodInStack,
} from './cloudformation-model.js'
import type { StoodInTemplate } from './cloudformation-template.js'

/**
 * A part of CloudFormation over HTTP, for tests, written from its API Reference (2010-05-15): change sets, stacks and their events, in the query
 * protocol, paged. Nothing is provisioned.
 */
export interface CloudFormationServer {
  readonly url: string
  /** The operations asked for, with the Region. */
  readonly asked: { readonly operation: string; readonly region: string; readonly form: URLSearchParams }[]
  of(region: string): CloudFormationModel
  /** Answers the next request of this operation with a refusal. */
  refuseNext(operation: string, refusal: CloudFormationRefusal): void
  close(): Promise<void>
}

const LONGEST_BODY = 51_200
/** Far smaller than the service's own, so that everything has pages. */
const PAGE = 4

export async function startCloudFormation({
  account,
  readTemplate,
}: {
  readonly account: string
  /** What lies in S3 at an address that was given as TemplateURL. */
  readonly readTemplate: (url: string) => string | undefined
}): Promise<CloudFormationServer> {
  const regions = new Map<string, CloudFormationModel>()
  const asked: CloudFormationServer['asked'] = []
  const refusals: { operation: string; refusal: CloudFormationRefusal }[] = []

  function of(region: string): CloudFormationModel {
    const found = regions.get(region) ?? createCloudFormation(region, account)
    regions.set(region, found)
    return found
  }

  function answer(region: string, form: URLSearchParams): string {
    const operation = form.get('Action') ?? ''
    asked.push({ operation, region, form })
    const at = refusals.findIndex((one) => one.operation === operation)
    if (at >= 0) throw refusals.splice(at, 1)[0]!.refusal
    const body = ANSWERS[operation]?.(of(region), form, readTemplate)
    if (body === undefined)
      throw new CloudFormationRefusal('InvalidAction', `Could not find operation ${operation}`)
    return `<${operation}Response><${operation}Result>${body}</${operation}Result></${operation}Response>`
  }

  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const region = /Credential=[^/]+\/\d+\/([^/]+)\/cloudformation/.exec(
        request.headers.authorization ?? '',
      )?.[1]
      response.setHeader('content-type', 'text/xml')
      try {
        if (region === undefined)
          throw new CloudFormationRefusal('MissingAuthenticationToken', 'not signed', 403)
        response.end(answer(region, new URLSearchParams(body)))
      } catch (error) {
        if (!(error instanceof CloudFormationRefusal)) return void response.destroy(error as Error)
        response.statusCode = error.status
        response.end(
          `<ErrorResponse><Error><Type>Sender</Type><Code>${error.code}</Code><Message>${escaped(error.message)}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
        )
      }
      return undefined
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    of,
    refuseNext: (operation, refusal) => void refusals.push({ operation, refusal }),
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  }
}

type Answer = (
  model: CloudFormationModel,
  form: URLSearchParams,
  readTemplate: (url: string) => string | undefined,
) => string

const ANSWERS: Readonly<Record<string, Answer>> = {
  DescribeStacks: (model, form) =>
    `<Stacks><member>${stackXml(model, requireStack(model, form))}</member></Stacks>`,

  DescribeStackEvents: (model, form) => {
    const stack = requireStack(model, form)
    const token = form.get('NextToken')
    // Time goes by between two looks, not between the pages of one.
    if (token === null) model.proceed(stack)
    const newestFirst = [...stack.events].reverse()
    // A page goes on where the last one ended, whatever has come since.
    const start = token === null ? 0 : newestFirst.findIndex(({ id }) => id === token) + 1
    const page = newestFirst.slice(start, start + PAGE)
    const members = page.map(
      (event) =>
        `<member><StackId>${stack.id}</StackId><StackName>${stack.name}</StackName><EventId>${event.id}</EventId><LogicalResourceId>${event.logicalId}</LogicalResourceId><PhysicalResourceId>${event.physicalId}</PhysicalResourceId><ResourceType>${event.type}</ResourceType><Timestamp>2026-11-25T12:00:00Z</Timestamp><ResourceStatus>${event.status}</ResourceStatus>${event.reason === '' ? '' : `<ResourceStatusReason>${escaped(event.reason)}</ResourceStatusReason>`}</member>`,
    )
    const isMore = start + PAGE < newestFirst.length
    return `<StackEvents>${members.join('')}</StackEvents>${isMore ? `<NextToken>${page.at(-1)!.id}</NextToken>` : ''}`
  },

  CreateChangeSet: (model, form, readTemplate) => {
    const body = form.get('TemplateBody')
    if (body !== null && Buffer.byteLength(body) > LONGEST_BODY)
      throw new CloudFormationRefusal(
        'ValidationError',
        "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200",
      )
    const text = body ?? readTemplate(form.get('TemplateURL') ?? '')
    if (text === undefined) throw new CloudFormationRefusal('ValidationError', 'S3 error: Access Denied')
    const made = model.createChangeSet({
      stackName: form.get('StackName') ?? '',
      name: form.get('ChangeSetName') ?? '',
      type: form.get('ChangeSetType') as 'CREATE' | 'UPDATE',
      template: JSON.parse(text) as StoodInTemplate,
      capabilities: members(form, 'Capabilities').map((prefix) => form.get(prefix) ?? ''),
      parameters: members(form, 'Parameters').map((prefix) => ({
        key: form.get(`${prefix}.ParameterKey`) ?? '',
        value: form.get(`${prefix}.ParameterValue`) ?? undefined,
        previous: form.get(`${prefix}.UsePreviousValue`) === 'true',
      })),
    })
    return `<Id>${made.id}</Id><StackId>${made.stack.id}</StackId>`
  },

  DescribeChangeSet: (model, form) => {
    const token = form.get('NextToken')
    const id = form.get('ChangeSetName') ?? ''
    const found = token === null ? model.describeChangeSet(id) : model.changeSets.get(id)!
    const start = Number(token ?? 0)
    const page = found.status === 'CREATE_COMPLETE' ? found.changes.slice(start, start + PAGE) : []
    const changes = page.map(
      ({ action, logicalId, type, replacement }) =>
        `<member><Type>Resource</Type><ResourceChange><Action>${action}</Action><LogicalResourceId>${logicalId}</LogicalResourceId><ResourceType>${type}</ResourceType>${replacement === undefined ? '' : `<Replacement>${replacement}</Replacement>`}</ResourceChange></member>`,
    )
    const isMore = found.status === 'CREATE_COMPLETE' && start + PAGE < found.changes.length
    return `<ChangeSetId>${found.id}</ChangeSetId><Status>${found.status}</Status>${found.reason === '' ? '' : `<StatusReason>${escaped(found.reason)}</StatusReason>`}<Changes>${changes.join('')}</Changes>${isMore ? `<NextToken>${start + PAGE}</NextToken>` : ''}`
  },

  ExecuteChangeSet: (model, form) => {
    model.execute(form.get('ChangeSetName') ?? '')
    return ''
  },
  DeleteChangeSet: (model, form) => {
    model.deleteChangeSet(form.get('ChangeSetName') ?? '')
    return ''
  },
  DeleteStack: (model, form) => {
    model.deleteStack(form.get('StackName') ?? '')
    return ''
  },
}

function requireStack(model: CloudFormationModel, form: URLSearchParams): StoodInStack {
  const name = form.get('StackName') ?? ''
  const found = model.find(name)
  if (found !== undefined) return found
  throw new CloudFormationRefusal('ValidationError', `Stack with id ${name} does not exist`)
}

function stackXml(model: CloudFormationModel, stack: StoodInStack): string {
  const parameters = Object.entries(stack.current?.parameters ?? {}).map(
    ([key, value]) =>
      `<member><ParameterKey>${key}</ParameterKey><ParameterValue>${escaped(value)}</ParameterValue></member>`,
  )
  const outputs = Object.entries(model.outputs(stack)).map(
    ([key, value]) =>
      `<member><OutputKey>${key}</OutputKey><OutputValue>${escaped(value)}</OutputValue></member>`,
  )
  return `<StackId>${stack.id}</StackId><StackName>${stack.name}</StackName><CreationTime>2026-11-25T12:00:00Z</CreationTime><StackStatus>${stack.status}</StackStatus><Parameters>${parameters.join('')}</Parameters><Outputs>${outputs.join('')}</Outputs>`
}

/** The prefixes of a list's members, as the query protocol writes lists. */
function members(form: URLSearchParams, name: string): string[] {
  const prefixes = [...form.keys()].flatMap((key) => {
    const found = new RegExp(`^${name}\\.member\\.\\d+`).exec(key)?.[0]
    return found === undefined ? [] : [found]
  })
  return [...new Set(prefixes)]
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
