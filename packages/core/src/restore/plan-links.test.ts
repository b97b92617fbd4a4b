import { describe, expect, it } from 'vitest'
import { noResources } from '../cognito/resource-set.js'
import { plannedSurvivor, type SurvivorOptions } from '../testing/planned-survivor.js'
import { setOf } from '../testing/resource-sets.js'
import type { ViewedUser } from '../testing/user-views.js'
import { providersOfTarget } from './plan-links.js'
import type { PlanOptions } from './plan-options.js'
import type { Step } from './step.js'

const linked = (...userIds: readonly string[]): ViewedUser => ({
  attributes: {
    identities: JSON.stringify(
      userIds.map((id) => ({ providerName: id.split('_')[0], userId: id.split('_')[1] })),
    ),
  },
})

describe('the links of a user who lives', () => {
  const planned = (before: ViewedUser, now: ViewedUser, options?: SurvivorOptions): Step =>
    plannedSurvivor(before, now, options)!
  const expects = { sub: 'sub-1' }
  const source = (userId: string): object => ({
    ProviderName: 'Corp',
    ProviderAttributeName: 'Cognito_Subject',
    ProviderAttributeValue: userId,
  })

  it('are put back where they are gone, which widens access', () => {
    expect(planned(linked('Corp_1', 'Corp_2'), linked('Corp_2'))).toMatchObject({
      operations: [
        {
          operation: 'AdminLinkProviderForUser',
          input: {
            DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: 'ann' },
            SourceUser: source('1'),
          },
          expects,
          widens: 'linked-identity',
        },
      ],
      notes: [],
    })
  })

  it('are not put back when told to leave out what widens access', () => {
    expect(planned(linked('Corp_1'), {}, { noWidening: true })).toMatchObject({
      operations: [],
      notes: [{ code: 'widening-left-out', detail: 'links to Corp' }],
    })
  })

  it('are not put back to a provider that is not there', () => {
    expect(planned(linked('Gone_1', 'Gone_2'), {})).toMatchObject({
      operations: [],
      notes: [{ code: 'link-provider-missing', detail: 'Gone' }],
    })
  })

  it('that the snapshot does not have are left, or ended when asked for', () => {
    expect(planned({}, linked('Corp_1'))).toMatchObject({
      operations: [],
      notes: [{ code: 'link-left', detail: 'Corp' }],
    })
    expect(planned({}, linked('Corp_1'), { deleteExtra: true })).toMatchObject({
      operations: [{ operation: 'AdminDisableProviderForUser', input: { User: source('1') }, expects }],
      notes: [],
    })
    expect(planned({}, linked('Corp_1'), { deleteExtra: true, complete: false }).operations).toEqual([])
  })

  it('are left in a pool that is only added to', () => {
    expect(planned(linked('Corp_1'), {}, { mode: 'existing-pool' })).toMatchObject({
      operations: [],
      notes: [{ code: 'left-as-it-is', detail: 'identities' }],
    })
  })

  it('of a federated profile are no business of a restore', () => {
    const profile = { ...linked('Corp_1'), username: 'Corp_1' }
    const more = { ...linked('Corp_1', 'Corp_2'), username: 'Corp_1' }
    expect(planned(more, profile)).toMatchObject({
      operations: [],
      notes: [{ code: 'field-left', detail: 'identities' }],
    })
  })
})

describe('the providers that the target has when users are made', () => {
  const wanted = setOf(
    ['identity-provider', 'Corp', { ProviderType: 'SAML' }],
    ['identity-provider', 'SignInWithApple', { ProviderType: 'SignInWithApple', ProviderDetails: {} }],
  )
  const current = setOf(['identity-provider', 'Here', { ProviderType: 'SAML' }])
  const options = (more: Partial<PlanOptions>): PlanOptions => ({
    mode: 'in-place',
    deleteExtra: false,
    deleteNewer: false,
    noWidening: false,
    ...more,
  })

  it.each<[Partial<PlanOptions>, string[]]>([
    [{}, ['Here', 'Corp']],
    [{ noWidening: true }, ['Here']],
    [{ mode: 'existing-pool' }, ['Here', 'Corp']],
  ])('with %j', (more, expected) => {
    expect([...providersOfTarget(wanted, current, options(more))]).toEqual(expected)
  })

  it('in a new pool are the snapshot’s, but for those that cannot be made', () => {
    const inNewPool = options({ mode: 'new-pool', noWidening: true })
    expect([...providersOfTarget(wanted, noResources, inNewPool)]).toEqual(['Corp'])
  })
})
