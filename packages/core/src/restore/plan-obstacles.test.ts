import { describe, expect, it } from 'vitest'
import { noResources } from '../cognito/resource-set.js'
import type { JsonObject } from '../model/canonical.js'
import { plannedResources, type ResourcesOptions } from '../testing/planned-resources.js'
import { setOf } from '../testing/resource-sets.js'
import type { Step } from './step.js'

type Found = readonly [kind: string, name: string, body: JsonObject]

/** The steps into a new pool, but for the pool's own two. */
const planned = (found: readonly Found[], options: ResourcesOptions = {}): Step[] =>
  plannedResources(setOf(...found), noResources, { mode: 'new-pool', samePool: false, ...options })

describe('what nothing can make', () => {
  const apple: Found = [
    'identity-provider',
    'SignInWithApple',
    { ProviderName: 'SignInWithApple', ProviderType: 'SignInWithApple', ProviderDetails: { client_id: 'a' } },
  ]
  const client = (...providers: string[]): Found => [
    'client',
    'web-id',
    { ClientName: 'web', SupportedIdentityProviders: providers },
  ]

  it('is Apple’s provider without its key, and clients come without it', () => {
    const [provider, made, other] = planned([apple, client('COGNITO', 'SignInWithApple'), client('COGNITO')])
    expect([provider!.operations, provider!.notes]).toEqual([[], [{ code: 'apple-key' }]])
    for (const { input } of made!.operations) expect(input['SupportedIdentityProviders']).toEqual(['COGNITO'])
    expect(made!.notes).toEqual([
      { code: 'new-client-id' },
      { code: 'provider-left-out', detail: 'SignInWithApple' },
    ])
    expect(other!.notes).toEqual([{ code: 'new-client-id' }])
  })

  it('is no obstacle where the target has it', () => {
    const steps = plannedResources(setOf(apple, client('SignInWithApple')), setOf(apple))
    expect(
      steps.map(({ subject, operations }) => [
        subject.kind,
        operations[0]?.input['SupportedIdentityProviders'],
      ]),
    ).toEqual([['client', ['SignInWithApple']]])
  })

  it('is said of a client that would otherwise be as it was', () => {
    const steps = plannedResources(
      setOf(apple, client('COGNITO', 'SignInWithApple')),
      setOf(client('COGNITO')),
    )
    expect(steps).toEqual([
      expect.objectContaining({ notes: [{ code: 'apple-key' }] }),
      {
        phase: 'client',
        subject: { kind: 'client', id: 'web-id' },
        operations: [],
        notes: [{ code: 'provider-left-out', detail: 'SignInWithApple' }],
      },
    ])
  })

  it('is a domain that another pool holds', () => {
    const domain: Found = ['domain', 'shop', { Domain: 'shop' }]
    expect(planned([domain], { domainsHeld: ['shop'] })).toEqual([
      {
        phase: 'domain',
        subject: { kind: 'domain', id: 'shop' },
        operations: [],
        notes: [{ code: 'domain-held' }],
      },
    ])
    // Only of domains.
    const group: Found = ['group', 'shop', { GroupName: 'shop' }]
    expect(planned([group], { domainsHeld: ['shop'] })[0]!.operations).toHaveLength(1)
    expect(planned([domain], { domainsHeld: ['other'] })[0]!.operations).toHaveLength(1)
  })
})
