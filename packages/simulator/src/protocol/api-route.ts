import type { IncomingMessage } from 'node:http'
import { advanceImport } from '../imports/run-import.js'
import { isJsonObject, type JsonObject } from '../json.js'
import { allOperations } from '../operations/all.js'
import type { Answer, Operation } from '../operations/operation.js'
import { ServiceError } from '../service-error.js'
import { apiModel, IDENTITY_POOL_PREFIX, identityPoolModel, modelOf } from './api-model.js'
import type { Route } from './call.js'
import { jsonReply } from './reply.js'
import { validateRequest } from './request-validation.js'

/** AWS JSON 1.1: `POST /` with the operation in a header. */
export const apiRoute: Route = {
  operationOf: (request) => {
    const target = request.headers['x-amz-target']
    const [prefix, operation] = typeof target === 'string' ? target.split('.') : []
    if (operation !== undefined) {
      if (prefix === apiModel.targetPrefix) return operation
      if (prefix === identityPoolModel.targetPrefix) return `${IDENTITY_POOL_PREFIX}${operation}`
    }
    throw new ServiceError('UnknownOperationException', 'The request names no operation.')
  },
  open: ({ account, quotas }, request, operation, bytes) => {
    const body = parseBody(bytes.toString('utf8'))
    return {
      body,
      admit: () => {
        checkSigned(request, operation)
        quotas.admit(operation, poolIdOf(body))
      },
      validate: () => {
        const valid = validateRequest(operation, body)
        const run = allOperations[operation] as Operation<JsonObject> | undefined
        if (run === undefined) {
          throw new ServiceError('UnknownOperationException', `${operation} is not simulated.`)
        }
        return () => {
          advanceImport(account)
          return jsonReply(textOf(run(valid, account)))
        }
      },
    }
  },
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
  const { model, name } = modelOf(operation)
  if (model.operations[name]?.authtype === 'none') return
  if (request.headers.authorization === undefined) {
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token')
  }
}

function poolIdOf(body: JsonObject): string | undefined {
  if (typeof body.UserPoolId === 'string') return body.UserPoolId
  const arn = body.ResourceArn
  return typeof arn === 'string' ? arn.slice(arn.lastIndexOf('/') + 1) : undefined
}

function textOf(answer: Answer): string {
  if (answer === undefined) return '{}'
  return typeof answer.rawJson === 'string' ? answer.rawJson : JSON.stringify(answer)
}
