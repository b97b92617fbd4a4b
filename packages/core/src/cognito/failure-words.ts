import type { CognitoError } from './cognito-api.js'

/** Failures that this program names itself, in its own words: no answer of the service is in them. */
const OWN = [
  'UnreadableAnswer',
  'UnknownOperation',
  'ListingDoesNotAdvance',
  'UploadFailed',
  'ImageUnavailable',
]
const UNREADABLE = /^HTTP \d+$/

/** What the SDK says before anything is sent, or when nothing has come back: of profiles, hosts and times, never of a request's values. */
const OF_THE_SDK = ['CredentialsProviderError', 'TokenProviderError', 'TimeoutError']
/** As the system and TLS name their failures (`ECONNREFUSED`, `CERT_HAS_EXPIRED`); the API's names are in camel case. */
const OF_THE_SYSTEM = /^[A-Z][A-Z0-9_]+$/

const LACKING = 'the endpoint does not have this operation'

/** What the service means, by the API reference, in words that hold nothing of the request. */
const MEANINGS: Readonly<Record<string, string>> = {
  AliasExistsException: 'another user has the email address, the phone number or the name to sign in with',
  ConcurrentModificationException: 'somebody else changed it at the same time',
  DuplicateProviderException: 'the pool has a provider of this name already',
  FeatureUnavailableInTierException: 'the tier of the pool does not have it',
  GroupExistsException: 'the pool has a group of this name already',
  InternalErrorException: 'an error inside the service',
  InvalidOAuthFlowException: 'the pool or the client does not take these OAuth flows',
  InvalidParameterException: 'the service does not take a value of the request',
  InvalidPasswordException: 'the password does not fit the policy of the pool',
  LimitExceededException: 'a quota is used up',
  NotAuthorizedException: 'the service does not allow it',
  PasswordResetRequiredException: 'the user has to reset the password first',
  PreconditionNotMetException: 'the state that it needs is not there',
  ResourceNotFoundException: 'it is not there, or no more',
  SerializationException: 'the service cannot read the request',
  NotImplemented: LACKING,
  UnknownOperationException: LACKING,
  Unsupported: LACKING,
  UnsupportedOperation: LACKING,
  UnsupportedUserStateException: 'the state of the user does not allow it',
  UserImportInProgressException: 'an import job is under way in the pool',
  UsernameExistsException: 'the pool has a user of this name already',
  UserNotConfirmedException: 'the user is not confirmed',
  UserNotFoundException: 'the user is not there, or no more',
  UserPoolAddOnNotEnabledException: 'the pool does not have the add-on enabled',
  ValidationException: 'the service does not take a value of the request',
  // Of credentials.
  ExpiredToken: 'the credentials have expired',
  ExpiredTokenException: 'the credentials have expired',
  IncompleteSignature: 'the signature is not whole',
  InvalidClientTokenId: 'the credentials are not known',
  InvalidSignatureException: 'the signature is wrong: of a wrong secret key, or a wrong clock',
  MissingAuthenticationToken: 'the request came without credentials',
  MissingAuthenticationTokenException: 'the request came without credentials',
  RequestExpired: 'the signature is too old: of a wrong clock, most likely',
  RequestTimeTooSkewed: 'the signature is not of this time: of a wrong clock, most likely',
  SignatureDoesNotMatch: 'the signature is wrong: of a wrong secret key, most likely',
  UnrecognizedClientException: 'the credentials are not known',
}

/**
 * Why a call failed, on one line that may go into errors, logs, messages and manifests: the exception's name and what it means. The service's own words are
 * not repeated, for they may quote a value of the request: a user's name, an address. Only what this program, the SDK or the system says itself is.
 */
export function failureWords(error: CognitoError): string {
  const { exception, outcome } = error
  const isOfTheService = !(
    OWN.includes(exception) ||
    UNREADABLE.test(exception) ||
    OF_THE_SDK.includes(exception) ||
    OF_THE_SYSTEM.test(exception)
  )
  const words = isOfTheService
    ? meaningOf(exception, outcome)
    : (error.message.split('\n', 1)[0] ?? '').slice(0, 300)
  return words === '' ? exception : `${exception}: ${words}`
}

function meaningOf(exception: string, outcome: CognitoError['outcome']): string {
  if (outcome === 'throttled') return 'refused for the rate of requests'
  const known = Object.hasOwn(MEANINGS, exception) ? MEANINGS[exception] : undefined
  return known ?? (outcome === 'ambiguous' ? 'no answer, or an error inside the service' : '')
}
