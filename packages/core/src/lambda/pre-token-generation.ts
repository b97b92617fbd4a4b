import { membersOf, type TriggerEvent } from './trigger-event.js'

/** A trigger of pre token generation; one that calls back instead of answering is to be wrapped in a promise first. */
export type PreTokenHandler = (event: TriggerEvent, context: unknown) => Promise<TriggerEvent> | TriggerEvent

export interface OriginalSubSettings {
  /** The attribute that `--keep-sub` named. */
  readonly attribute?: string
  /** The claim that tokens get. None of those that Cognito lets nobody change, such as `sub`. */
  readonly claim?: string
}

const unchanged: PreTokenHandler = (event) => event

/**
 * A trigger that adds the first sub of a user, as a restore with `--keep-sub` has kept it, as a claim: to the ID token, and
 * with events of version 2 and 3 to the access token too. What another handler has made of the event stays as it is, also
 * a claim of the same name; a user without the attribute is signed in without the claim. Never throws by itself.
 *
 * @param handler the pool's own trigger, if it has one: it runs first, and what it throws is thrown
 * @param settings where not given, `ORIGINAL_SUB_ATTRIBUTE` and `ORIGINAL_SUB_CLAIM` of the environment, else
 *   `custom:original_sub` and `original_sub`
 */
export function withOriginalSub(
  handler: PreTokenHandler = unchanged,
  settings: OriginalSubSettings = {},
): PreTokenHandler {
  const { env } = process
  const attribute = settings.attribute ?? (env['ORIGINAL_SUB_ATTRIBUTE'] || 'custom:original_sub')
  const claim = settings.claim ?? (env['ORIGINAL_SUB_CLAIM'] || 'original_sub')
  return async (event, context) => {
    // Of the event as it came: the other handler may answer with less.
    const sub = membersOf(membersOf(event.request)['userAttributes'])[attribute]
    const answered = await handler(event, context)
    return typeof sub === 'string' && sub !== '' ? withClaim(answered, claim, sub) : answered
  }
}

/** The trigger of a pool that has no other. */
export const handler: PreTokenHandler = withOriginalSub()

function withClaim(event: TriggerEvent, claim: string, value: string): TriggerEvent {
  const response = membersOf(event.response)
  const added = (details: unknown): object => {
    const members = membersOf(details)
    return {
      ...members,
      claimsToAddOrOverride: { [claim]: value, ...membersOf(members['claimsToAddOrOverride']) },
    }
  }
  if (!customisesAccessTokens(event))
    return {
      ...event,
      response: { ...response, claimsOverrideDetails: added(response['claimsOverrideDetails']) },
    }
  const details = membersOf(response['claimsAndScopeOverrideDetails'])
  return {
    ...event,
    response: {
      ...response,
      claimsAndScopeOverrideDetails: {
        ...details,
        idTokenGeneration: added(details['idTokenGeneration']),
        accessTokenGeneration: added(details['accessTokenGeneration']),
      },
    },
  }
}

/** Events of version 2 and 3 have other members in their response than those of version 1. */
function customisesAccessTokens({ version = '1' }: TriggerEvent): boolean {
  return Number.parseInt(version, 10) >= 2
}
