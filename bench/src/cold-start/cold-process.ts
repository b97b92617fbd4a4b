import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Clock } from 'cognito-vault'
import type { Service, StandInAws } from './stand-in-aws.js'

/** What a function's process does, as Lambda's does: loads the bundle and calls the handler. It answers what it has used of the machine when it is asked. */
const RUNTIME = `
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send({ residentBytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1_000 })
})
const handlers = await import(process.env.BUNDLE)
const endsAt = Date.now() + 900_000
const answer = await handlers[process.env.HANDLER](JSON.parse(process.env.EVENT), { getRemainingTimeInMillis: () => endsAt - Date.now() })
process.send({ answer }, () => process.disconnect())
`
/** So long may a process take, however busy the machine is. */
const MOST_MS = 60_000

/** A call of a function in a process of its own. */
export interface ColdCall {
  /** `index.mjs`, as a URL. */
  readonly bundle: string
  /** What the bundle exports it as. */
  readonly handler: string
  readonly event: object
  readonly env: Readonly<Record<string, string>>
}

export interface ColdStart {
  /** By service, the milliseconds from the start of the process to the arrival of its first request there. */
  readonly arrivals: ReadonlyMap<Service, number>
  /** The resident memory of the process when the awaited request has arrived. */
  readonly residentBytes: number
  /** The processor time, of all its threads, that it has taken by then, in milliseconds: the machine's load is no part of it. */
  readonly cpuMs: number
}

interface World {
  readonly aws: StandInAws
  readonly clock: Clock
  readonly signal: AbortSignal
}

/**
 * Starts the process of a function, awaits its first request of a service and ends it.
 *
 * @param until the service, or `any`
 * @throws Error when it ends, or a minute passes, without such a request
 */
export async function startCold(call: ColdCall, until: Service | 'any', world: World): Promise<ColdStart> {
  const { aws, clock } = world
  const arrivals = new Map<Service, number>()
  const startedAt = clock.now()
  const running = run(call, world)
  try {
    await running.unlessItEnds(
      new Promise<void>((resolve) => {
        aws.onRequest = (service) => {
          if (!arrivals.has(service)) arrivals.set(service, clock.now() - startedAt)
          if (until !== 'any' && service !== until) return true
          resolve()
          return false
        }
      }),
    )
    // It waits for an answer, and does no more than what it does meanwhile.
    aws.onRequest = () => false
    running.child.send({})
    const [used] = (await running.unlessItEnds(once(running.child, 'message'))) as [
      Omit<ColdStart, 'arrivals'>,
    ]
    return { arrivals, ...used }
  } finally {
    aws.onRequest = () => true
    await running.end()
  }
}

/**
 * Calls a function in a process of its own, to the end.
 *
 * @returns what the handler answers
 * @throws Error when the handler throws, or a minute passes
 */
export async function callToTheEnd(call: ColdCall, world: World): Promise<unknown> {
  const running = run(call, world)
  try {
    const [message] = (await running.unlessItEnds(once(running.child, 'message'))) as [{ answer: unknown }]
    return message.answer
  } finally {
    await running.end()
  }
}

interface Running {
  readonly child: ChildProcess
  /** @throws Error with what the process wrote, when that ends first */
  unlessItEnds<T>(work: Promise<T>): Promise<T>
  end(): Promise<void>
}

function run({ bundle, handler, event, env }: ColdCall, { signal }: World): Running {
  signal.throwIfAborted()
  const child = spawn(process.execPath, ['--input-type=module', '-e', RUNTIME], {
    env: { ...env, NODE_NO_WARNINGS: '1', BUNDLE: bundle, HANDLER: handler, EVENT: JSON.stringify(event) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    timeout: MOST_MS,
    killSignal: 'SIGKILL',
    signal,
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000)))
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
    // Of one that could not be started, or was aborted.
    child.once('error', (error) => {
      said += error.message
      if (child.pid === undefined) resolve()
    })
  })
  return {
    child,
    unlessItEnds: (work) =>
      Promise.race([
        work,
        gone.then(() => {
          signal.throwIfAborted()
          throw new Error(
            `the process of ${handler} ended before it had done what was awaited: ${said.trim()}`,
          )
        }),
      ]),
    end: async () => {
      child.kill('SIGKILL')
      await gone
    },
  }
}
