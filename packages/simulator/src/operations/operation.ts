import type { Account } from '../account.js'
import type { JsonObject, RawJson } from '../json.js'

/** What an operation answers with; nothing is an empty body. */
export type Answer = JsonObject | RawJson | undefined

/**
 * One operation: it takes effect at once and as a whole, or throws a ServiceError and changes nothing. The
 * request has been checked against the API model, so its type is the model's.
 */
export type Operation<Request> = (request: Request, account: Account) => Answer

/** Operations by name. Their request types differ, hence `never`: the server passes what it has validated. */
export type Operations = Readonly<Record<string, Operation<never>>>
