import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { sleep } from '../real-time.js'
import { ServiceError } from '../service-error.js'
import { apiRoute } from './api-route.js'
import type { Call, Service } from './call.js'
import type { CallPlan, Fault } from './faults.js'
import { fileRoute } from './file-route.js'
import { errorReply, send, type Reply } from './reply.js'

/** The connection is to be destroyed instead of answered. */
class Dropped extends Error {}

/** There is to be no answer. */
class Hanging extends Error {}

/** Makes the HTTP server, not yet listening: the API on `POST /`, files elsewhere. */
export function createHttpServer(service: Service): Server {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    handle(service, request, response).catch((error: unknown) => {
      if (error instanceof Hanging) return
      if (error instanceof Dropped || response.headersSent) request.socket.destroy()
      else send(service.account, response, errorReply(error))
    })
  })
  return server
}

async function handle(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request)
  const route = request.method === 'POST' ? apiRoute : fileRoute
  const operation = route.operationOf(request)
  const { account, faults } = service
  account.ledger.request(operation)
  const call = route.open(service, request, operation, body)
  const plan = faults.plan(operation, call.body)
  const latency = account.options.latency ?? 0
  if (latency > 0) await sleep(latency)
  try {
    send(account, response, await perform(call, plan))
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'TooManyRequestsException') {
      account.ledger.throttle(operation)
    }
    throw error
  }
}

async function perform(call: Call, plan: CallPlan | undefined): Promise<Reply> {
  call.admit()
  for (const fault of plan?.faults ?? []) failBefore(fault)
  const run = call.validate()
  await plan?.before()
  const reply = run()
  await plan?.after()
  for (const fault of plan?.faults ?? []) await failAfter(fault)
  return reply
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

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
