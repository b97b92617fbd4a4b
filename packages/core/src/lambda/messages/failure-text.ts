/** What went wrong, as the messages tell it. */
export interface ToldFailure {
  /** A code of this program, or the name that the state machine has for it. */
  readonly code: string
  readonly message: string
  readonly hint?: string | undefined
}

/** What the state machine says when a function had no say. */
const OF_THE_SERVICE: Readonly<Record<string, string>> = {
  'States.Timeout': 'the function was not done in its time, however often it was tried again',
  'Sandbox.Timedout': 'the function was not done in its time, however often it was tried again',
  'Lambda.Unknown':
    'the function was stopped, however often it was tried again: out of memory is the usual cause',
  'Runtime.OutOfMemory':
    'the function was stopped because it needed more memory than it has, however often it was tried again',
  'Runtime.ExitError':
    'the function was stopped, however often it was tried again: out of memory is the usual cause',
  'Lambda.TooManyRequestsException':
    'Lambda has no room for the function: the account runs as many as it may',
  'States.TaskFailed': 'the function could not be called',
  'States.DataLimitExceeded':
    'a state was larger than the state machine takes; this is a defect, please report it',
}

/** How a function throws what went wrong, so that {@link failureOf} finds all of it again. */
export const HINT_MARK = '\nhint: '

/**
 * What a state machine caught, as what it was. Of what this program did not throw itself, no word is repeated: a service may
 * quote a request.
 */
export function failureOf({
  Error: name = '',
  Cause = '',
}: {
  Error?: string | undefined
  Cause?: string | undefined
}): ToldFailure {
  const thrown = /^[A-Z][A-Z_]+$/.test(name) ? messageIn(Cause) : undefined
  if (thrown !== undefined) {
    const [message = '', hint] = thrown.split(HINT_MARK, 2)
    return { code: name, message, ...(hint === undefined ? {} : { hint }) }
  }
  const known = OF_THE_SERVICE[name]
  return {
    code: name || 'INTERNAL',
    message: known ?? `the step ended with ${name || 'an unknown failure'}`,
    hint: 'see the log of the function, at the time of the execution',
  }
}

function messageIn(cause: string): string | undefined {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown }
    return typeof errorMessage === 'string' ? errorMessage : undefined
  } catch {
    return undefined
  }
}

/** The failure in two lines at most. */
export function failureText({ code, message, hint }: ToldFailure): string {
  return [`${message} (${code})`, ...(hint === undefined ? [] : [`Hint: ${hint}`])].join('\n')
}
