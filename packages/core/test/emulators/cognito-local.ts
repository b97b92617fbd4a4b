import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CognitoApi } from '../../src/cognito/cognito-api.js'
import type { JsonObject } from '../../src/model/canonical.js'
import type { Emulator } from './emulator.js'

const require = createRequire(import.meta.url)

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-assignment,
   @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return
   -- cognito-local has no types for its parts */
const part = (name: string): any => require(`cognito-local/lib/${name}`)
const silent = { level: 'silent', child: () => silent, ...levels() } as const

function levels(): Record<'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal', () => void> {
  const nothing = (): void => undefined
  return { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing, fatal: nothing }
}

/**
 * cognito-local in this process, its pools in memory: on disk it writes all of a pool again with every change, which
 * takes minutes for two thousand users. All else is as its own command starts it, but that pools sign in by username.
 */
export async function startCognitoLocal(): Promise<Emulator> {
  const directory = await mkdtemp(join(tmpdir(), 'cognito-local-'))
  const factory = {
    create: async (_context: unknown, id: string, defaults: unknown) => {
      // DeleteUserPool unlinks it.
      await writeFile(join(directory, `${id}.json`), '{}')
      return memoryDataStore(defaults)
    },
  }
  const context = { logger: silent }
  const { DefaultConfig } = part('server/config')
  const config = {
    ...DefaultConfig,
    UserPoolDefaults: { UsernameAttributes: [] },
    ServerConfig: { port: 0, hostname: '127.0.0.1', development: false, https: false },
  }
  const clock = new (part('services').DateClock)()
  const pools = new (part('services/userPoolService').UserPoolServiceFactoryImpl)(clock, factory)
  const { CognitoServiceFactoryImpl } = part('services/cognitoService')
  const cognito = await new CognitoServiceFactoryImpl(directory, factory, pools).create(
    context,
    config.UserPoolDefaults,
  )
  const services = {
    clock,
    cognito,
    config,
    messages: { deliver: () => Promise.reject(new Error('a message was sent')) },
    otp: () => '123456',
    tokenGenerator: {},
    triggers: { enabled: () => false },
  }
  const router = part('server/Router').Router(services)
  const app = part('server/server').createServer(router, silent, config.ServerConfig, services)
  const server = (await app.start()) as Server
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seeding: oneByOne((operation, input) => router(operation)({ logger: silent }, input)),
    close: async () => {
      server.closeAllConnections()
      server.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Without the wait for a request it loses concurrent writes. What it keeps must not be its caller's, nor the reverse. */
function oneByOne(run: (operation: string, input: JsonObject) => Promise<unknown>): Pick<CognitoApi, 'call'> {
  const copied = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject
  let last: Promise<unknown> = Promise.resolve()
  return {
    call: (operation, input) => {
      const next = last.then(async () => copied(await run(operation, copied(input))))
      last = next.catch(() => undefined)
      return next
    },
  }
}

/** The data store that cognito-local asks for: values under paths of keys. */
function memoryDataStore(defaults: unknown): unknown {
  const root: any = structuredClone(defaults)
  const parentOf = (path: readonly string[]): any =>
    path.slice(0, -1).reduce((parent: any, key) => (parent[key] ??= {}), root)
  return {
    getRoot: () => Promise.resolve(root),
    get: (_context: unknown, key: string | string[], fallback?: unknown) => {
      const found = [key].flat().reduce((value: any, step) => value?.[step], root)
      return Promise.resolve(found ?? fallback ?? null)
    },
    set: (_context: unknown, key: string | string[], value: unknown) => {
      const path = [key].flat()
      parentOf(path)[path.at(-1)!] = value
      return Promise.resolve()
    },
    delete: (_context: unknown, key: string | string[]) => {
      const path = [key].flat()
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- that is what is asked for
      delete parentOf(path)[path.at(-1)!]
      return Promise.resolve()
    },
  }
}
