import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { DeployedFunction } from './template.js'

/** Runs functions as Lambda does: a process each, which is kept for the next call unless it died. */
export interface LambdaHost {
  /** @throws an error named as the state machine would see it, with the cause that Lambda gives */
  invoke(arn: string, event: unknown): Promise<unknown>
  /** Kills the process of a function that is at work, as Lambda does when the time is over. */
  kill(arn: string): void
  /** What functions wrote on stdout, line by line. */
  readonly lines: string[]
  /** Calls by now, with the step. */
  readonly calls: { readonly arn: string; readonly step: string }[]
  close(): Promise<void>
}

/** What a function's process does: loads the bundle, and answers one call after the other. */
const RUNTIME = `
const handlers = await import(process.env.BUNDLE)
process.on('message', async ({ handler, event, timeoutMs }) => {
  const endsAt = Date.now() + timeoutMs
  const context = { getRemainingTimeInMillis: () => endsAt - Date.now() }
  try {
    process.send({ answer: await handlers[handler](event, context) })
  } catch (error) {
    process.send({ error: { errorType: error.name, errorMessage: error.message, trace: [] } })
  }
})
process.send({ ready: true })
`
/** The template's; a call of the tests takes seconds. */
const TIMEOUT_MS = 900_000

interface Answer {
  readonly answer?: unknown
  readonly error?: { readonly errorType: string; readonly errorMessage: string }
}

export function createLambdaHost(
  bundle: string,
  functions: Iterable<DeployedFunction>,
  env: Readonly<Record<string, string>>,
): LambdaHost {
  const byArn = new Map([...functions].map((one) => [one.arn, one]))
  const processes = new Map<string, Promise<ChildProcess>>()
  const lines: string[] = []
  const calls: { arn: string; step: string }[] = []

  async function start({ arn, env: own }: DeployedFunction): Promise<ChildProcess> {
    const child = spawn(process.execPath, ['--input-type=module', '-e', RUNTIME], {
      env: {
        PATH: process.env['PATH'],
        NODE_NO_WARNINGS: '1',
        AWS_REGION: 'eu-west-1',
        ...own,
        ...env,
        BUNDLE: bundle,
      },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    })
    let rest = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      const parts = (rest + chunk.toString('utf8')).split('\n')
      rest = parts.pop() ?? ''
      lines.push(...parts)
    })
    child.once('exit', () => processes.delete(arn))
    await once(child, 'message')
    return child
  }

  async function invoke(arn: string, event: unknown): Promise<unknown> {
    const deployed = byArn.get(arn)
    if (deployed === undefined) throw new Error(`there is no function ${arn}`)
    calls.push({ arn, step: String((event as { step?: unknown }).step) })
    const starting = processes.get(arn) ?? start(deployed)
    processes.set(arn, starting)
    const child = await starting
    if (child.exitCode !== null || child.signalCode !== null) processes.delete(arn)
    const { answer, error } = await new Promise<Answer>((resolve) => {
      const onExit = (): void =>
        resolve({ error: { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out' } })
      child.once('exit', onExit)
      child.once('message', (message) => {
        child.removeListener('exit', onExit)
        resolve(message as Answer)
      })
      // One that was killed a moment ago, when it had answered, gets no call any more.
      child.send({ handler: deployed.handler, event, timeoutMs: TIMEOUT_MS }, (failure) => {
        if (failure !== null) onExit()
      })
    })
    if (error === undefined) return answer
    const thrown = new Error(JSON.stringify(error))
    thrown.name = error.errorType
    throw thrown
  }

  return {
    invoke,
    kill: (arn) => void processes.get(arn)?.then((child) => child.kill('SIGKILL')),
    lines,
    calls,
    close: async () => {
      for (const starting of [...processes.values()]) {
        const child = await starting
        const gone = once(child, 'exit')
        child.kill('SIGKILL')
        await gone
      }
    },
  }
}
