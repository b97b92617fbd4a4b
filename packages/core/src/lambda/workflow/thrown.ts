import { CodedError } from '../../model/errors.js'
import { HINT_MARK } from '../messages/failure-text.js'

/** Whatever was thrown, without a word of what services and libraries say: they may quote a request. */
export function toCoded(error: unknown, signal?: AbortSignal): CodedError {
  if (error instanceof CodedError) return error
  if (signal?.aborted === true)
    return new CodedError('INTERRUPTED', 'the time that Lambda gives was over', {
      hint: 'what was done is kept; start the state machine again',
      cause: error,
    })
  return new CodedError('INTERNAL', `this should not have happened: ${nameOf(error)}`, {
    hint: 'this is a defect: please report it, with what the log of the function says',
    cause: error,
  })
}

/** Lambda tells a state machine an error's name and message: here its code, and its message with the hint. */
export function thrownAs({ code, message, hint }: CodedError): Error {
  const thrown = new Error(hint === undefined ? message : `${message}${HINT_MARK}${hint}`)
  thrown.name = code
  // A stack would be this place's. Lambda's runtime splits it, so that it has to be a string.
  thrown.stack = ''
  return thrown
}

const MOST_CAUSES = 5

/** The kinds of what lies beneath an error and where each arose, without their words. */
export function causesOf(error: Error): string[] {
  const causes: string[] = []
  for (let cause = error.cause; cause !== undefined && causes.length < MOST_CAUSES;) {
    const place = cause instanceof Error ? /\n\s+(at .*)/.exec(cause.stack ?? '')?.[1] : undefined
    causes.push(place === undefined ? nameOf(cause) : `${nameOf(cause)} ${place.slice(0, 200)}`)
    cause = cause instanceof Error ? cause.cause : undefined
  }
  return causes
}

function nameOf(error: unknown): string {
  if (error instanceof CodedError) return error.code
  return error instanceof Error ? error.name : typeof error
}
