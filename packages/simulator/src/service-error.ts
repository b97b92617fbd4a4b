/** An error as the service answers it: a name and a message, HTTP 400 unless it is the service's own fault. */
export class ServiceError extends Error {
  readonly status: number

  constructor(
    readonly code: string,
    message: string,
    status?: number,
  ) {
    super(message)
    this.name = code
    this.status = status ?? (code === 'InternalErrorException' ? 500 : 400)
  }
}

/** The commonest of them. */
export function invalidParameter(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message)
}

/** Something named in the request does not exist. */
export function notFound(message: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', message)
}
