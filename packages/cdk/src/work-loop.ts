/**
 * The one shape that all state machines have: a loop of slices, each a call of a Lambda function, none longer than ten minutes.
 *
 * States pass on what the functions answer, which is small (ids and positions, never records): all else lies in the vault. Retries of
 * requests belong to the slice; the machine tries again only what ended without an answer, or did not begin.
 */

type State = Readonly<Record<string, unknown>>

/** A state machine in the Amazon States Language (JSONPath). */
export interface MachineDefinition {
  readonly Comment: string
  readonly StartAt: string
  readonly States: Readonly<Record<string, State>>
}

export interface WorkLoop {
  readonly comment: string
  /** Such as `aws`: of the Region that the machine is in. */
  readonly partition: string
  /** ARN of the function that does the work. */
  readonly work: string
  /** ARN of the function that clears up when all is done; it fails by itself, and what was finished stays finished. */
  readonly clearUp?: string
}

/** More than Lambda allows, so that a function that is killed is reported by Lambda, not cut off here. */
const LONGEST_CALL_SECONDS = 930

/**
 * Draws the loop.
 *
 * The function is invoked with `{ step, execution, startedAt, input, state, error }`: `step` is `prepare`, `slice`, `finish` or `fail`;
 * `execution` the execution's ARN, `startedAt` its ISO 8601 start and `input` its input; `state` the function's last answer (`{}` before
 * the first); `error` is there for `fail` only, `{ Error, Cause }` as Step Functions gives it. It answers the next state, with
 *
 * - `next`: `slice` (work on), `finish` (invoke me with this step), `again` (go on in a new execution, whose input is
 *   `{ "resume": <this answer> }`), or `done`;
 * - `ok`, when `next` is `done`: whether the execution succeeds.
 *
 * What the function answers to `fail` is the next state too: with `next`, other parts of the work are gone on with; without it, the execution
 * fails with what was caught.
 *
 * The function that clears up gets `step: "clear-up"` and the same members; its answer is kept beside, as `state.clearedUp`.
 */
export function workLoop(loop: WorkLoop): MachineDefinition {
  const afterwards = loop.clearUp === undefined ? 'Outcome' : 'ClearUp'
  return {
    Comment: loop.comment,
    // An input may be any JSON; what failures are added to has to be an object.
    StartAt: 'Begin',
    States: {
      Begin: { Type: 'Pass', Result: {}, Next: 'Prepare' },
      Prepare: call(loop.work, 'prepare', { Next: 'WhatNext' }),
      WhatNext: {
        Type: 'Choice',
        Choices: [
          { Not: { Variable: '$.next', IsPresent: true }, Next: 'UnknownAnswer' },
          nextIs('slice', 'Slice'),
          nextIs('finish', 'Finish'),
          nextIs('again', 'GoOn'),
          nextIs('done', afterwards),
        ],
        Default: 'UnknownAnswer',
      },
      Slice: call(loop.work, 'slice', { Next: 'WhatNext' }),
      Finish: call(loop.work, 'finish', { Next: 'WhatNext' }),
      GoOn: {
        Type: 'Task',
        Resource: `arn:${loop.partition}:states:::states:startExecution`,
        Parameters: {
          'StateMachineArn.$': '$$.StateMachine.Id',
          // The same name each time, so that a request sent twice starts one execution.
          'Name.$': "States.Format('again-{}', States.Hash($$.Execution.Id, 'SHA-256'))",
          Input: {
            'resume.$': '$',
            'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$': '$$.Execution.Id',
          },
        },
        ResultPath: '$.goesOnIn',
        Retry: [{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 5 }],
        Catch: caught('ReportFailure'),
        Next: 'Done',
      },
      ...(loop.clearUp === undefined
        ? {}
        : {
            ClearUp: call(loop.clearUp, 'clear-up', {
              ResultPath: '$.clearedUp',
              Catch: caught('ReportClearUpFailure'),
              Next: 'Outcome',
            }),
            ReportClearUpFailure: report(loop.clearUp),
          }),
      Outcome: {
        Type: 'Choice',
        Choices: [
          {
            And: [
              { Variable: '$.ok', IsPresent: true },
              { Variable: '$.ok', BooleanEquals: true },
            ],
            Next: 'Done',
          },
        ],
        Default: 'NotComplete',
      },
      Done: { Type: 'Succeed' },
      NotComplete: {
        Type: 'Fail',
        Error: 'NotComplete',
        Cause: 'The work ended, but not all of it was done: the last answer of Finish says what is missing.',
      },
      UnknownAnswer: {
        Type: 'Pass',
        Result: { Error: 'UnknownAnswer', Cause: 'The function answered without a known value of next.' },
        ResultPath: '$.failure',
        Next: 'ReportFailure',
      },
      ReportFailure: { ...report(loop.work), ResultPath: '$.reported', Next: 'AfterFailure' },
      // Work of several parts goes on with the next one.
      AfterFailure: {
        Type: 'Choice',
        Choices: [{ Variable: '$.reported.next', IsPresent: true, Next: 'WorkOn' }],
        Default: 'Failed',
      },
      WorkOn: { Type: 'Pass', InputPath: '$.reported', Next: 'WhatNext' },
      Failed: { Type: 'Fail', ErrorPath: '$.failure.Error', CausePath: '$.failure.Cause' },
    },
  }
}

function call(functionArn: string, step: string, rest: State): State {
  return {
    Type: 'Task',
    Resource: functionArn,
    Parameters: invocation(step),
    TimeoutSeconds: LONGEST_CALL_SECONDS,
    Retry: retries(),
    Catch: caught('ReportFailure'),
    ...rest,
  }
}

/** Tells people; that this fails too does not hide why the work failed. */
function report(functionArn: string): State {
  return {
    Type: 'Task',
    Resource: functionArn,
    Parameters: { ...invocation('fail'), 'error.$': '$.failure' },
    TimeoutSeconds: LONGEST_CALL_SECONDS,
    ResultPath: null,
    Retry: retries(),
    Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.reporting', Next: 'Failed' }],
    Next: 'Failed',
  }
}

function invocation(step: string): State {
  return {
    step,
    'execution.$': '$$.Execution.Id',
    'startedAt.$': '$$.Execution.StartTime',
    'input.$': '$$.Execution.Input',
    'state.$': '$',
  }
}

/** A function that did not run, or an answer that did not come. What the function itself throws is not tried again. */
function retries(): readonly State[] {
  return [
    {
      ErrorEquals: [
        'Lambda.ClientExecutionTimeoutException',
        'Lambda.ServiceException',
        'Lambda.AWSLambdaException',
        'Lambda.SdkClientException',
        'Lambda.TooManyRequestsException',
        // Killed: by the time limit, for lack of memory, or with its machine. The next call goes on where it stopped.
        'Sandbox.Timedout',
        'Runtime.ExitError',
        'Runtime.OutOfMemory',
        'Lambda.Unknown',
        'States.Timeout',
      ],
      IntervalSeconds: 2,
      BackoffRate: 2,
      MaxDelaySeconds: 120,
      MaxAttempts: 6,
      JitterStrategy: 'FULL',
    },
  ]
}

function caught(next: string): readonly State[] {
  return [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: next }]
}

function nextIs(value: string, state: string): State {
  return { Variable: '$.next', StringEquals: value, Next: state }
}
