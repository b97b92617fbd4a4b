import { StateMachine } from 'aws-local-stepfunctions'
import type { LambdaHost } from './lambda-host.js'
import { ACCOUNT, type Deployed, REGION } from './template.js'

/** How an execution ended. */
export interface Ended {
  readonly status: 'SUCCEEDED' | 'FAILED'
  readonly output?: Readonly<Record<string, unknown>>
  readonly error?: { readonly name: string; readonly cause: string }
  /** The largest state that went from one to the next, in characters. */
  readonly largestState: number
  /** Executions in which it went on. */
  readonly continued: readonly Ended[]
}

/** The interpreter wants Node 22 or later, as Lambda has it; tests run on Node 20 too. */
if (!('withResolvers' in Promise)) Object.assign(Promise, { withResolvers })

function withResolvers(): { promise: Promise<unknown>; resolve: unknown; reject: unknown } {
  let settle = {}
  const promise = new Promise((resolve, reject) => {
    settle = { resolve, reject }
  })
  return { promise, ...settle } as ReturnType<typeof withResolvers>
}

type Json = Parameters<StateMachine['run']>[0]
type Local = (input: Json) => Promise<Json>

interface Definition {
  readonly States: Readonly<Record<string, { readonly Type: string; readonly Resource?: string }>>
}

/** Runs a state machine of the template, its functions as processes of their own, with next to no wait before a state is tried again. */
export async function runMachine(
  stack: Deployed,
  host: Pick<LambdaHost, 'invoke'>,
  id: string,
  input: object,
  name: string,
): Promise<Ended> {
  const { arn, definition } = stack.machines.get(id)!
  const { States } = definition as Definition
  const goingOn: Promise<Ended>[] = []
  const handlers: Record<string, Local> = {}
  let largestState = 0
  for (const [state, { Type, Resource = '' }] of Object.entries(States)) {
    if (Type !== 'Task') continue
    handlers[state] = Resource.startsWith('arn:aws:states:')
      ? (started) => {
          const { Name, Input } = started as { Name: string; Input: object }
          // Another execution runs by itself: this one ends before it.
          goingOn.push(runMachine(stack, host, id, Input, Name))
          return Promise.resolve({ ExecutionArn: executionArn(id, Name) })
        }
      : async (event) => {
          largestState = Math.max(largestState, JSON.stringify(event).length)
          return (await host.invoke(Resource, event)) as Json
        }
  }
  const waits = Object.fromEntries(Object.keys(handlers).map((state) => [state, 10]))
  const machine = new StateMachine(definition as ConstructorParameters<typeof StateMachine>[0])
  const context = {
    Execution: {
      Id: executionArn(id, name),
      Input: input as Json,
      Name: name,
      StartTime: new Date().toISOString(),
    },
    StateMachine: { Id: arn, Name: id },
  }
  const execution = machine.run(input as Json, {
    overrides: { taskResourceLocalHandlers: handlers, retryIntervalOverrides: waits },
    context,
  })
  try {
    const output = (await execution.result) as Record<string, unknown>
    return { status: 'SUCCEEDED', output, largestState, continued: await Promise.all(goingOn) }
  } catch (error) {
    // The error of the Fail state is the cause of the interpreter's own.
    const failed = (error as Error).cause as Error
    return {
      status: 'FAILED',
      error: { name: failed.name, cause: failed.message },
      largestState,
      continued: await Promise.all(goingOn),
    }
  }
}

/** An execution and those in which it went on. */
export function allOf(ended: Ended): Ended[] {
  return [ended, ...ended.continued.flatMap(allOf)]
}

function executionArn(id: string, name: string): string {
  return `arn:aws:states:${REGION}:${ACCOUNT}:execution:${id}:${name}`
}
