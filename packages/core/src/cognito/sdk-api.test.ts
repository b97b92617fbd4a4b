import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../model/canonical.js'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import { type CognitoApi, CognitoError } from './cognito-api.js'
import { createSdkApi } from './sdk-api.js'
import { createSdkClient, type SdkClient } from './sdk-client.js'

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' }

type Answer = (request: IncomingMessage, body: string, response: ServerResponse) => void

let stop = (): void => undefined
afterEach(() => stop())

/** The port to an endpoint that gives every request this answer. */
async function endpoint(answer: Answer, timeoutMs?: number): Promise<CognitoApi> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => answer(request, Buffer.concat(chunks).toString('utf8'), response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stop = () => {
    server.closeAllConnections()
    server.close()
  }
  return apiTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, timeoutMs)
}

function apiTo(url: string, timeoutMs?: number): CognitoApi {
  const client = createSdkClient({ region: 'eu-west-1', endpoint: url, credentials })
  if (timeoutMs !== undefined) {
    for (const timeout of ['requestTimeout', 'socketTimeout'] as const)
      settingsOf(client.userPools).updateHttpClientConfig(timeout, timeoutMs)
  }
  return createSdkApi(client, 'eu-west-1', createSimulatedClock(Date.parse('2026-11-23T08:00:00Z')))
}

/** The handler's settings, which the client's type does not show. */
function settingsOf(client: SdkClient['userPools'] | SdkClient['identityPools']): {
  updateHttpClientConfig(key: string, value: number): void
  httpHandlerConfigs(): Readonly<Record<string, unknown>>
} {
  return client.config.requestHandler as unknown as ReturnType<typeof settingsOf>
}

function answering(status: number, body: string, headers: Record<string, string> = {}): Answer {
  return (_request, _body, response) => response.writeHead(status, headers).end(body)
}

function exception(name: string, message = 'no', status = 400): Answer {
  return answering(status, JSON.stringify({ __type: name, message }))
}

async function failureOf(api: CognitoApi, operation = 'AdminCreateUser'): Promise<CognitoError> {
  const error: unknown = await api
    .call(operation, { UserPoolId: 'eu-west-1_Ab12Cd34E' })
    .catch((thrown: unknown) => thrown)
  if (error instanceof CognitoError) return error
  throw new Error(`not a CognitoError: ${inspect(error)}`)
}

describe('bodies', () => {
  const body: JsonObject = {
    UserPoolId: 'eu-west-1_Ab12Cd34E',
    Future: { Deep: [1, 1.5, null, true, { Text: 'ü\n"🙂' }] },
    Filter: 'sub ^= "a"',
    Nothing: null,
  }

  it.each([
    ['user pools', 'ListUsers', 'AWSCognitoIdentityProviderService.ListUsers'],
    ['identity pools', 'UpdateIdentityPool', 'AWSCognitoIdentityService.UpdateIdentityPool'],
  ])('are sent as they are given, signed, in one attempt, to the service of %s', async (_, name, target) => {
    const seen: { target: unknown; signed: boolean; body: unknown }[] = []
    const api = await endpoint((request, text, response) => {
      const { 'x-amz-target': target, authorization } = request.headers
      seen.push({ target, signed: authorization !== undefined, body: JSON.parse(text) })
      response.writeHead(500).end('{}')
    })
    await failureOf({ ...api, call: (operation) => api.call(operation, body) }, name)
    expect(seen).toEqual([{ target, signed: true, body }])
  })

  it('are given as they come, members that nobody knows and all, and nothing beside', async () => {
    const api = await endpoint(answering(200, JSON.stringify(body)))
    expect(await api.call('ListUsers', {})).toEqual(body)
  })

  it('may be empty where there is nothing to say', async () => {
    const api = await endpoint(answering(200, ''))
    expect(await api.call('TagResource', {})).toEqual({})
  })

  it('bring the time of the service with them', async () => {
    const api = await endpoint(answering(200, '{}', { date: 'Mon, 23 Nov 2026 08:42:00 GMT' }))
    expect(api.serverTime()).toBeUndefined()
    await api.call('ListUsers', {})
    expect(api.serverTime()).toBe(Date.parse('2026-11-23T08:42:00Z'))
  })
})

describe('a failure says whether the call took effect:', () => {
  it.each([
    ['throttled', exception('TooManyRequestsException')],
    ['throttled', exception('ThrottlingException')],
    ['throttled', exception('RequestLimitExceeded', 'slower', 503)],
    ['throttled', answering(429, '<html>')],
    ['refused', exception('InvalidParameterException')],
    ['refused', exception('AccessDeniedException')],
    ['refused', exception('LimitExceededException')],
    ['refused', exception('com.amazonaws.cognito#UsernameExistsException')],
    ['refused', exception('UnknownOperationException', 'unknown', 404)],
    ['refused', exception('CognitoLocal#Unsupported', 'unsupported feature', 500)],
    ['refused', answering(403, '<html>the proxy says no</html>')],
    ['ambiguous', exception('InternalErrorException', 'oops', 500)],
    ['ambiguous', exception('ServiceUnavailable', 'later', 503)],
    ['ambiguous', answering(500, '<html>an error page</html>')],
    ['ambiguous', answering(502, 'Bad Gateway')],
    ['ambiguous', answering(200, '{"User":{"Username":"ann"')],
    ['ambiguous', answering(200, '<html>sign in to this network</html>')],
    ['ambiguous', answering(200, 'null')],
  ] as const)('%s', async (outcome, answer) => {
    expect(await failureOf(await endpoint(answer))).toMatchObject({ outcome, operation: 'AdminCreateUser' })
  })

  it('ambiguous, when the connection is dropped before the answer or within it', async () => {
    const dropped = await failureOf(await endpoint((request) => request.socket.destroy()))
    expect(dropped).toMatchObject({ outcome: 'ambiguous', exception: 'ECONNRESET' })
    stop()
    const cut = await endpoint((request, _body, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"User":')
      setImmediate(() => request.socket.destroy())
    })
    expect(await failureOf(cut)).toMatchObject({ outcome: 'ambiguous' })
  })

  it('ambiguous, when no answer comes, or one that does not end', async () => {
    const silent = await failureOf(await endpoint(() => undefined, 100))
    expect(silent).toMatchObject({ outcome: 'ambiguous' })
    stop()
    const endless = await endpoint((_request, _body, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"User":')
    }, 100)
    expect(await failureOf(endless)).toMatchObject({ outcome: 'ambiguous' })
  })

  it('within half a minute, whether an answer does not begin or does not end', async () => {
    const client = createSdkClient({ region: 'eu-west-1', endpoint: 'http://127.0.0.1:1', credentials })
    const api = createSdkApi(client, 'eu-west-1', createSimulatedClock())
    await failureOf(api)
    await failureOf(api, 'CreateIdentityPool')
    for (const service of [client.userPools, client.identityPools]) {
      const { requestTimeout, socketTimeout } = settingsOf(service).httpHandlerConfigs()
      expect([requestTimeout, socketTimeout]).toEqual([30_000, 30_000])
    }
  })

  it('not sent, when nobody listens', async () => {
    await endpoint(answering(200, '{}'))
    const refusing = apiTo('http://127.0.0.1:1')
    expect(await failureOf(refusing)).toMatchObject({ outcome: 'not-sent', exception: 'ECONNREFUSED' })
  })

  it('refused, when the SDK has no such operation', async () => {
    expect(await failureOf(apiTo('http://127.0.0.1:1'), 'MakeCoffee')).toMatchObject({ outcome: 'refused' })
  })

  it('not sent, when the clock of this machine was wrong and is put right; else refused', async () => {
    const skewed = (serverTime: number): Answer =>
      answering(400, JSON.stringify({ __type: 'InvalidSignatureException', message: 'Signature expired' }), {
        date: new Date(serverTime).toUTCString(),
      })
    expect(await failureOf(await endpoint(skewed(Date.UTC(2031, 0))))).toMatchObject({ outcome: 'not-sent' })
    stop()
    expect(await failureOf(await endpoint(skewed(Date.now())))).toMatchObject({ outcome: 'refused' })
  })

  it('nothing, when the caller stopped it: the reason is what is thrown', async () => {
    const controller = new AbortController()
    const api = await endpoint(() => controller.abort(new Error('enough')))
    await expect(api.call('ListUsers', {}, { signal: controller.signal })).rejects.toThrow('enough')
    await expect(api.call('ListUsers', {}, { signal: controller.signal })).rejects.toThrow('enough')
  })
})

describe('no secret gets into an error', () => {
  const SECRET = 'abcdefghijklmnopqrstuvwxyz0123'
  const everything = (error: CognitoError): string => inspect(error, { depth: 9, showHidden: true })

  it.each([
    ['an answer that is cut off', 200, `{"UserPoolClient":{"ClientSecret":"${SECRET}`],
    ['an answer that goes wrong behind it', 200, `{"ClientSecret":"${SECRET}" oops}`],
    ['an answer that begins with it', 200, SECRET],
    ['a failure that is no JSON', 500, `${SECRET}{`],
  ])('from %s', async (_, status, text) => {
    const error = await failureOf(await endpoint(answering(status, text)), 'DescribeUserPoolClient')
    expect(error.message).toBe('the answer is not JSON')
    for (let at = 0; at + 6 <= SECRET.length; at++)
      expect(everything(error)).not.toContain(SECRET.slice(at, at + 6))
  })

  it('from the validation of a request, which quotes the value', async () => {
    const message = `2 validation errors detected: Value '{client_secret=${SECRET}, a=it's}' at 'providerDetails' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 2]; Value '${SECRET}' at 'clientName' failed to satisfy constraint: too long`
    const error = await failureOf(await endpoint(exception('InvalidParameterException', message)))
    expect(error.message).toContain("Value at 'providerDetails' failed")
    expect(error.message).toContain("Value at 'clientName' failed")
    expect(everything(error)).not.toContain(SECRET)
  })
})
