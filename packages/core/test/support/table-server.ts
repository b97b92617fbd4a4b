import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JsonObject } from '../../src/model/canonical.js'
import { onTheWire } from './foreign-files.js'

/** A DynamoDB that has one table and answers Scan, page by page, as its API reference says; every second page is empty. */
export interface TableServer {
  readonly url: string
  /** The keys from which pages were asked for. */
  readonly asked: unknown[]
  /** Answers that come before anything else: the name of an exception, each once. */
  readonly failures: string[]
  close(): Promise<void>
}

export async function serveTable(
  name: string,
  items: readonly JsonObject[],
  pageSize = 2,
): Promise<TableServer> {
  const asked: unknown[] = []
  const failures: string[] = []

  function answer(response: ServerResponse, status: number, body: JsonObject): void {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body))
  }

  function scan(input: JsonObject, response: ServerResponse): void {
    const failure =
      failures.shift() ?? (input['TableName'] === name ? undefined : 'ResourceNotFoundException')
    if (failure !== undefined) {
      answer(response, 400, { __type: `com.amazonaws.dynamodb.v20120810#${failure}`, message: 'no' })
      return
    }
    const start = input['ExclusiveStartKey'] as { at: { N: string }; empty?: unknown } | undefined
    asked.push(start)
    const from = Number(start?.at.N ?? 0)
    // A page without items is not the last where it has a key.
    const isEmpty = from > 0 && start?.empty === undefined
    const page = isEmpty ? [] : items.slice(from, from + pageSize)
    const to = from + page.length
    const key = { at: { N: String(to) }, ...(isEmpty ? { empty: { BOOL: true } } : {}) }
    answer(response, 200, {
      Items: page.map(onTheWire),
      Count: page.length,
      ScannedCount: page.length,
      ...(to < items.length ? { LastEvaluatedKey: key } : {}),
    })
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (request.headers['x-amz-target'] !== 'DynamoDB_20120810.Scan')
        answer(response, 400, { __type: 'UnknownOperation' })
      else scan(JSON.parse(Buffer.concat(chunks).toString('utf8')) as JsonObject, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    failures,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
