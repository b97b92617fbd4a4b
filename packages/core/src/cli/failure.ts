import { CognitoError } from '../cognito/cognito-api.js'
import { CodedError } from '../model/errors.js'
import { clip, printable } from './render-text.js'

/** Whatever was thrown as an error that says what to do. */
export function toCodedError(error: unknown, signal: AbortSignal): CodedError {
  if (error instanceof CodedError) return error
  if (signal.aborted) {
    return new CodedError('INTERRUPTED', 'stopped before the end', {
      hint: 'nothing half-done is visible in the vault; run the same command again',
      cause: error,
    })
  }
  return new CodedError('INTERNAL', `this should not have happened: ${nameOf(error)}`, {
    hint: 'this is a defect: please report it, with what --verbose says',
    cause: error,
  })
}

/** A failure as the JSON documents have it. */
export function failureDocument(error: CodedError): Record<string, string | null> {
  return { code: error.code, message: error.message, hint: error.hint ?? null }
}

/** A failure as people are told. */
export function failureText(error: CodedError, verbose: boolean): string {
  const lines = [`cognito-vault: ${printable(error.message)}`]
  if (error.hint !== undefined) lines.push(`hint: ${printable(error.hint)}`)
  if (verbose) lines.push(`code: ${error.code}`, ...causes(error).map((cause) => `caused by: ${cause}`))
  return `${lines.join('\n')}\n`
}

const MOST_CAUSES = 10

/** The chain of causes. What services and libraries say may quote a request, so of theirs the names alone are shown. */
function causes(error: Error): string[] {
  const chain: string[] = []
  for (let cause = error.cause; cause !== undefined && chain.length < MOST_CAUSES;) {
    chain.push(printable(describe(cause)))
    cause = cause instanceof Error ? cause.cause : undefined
  }
  return chain
}

function describe(cause: unknown): string {
  if (cause instanceof CodedError) return `${cause.code}: ${cause.message}`
  if (cause instanceof CognitoError) return `${cause.operation}: ${cause.exception} (${cause.outcome})`
  return nameOf(cause) + stackOf(cause)
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const { code, syscall } = error as NodeJS.ErrnoException
  return [error.name, code, syscall].filter((part) => typeof part === 'string').join(' ')
}

/** Where a defect showed: the first line of the stack that is a place. */
function stackOf(error: unknown): string {
  const place = error instanceof Error ? /\n\s+(at .*)/.exec(error.stack ?? '')?.[1] : undefined
  return place === undefined ? '' : ` ${clip(place, 200)}`
}
