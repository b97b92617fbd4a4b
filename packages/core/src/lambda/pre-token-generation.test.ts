import { describe, expect, it, vi } from 'vitest'
import { handler, type PreTokenHandler, withOriginalSub } from './pre-token-generation.js'
import type { TriggerEvent } from './trigger-event.js'

const SUB = '11111111-2222-4333-8444-555555555555'

/** An event as the Developer Guide shows it: the same members in every version, others in what is answered. */
function eventOf(
  version: string,
  userAttributes: Record<string, string> | undefined,
  response = {},
): TriggerEvent {
  return {
    version,
    triggerSource: 'TokenGeneration_Authentication',
    userPoolId: 'eu-west-1_Ab12Cd34E',
    userName: 'ann',
    request: {
      ...(userAttributes === undefined ? {} : { userAttributes }),
      groupConfiguration: { groupsToOverride: ['buyers'], iamRolesToOverride: [], preferredRole: null },
      ...(version === '1' ? {} : { scopes: ['openid'] }),
    },
    response,
  }
}

const kept = { sub: 'sub-2', 'custom:original_sub': SUB }
const claims = { claimsToAddOrOverride: { original_sub: SUB } }
const answer = async (event: TriggerEvent, trigger = handler): Promise<unknown> =>
  (await trigger(event, {})).response

describe('the first sub', () => {
  it.each(['1', '2', '3'])('becomes a claim in an event of version %s', async (version) => {
    const event = eventOf(version, kept)
    const answered = await handler(event, {})
    expect(answered).toEqual({
      ...event,
      response:
        version === '1'
          ? { claimsOverrideDetails: claims }
          : { claimsAndScopeOverrideDetails: { idTokenGeneration: claims, accessTokenGeneration: claims } },
    })
    expect(event.response).toEqual({})
  })

  it.each<[string, unknown]>([
    ['null', null],
    ['details that are null', { claimsOverrideDetails: null }],
    ['claims that are null', { claimsOverrideDetails: { claimsToAddOrOverride: null } }],
  ])('takes a response of %s', async (_, response) => {
    expect(await answer({ ...eventOf('1', kept), response })).toEqual({ claimsOverrideDetails: claims })
  })

  it.each<[string, TriggerEvent]>([
    ['a user without the attribute', eventOf('2', { sub: 'sub-2' })],
    ['a user whose attribute is empty', eventOf('1', { 'custom:original_sub': '' })],
    ['a machine, which has no attributes', eventOf('3', undefined)],
    ['an event without a request', { version: '1', response: {} }],
    ['an event with nothing in it', {}],
  ])('lets in %s, and says nothing', async (_, event) => {
    expect(await handler(event, {})).toEqual(event)
  })

  it('comes from the attribute and under the claim that are configured', async () => {
    vi.stubEnv('ORIGINAL_SUB_ATTRIBUTE', 'custom:old')
    vi.stubEnv('ORIGINAL_SUB_CLAIM', 'https://example.com/old')
    const trigger = withOriginalSub()
    vi.unstubAllEnvs()
    expect(await answer(eventOf('1', { 'custom:old': SUB }), trigger)).toEqual({
      claimsOverrideDetails: { claimsToAddOrOverride: { 'https://example.com/old': SUB } },
    })
  })
})

describe('a trigger that the pool has already', () => {
  it.each(['1', '2'])('keeps all that it made of an event of version %s', async (version) => {
    const made = {
      claimsOverrideDetails: { claimsToAddOrOverride: { plan: 'gold' }, claimsToSuppress: ['email'] },
      claimsAndScopeOverrideDetails: {
        idTokenGeneration: { claimsToSuppress: ['email'] },
        accessTokenGeneration: { claimsToAddOrOverride: { plan: 'gold' }, scopesToAdd: ['orders/read'] },
        groupOverrideDetails: { groupsToOverride: ['vip'] },
      },
      unheardOf: { kept: true },
    }
    const own: PreTokenHandler = (event) => ({ ...event, response: made })
    const { claimsOverrideDetails, claimsAndScopeOverrideDetails } = made
    const both = { plan: 'gold', original_sub: SUB }
    expect(await answer(eventOf(version, kept), withOriginalSub(own))).toEqual(
      version === '1'
        ? { ...made, claimsOverrideDetails: { ...claimsOverrideDetails, claimsToAddOrOverride: both } }
        : {
            ...made,
            claimsAndScopeOverrideDetails: {
              ...claimsAndScopeOverrideDetails,
              idTokenGeneration: { ...claims, claimsToSuppress: ['email'] },
              accessTokenGeneration: { claimsToAddOrOverride: both, scopesToAdd: ['orders/read'] },
            },
          },
    )
  })

  it('may say itself what the claim is', async () => {
    const response = { claimsOverrideDetails: { claimsToAddOrOverride: { original_sub: 'theirs' } } }
    const own: PreTokenHandler = (event) => Promise.resolve({ ...event, response })
    expect(await answer(eventOf('1', kept), withOriginalSub(own))).toEqual(response)
  })

  it('may refuse', async () => {
    const own: PreTokenHandler = () => Promise.reject(new Error('no'))
    await expect(withOriginalSub(own)(eventOf('1', kept), {})).rejects.toThrow('no')
  })
})
