import type { ResourceSet } from '../cognito/resource-set.js'
import type { FoundResource, ResourceKind } from '../cognito/resources/resource-kind.js'
import type { Note } from './fidelity-notes.js'
import { lacksAppleKey } from './resource-notes.js'

/** The identity providers that the target lacks and that nothing can make. */
export function providersThatCannotBeMade(wanted: ResourceSet, current: ResourceSet): ReadonlySet<string> {
  const present = new Set(current.of('identity-provider').map(({ name }) => name))
  return new Set(
    wanted
      .of('identity-provider')
      .filter((provider) => lacksAppleKey(provider) && !present.has(provider.name))
      .map(({ name }) => name),
  )
}

/** A client without the providers that will not be there: with them, no request for it would be accepted. */
export function withoutProviders(
  kind: ResourceKind,
  resource: FoundResource,
  lacking: ReadonlySet<string>,
): { resource: FoundResource; notes: Note[] } {
  const { SupportedIdentityProviders: providers } = resource.body
  if (kind.kind !== 'client' || !Array.isArray(providers)) return { resource, notes: [] }
  const isLacking = (provider: unknown): boolean => lacking.has(String(provider))
  const left = providers.filter(isLacking)
  if (left.length === 0) return { resource, notes: [] }
  const body = {
    ...resource.body,
    SupportedIdentityProviders: providers.filter((provider) => !isLacking(provider)),
  }
  return {
    resource: { ...resource, body },
    notes: [{ code: 'provider-left-out', detail: left.map(String).join(', ') }],
  }
}
