import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Simulator, startSimulator } from 'cognito-vault-simulator'
import { vi } from 'vitest'
import type { VaultContext } from '../../src/actions/context.js'
import { init } from '../../src/actions/init.js'
import * as handlers from '../../src/lambda/workflow/index.js'
import { systemClock } from '../../src/model/system-clock.js'
import { openFsStore } from '../../src/storage/fs/fs-store.js'
import { type QueryServices, startQueryServices } from '../support/query-services.js'
import { type Ended, runMachine } from './run-machine.js'
import { deployed, REGION } from './template.js'

type Step = Readonly<{ step: string; state?: Readonly<Record<string, unknown>> }>

/** The machines of the template with the functions in this process, and a vault in a folder: what is quick enough for many small tests. */
export interface FunctionLab {
  readonly simulator: Simulator
  readonly services: QueryServices
  /** The vault's folder. */
  readonly folder: string
  readonly context: VaultContext
  /** What the functions have written since the last look, line by line. */
  lines(): Record<string, unknown>[]
  /** Sets what the functions read from the environment, until the lab is closed. */
  set(env: Readonly<Record<string, string>>): void
  /** From now on a call for which this says so ends without an answer, as one that Lambda kills. */
  killWhen(isKilled: (event: Step, functionId: string) => boolean): void
  call(name: keyof typeof handlers, event: object, leftMs?: number): Promise<Record<string, unknown>>
  run(machine: string, input?: object): Promise<Ended>
  /** Subjects of what was sent since the last look. */
  told(): string[]
  close(): Promise<void>
}

export async function openFunctionLab(): Promise<FunctionLab> {
  const [folder, simulator, services] = await Promise.all([
    mkdtemp(join(tmpdir(), 'cognito-vault-functions-')),
    startSimulator({ quotas: false, seed: 11, region: REGION }),
    startQueryServices(),
  ])
  const vault = join(folder, 'vault')
  const context = contextOf(vault)
  await init(context, 'none')
  const stack = deployed({
    parameters: { CodeBucket: 'code', CodeKey: 'code.zip', PrimaryUserPoolId: 'none' },
    refs: { Bucket: 'bucket', Topic: `arn:aws:sns:${REGION}:123456789012:topic` },
    attributes: { 'Key.Arn': '' },
  })
  const written: string[] = []
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written.push(...String(chunk).split('\n'))
    return true
  })
  const set = (env: Readonly<Record<string, string>>): void => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  }
  set(stack.functions.get('BackupFunction')!.env)
  set({
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_ENDPOINT_URL: services.url,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: simulator.url,
    COGNITO_VAULT: vault,
    COGNITO_TPS: '400',
    KMS_KEY_ARNS: '',
    RETENTION: '',
    MAX_SNAPSHOT_AGE_HOURS: '36',
  })
  let isKilled: (event: Step, functionId: string) => boolean = () => false
  let executions = 0

  async function call(
    name: keyof typeof handlers,
    event: object,
    leftMs = 900_000,
  ): Promise<Record<string, unknown>> {
    const endsAt = Date.now() + leftMs
    const answer = await handlers[name](event, { getRemainingTimeInMillis: () => endsAt - Date.now() })
    // What goes from state to state is JSON.
    return JSON.parse(JSON.stringify(answer)) as Record<string, unknown>
  }

  const host = {
    invoke: async (arn: string, event: unknown): Promise<unknown> => {
      const { handler } = [...stack.functions.values()].find((one) => one.arn === arn)!
      if (isKilled(event as Step, handler)) throw thrown('Sandbox.Timedout', 'Task timed out')
      try {
        return await call(handler as keyof typeof handlers, event as object)
      } catch (error) {
        throw thrown((error as Error).name, (error as Error).message)
      }
    },
  }

  return {
    simulator,
    services,
    folder: vault,
    context,
    lines: () =>
      written
        .splice(0)
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    set,
    killWhen: (when) => void (isKilled = when),
    call,
    run: (machine, input = {}) => runMachine(stack, host, machine, input, `own-${++executions}`),
    told: () => services.messages.splice(0).map(({ subject }) => subject.replace('Cognito Vault: ', '')),
    close: async () => {
      spy.mockRestore()
      vi.unstubAllEnvs()
      await Promise.all([simulator.close(), services.close()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The vault as another process would see it. */
function contextOf(path: string): VaultContext {
  return {
    store: openFsStore(path),
    clock: systemClock,
    random: Math.random,
    sink: () => undefined,
    tempDirectory: tmpdir(),
    holder: { host: 'test', pid: 1 },
  }
}

/** An error as Step Functions has it of a function. */
function thrown(errorType: string, errorMessage: string): Error {
  const error = new Error(JSON.stringify({ errorType, errorMessage, trace: [] }))
  error.name = errorType
  return error
}
