import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Account } from '../account.js'
import { isJsonObject, type JsonObject } from '../json.js'
import { allOperations } from '../operations/all.js'
import type { Answer, Operation } from '../operations/operation.js'
import { sleep } from '../real-time.js'
import { ServiceError } from '../service-error.js'
import { apiModel } from './api-model.js'
import type { CallPlan, Fault, FaultScript } from './faults.js'
import type { QuotaKeeper } from './quotas.js'
import { validateRequest } from './request-validation.js'

/** What the server serves. */
export interface Service {
  readonly account: Account
  readonly quotas: QuotaKeeper
  readonly faults: FaultScript
}

/** The connection is to be destroyed instead of answered. */
class Dropped extends Error {}

/** There is to be no answer. */
class Hanging extends Error {}

/** Makes the HTTP server, not yet listening: AWS JSON 1.1 on `POST /`. */
export function createHttpServer(service: Service): Server {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    handle(service, request, response).catch((error: unknown) => {
      if (error instanceof Hanging) return
      if (error instanceof Dropped || response.headersSent) request.socket.destroy()
      else answerError(service, response, error)
    })
  })
  return server
}

async function handle(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request)
  const operation = operationOf(request)
  service.account.ledger.request(operation)
  const parsed = parseBody(body)
  const plan = service.faults.plan(operation, parsed)
  const latency = service.account.options.latency ?? 0
  if (latency > 0) await sleep(latency)
  try {
    const answer = await perform(service, request, operation, parsed, plan)
    answerOk(service, response, answer)
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'TooManyRequestsException') {
      service.account.ledger.throttle(operation)
    }
    throw error
  }
}

async function perform(
  service: Service,
  request: IncomingMessage,
  operation: string,
  body: JsonObject,
  plan: CallPlan | undefined,
): Promise<Answer> {
  checkSigned(request, operation)
  service.quotas.admit(operation, poolIdOf(body))
  for (const fault of plan?.faults ?? []) failBefore(fault)
  const valid = validateRequest(operation, body)
  const run = allOperations[operation] as Operation<JsonObject> | undefined
  if (run === undefined) {
    throw new ServiceError('UnknownOperationException', `${operation} is not simulated.`)
  }
  await plan?.before()
  const answer = run(valid, service.account)
  await plan?.after()
  for (const fault of plan?.faults ?? []) await failAfter(fault)
  return answer
}

function failBefore(fault: Fault): void {
  switch (fault.kind) {
    case 'throttle':
      throw new ServiceError('TooManyRequestsException', 'Rate exceeded')
    case 'error':
      throw new ServiceError(fault.code, fault.message ?? `${fault.code} by script`, fault.status)
    case 'drop-before':
      throw new Dropped()
    case 'hang-before':
      throw new Hanging()
    default:
  }
}

async function failAfter(fault: Fault): Promise<void> {
  switch (fault.kind) {
    case 'drop-after':
      throw new Dropped()
    case 'hang-after':
      throw new Hanging()
    case 'slow':
      return sleep(fault.milliseconds)
    default:
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString('utf8')
}

function operationOf(request: IncomingMessage): string {
  const target = request.headers['x-amz-target']
  const [prefix, operation] = typeof target === 'string' ? target.split('.') : []
  if (request.method !== 'POST' || prefix !== apiModel.targetPrefix || operation === undefined) {
    throw new ServiceError('UnknownOperationException', 'No operation of user pools is named by the request.')
  }
  return operation
}

function parseBody(text: string): JsonObject {
  let parsed: unknown
  try {
    parsed = JSON.parse(text === '' ? '{}' : text)
  } catch {
    throw new ServiceError('SerializationException', 'The body is not JSON.')
  }
  if (!isJsonObject(parsed))
    throw new ServiceError('SerializationException', 'The body is not a JSON object.')
  return parsed
}

/** Signatures are not verified, but an operation that needs one does not run without. */
function checkSigned(request: IncomingMessage, operation: string): void {
  if (apiModel.operations[operation]?.authtype === 'none') return
  if (request.headers.authorization === undefined) {
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token')
  }
}

function poolIdOf(body: JsonObject): string | undefined {
  if (typeof body.UserPoolId === 'string') return body.UserPoolId
  const arn = body.ResourceArn
  return typeof arn === 'string' ? arn.slice(arn.lastIndexOf('/') + 1) : undefined
}

function answerOk(service: Service, response: ServerResponse, answer: Answer): void {
  const text = answer === undefined ? '{}' : isRaw(answer) ? answer.rawJson : JSON.stringify(answer)
  answerWith(service, response, 200, text, {})
}

function isRaw(answer: Answer): answer is { readonly rawJson: string } {
  return typeof answer?.rawJson === 'string'
}

function answerError(service: Service, response: ServerResponse, error: unknown): void {
  const known =
    error instanceof ServiceError
      ? error
      : new ServiceError('InternalErrorException', `simulator: ${String(error)}`)
  const text = JSON.stringify({ __type: known.code, message: known.message })
  answerWith(service, response, known.status, text, { 'x-amzn-errortype': `${known.code}:` })
}

function answerWith(
  service: Service,
  response: ServerResponse,
  status: number,
  text: string,
  headers: Record<string, string>,
): void {
  const bytes = Buffer.from(text)
  response.sendDate = false
  response.writeHead(status, {
    date: new Date(service.account.clock.now()).toUTCString(),
    'content-type': 'application/x-amz-json-1.1',
    'content-length': bytes.length,
    'x-amzn-requestid': requestId(service),
    ...headers,
  })
  response.end(bytes)
}

const counters = new WeakMap<Account, number>()

function requestId(service: Service): string {
  const count = (counters.get(service.account) ?? 0) + 1
  counters.set(service.account, count)
  return `00000000-0000-4000-8000-${count.toString(16).padStart(12, '0')}`
}
