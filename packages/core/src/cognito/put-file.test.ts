import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import type { Clock } from '../model/clock.js'
import { createFilePutter, type PutRequest } from './put-file.js'

/** Waits are over at once; what bounds a transfer never comes. */
const clock: Clock = {
  ...createSimulatedClock(),
  sleep: (ms) => (ms < 60_000 ? Promise.resolve() : new Promise<void>(() => undefined)),
}

let server: Server
let answers: (number | 'drop')[]
let received: { headers: IncomingMessage['headers']; method: string | undefined; body: string }[]

beforeEach(async () => {
  answers = []
  received = []
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')))
    request.on('end', () => {
      received.push({ headers: request.headers, method: request.method, body })
      const answer = answers.shift() ?? 200
      if (answer === 'drop') request.socket.destroy()
      else response.writeHead(answer).end('<Error><Code>Why</Code></Error>')
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
})
afterEach(() => server.close())

// eslint-disable-next-line @typescript-eslint/require-await -- nothing has to be waited for
async function* pieces(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('first,')
  yield Buffer.from('second\n')
}

const request = (): PutRequest => ({
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/file?X-Amz-Signature=a-secret`,
  headers: { 'x-amz-server-side-encryption': 'aws:kms' },
  size: 13,
  bytes: pieces,
})

it('puts a file of known length with the headers that its address was signed for', async () => {
  await createFilePutter(clock)(request())
  expect(received).toMatchObject([
    {
      method: 'PUT',
      body: 'first,second\n',
      headers: { 'content-length': '13', 'x-amz-server-side-encryption': 'aws:kms' },
    },
  ])
  expect(received[0]!.headers).not.toHaveProperty('transfer-encoding')
})

it('puts it again, from the beginning, where it is not known whether it arrived', async () => {
  answers = [503, 'drop', 200]
  await createFilePutter(clock)(request())
  expect(received.map(({ body }) => body)).toEqual(Array(3).fill('first,second\n'))
})

it.each<[string, (number | 'drop')[], number, object]>([
  ['a refusal at once', [403], 1, { outcome: 'refused', message: 'HTTP 403' }],
  ['an outage after three attempts', [503, 503, 503], 3, { outcome: 'ambiguous', message: 'HTTP 503' }],
  ['a lost connection after three attempts', ['drop', 'drop', 'drop'], 3, { outcome: 'ambiguous' }],
])('says %s, and never the address', async (_, script, attempts, failure) => {
  answers = script
  const error: unknown = await createFilePutter(clock)(request()).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ operation: 'PUT import file', exception: 'UploadFailed', ...failure })
  expect(received).toHaveLength(attempts)
  expect(JSON.stringify([error, String(error), (error as Error).stack])).not.toContain('a-secret')
})

it('stops when it is told to', async () => {
  const stop = new AbortController()
  stop.abort(new Error('stopped'))
  await expect(createFilePutter(clock)({ ...request(), signal: stop.signal })).rejects.toThrow('stopped')
  expect(received).toEqual([])
})
