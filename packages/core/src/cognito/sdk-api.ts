import { without } from './canonical-body.js'
import * as identityPools from '@aws-sdk/client-cognito-identity'
import * as userPools from '@aws-sdk/client-cognito-identity-provider'
import type { JsonObject } from '../model/canonical.js'
import type { Clock } from '../model/clock.js'
import { listenForAbort } from '../model/listen-for-abort.js'
import { type CallOptions, type CallOutcome, type CognitoApi, CognitoError } from './cognito-api.js'
import type { SdkClient } from './sdk-client.js'
import { type CognitoService, serviceOf } from './services.js'

const THROTTLES = [
  'TooManyRequestsException',
  'ThrottlingException',
  'ThrottledException',
  'Throttling',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
]
const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN']
/** How an endpoint says that it lacks an operation, whatever its status: it did nothing, and never will. */
const NOT_PERFORMED = ['UnknownOperationException', 'Unsupported', 'UnsupportedOperation', 'NotImplemented']
/** Refusals of a signature for its time; the SDK signs the next request by the service's clock. */
const SKEWED = ['InvalidSignatureException', 'RequestExpired', 'RequestTimeTooSkewed', 'RequestInTheFuture']

/** What sends a call of one service: its commands are not the other's. */
interface Sending {
  readonly commands: Readonly<Record<string, CommandConstructor | undefined>>
  send(command: object, options: { abortSignal: AbortSignal }): Promise<unknown>
}
type CommandConstructor = new (input: JsonObject) => object

interface RawAnswer {
  $date?: string
  $metadata?: unknown
}

/**
 * The port to Cognito over the AWS SDK, to user pools and identity pools alike. The clients must have been made with
 * `RawJsonProtocol` and one attempt a call.
 */
export function createSdkApi(client: SdkClient, region: string, clock: Clock): CognitoApi {
  const services = sendingOf(client)
  let lastAnswer: { server: number; local: number } | undefined

  async function call(operation: string, input: JsonObject, options: CallOptions = {}): Promise<JsonObject> {
    const { signal } = options
    signal?.throwIfAborted()
    const service = services[serviceOf(operation)]
    const command = new (commandOf(service, operation))(input)
    await options.beforeSend?.()
    // The SDK puts listeners of its own on a signal with every call.
    const stop = new AbortController()
    const stopListening = signal === undefined ? undefined : listenForAbort(signal, () => stop.abort())
    try {
      const answer = await service.send(command, { abortSignal: stop.signal })
      const body = answer as RawAnswer & JsonObject
      noteDate(body.$date)
      return without(body, ['$date', '$metadata'])
    } catch (error) {
      signal?.throwIfAborted()
      throw toCognitoError(operation, error)
    } finally {
      stopListening?.()
    }
  }

  function noteDate(date: string | undefined): void {
    const server = date === undefined ? Number.NaN : Date.parse(date)
    if (!Number.isNaN(server)) lastAnswer = { server, local: clock.now() }
  }

  return {
    region,
    call,
    serverTime: () =>
      lastAnswer === undefined ? undefined : lastAnswer.server + clock.now() - lastAnswer.local,
  }
}

function sendingOf(client: SdkClient): Record<CognitoService, Sending> {
  return {
    'cognito-idp': {
      commands: userPools as unknown as Sending['commands'],
      send: (command, options) => client.userPools.send(command as never, options),
    },
    'cognito-identity': {
      commands: identityPools as unknown as Sending['commands'],
      send: (command, options) => client.identityPools.send(command as never, options),
    },
  }
}

function commandOf({ commands }: Sending, operation: string): CommandConstructor {
  const command = commands[`${operation}Command`]
  if (command === undefined)
    throw new CognitoError(operation, 'UnknownOperation', 'the SDK has no such operation', 'refused')
  return command
}

interface SdkFailure {
  name?: string
  message?: string
  code?: string
  $metadata?: { httpStatusCode?: number; clockSkewCorrected?: boolean }
  $response?: { statusCode?: number }
}

/**
 * Nothing of a body gets into the error: a parser's complaint quotes the text that it stumbled over, and the service's
 * validation quotes the value that it does not like, either of which may be a secret.
 */
function toCognitoError(operation: string, error: unknown): CognitoError {
  const failure = error as SdkFailure
  const status = statusOf(failure)
  const outcome = outcomeOf(failure)
  if (error instanceof SyntaxError && status !== undefined)
    return new CognitoError(operation, `HTTP ${status}`, 'the answer is not JSON', outcome)
  const message = failure.message ?? String(error)
  const shown = message.replaceAll(/\bValue '.*?' at '/gs, "Value at '")
  const cause = shown === message ? error : undefined
  return new CognitoError(operation, exceptionOf(failure), shown, outcome, cause)
}

/** The service's name for the failure; the system's, where it did not come from the service. */
function exceptionOf(failure: SdkFailure): string {
  const { name = 'Error', code } = failure
  return code !== undefined && statusOf(failure) === undefined ? code : name
}

function statusOf(failure: SdkFailure): number | undefined {
  return failure.$metadata?.httpStatusCode ?? failure.$response?.statusCode
}

function outcomeOf(failure: SdkFailure): CallOutcome {
  const status = statusOf(failure)
  const name = failure.name ?? ''
  if (THROTTLES.includes(name) || status === 429) return 'throttled'
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') return 'refused'
  if (NOT_PERFORMED.includes(name)) return 'refused'
  if (SKEWED.includes(name) && failure.$metadata?.clockSkewCorrected === true) return 'not-sent'
  if (failure.code !== undefined && NEVER_SENT.includes(failure.code)) return 'not-sent'
  if (status === undefined || status >= 500 || status < 300) return 'ambiguous'
  return 'refused'
}
