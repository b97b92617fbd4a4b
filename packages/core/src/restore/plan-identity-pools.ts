import { objects, text } from '../cognito/canonical-body.js'
import { clientRef, POOL_PROVIDER_REF, ref } from '../cognito/operation.js'
import type { Pairing, ResourceSet } from '../cognito/resource-set.js'
import { isProviderOf, pointedAt, providerNameOf } from '../cognito/resources/identity-pool-providers.js'
import type { FoundResource } from '../cognito/resources/resource-kind.js'
import { type JsonValue, sameJson } from '../model/canonical.js'
import type { Note } from './fidelity-notes.js'
import type { Step } from './step.js'

/** The clients that the target has or that the plan makes, as a request may name them. */
export interface ClientsOfTarget {
  /** Notes what becomes of a client of the snapshot. */
  note(wanted: string, current: string | undefined, step: Step | undefined): void
  /** By its id in the snapshot or in the target. */
  of(id: string): JsonValue | undefined
}

export function clientsOfTarget(current: ResourceSet): ClientsOfTarget {
  const clients = new Map<string, JsonValue>(current.of('client').map(({ name }) => [name, name]))
  return {
    note: (wanted, now, step) => {
      if (now !== undefined) clients.set(wanted, now)
      else if (step !== undefined && step.operations.length > 0) clients.set(wanted, ref(clientRef(wanted)))
    },
    of: (id) => clients.get(id),
  }
}

const NOT_MADE = 'client-not-made'

/** Whether there is no use in making what the notes are about. */
export function isNotMade(notes: readonly Note[]): boolean {
  return notes.some(({ code }) => code === NOT_MADE)
}

/** What an identity pool is to point at when the plan is done. */
interface PointingPlan {
  readonly wanted: ResourceSet
  readonly clients: ClientsOfTarget
  readonly pairing: Pairing
  readonly targetPoolId: string | undefined
}

/**
 * An identity pool of the snapshot as it is to be in the target: pointing at its pool, and at its clients, by references
 * where the plan makes them. In its own pool a client that is gone for good stays named, as it was in the snapshot. Elsewhere
 * one that would point at no client of the pool is not to be made: nobody would find it again by where it points.
 */
export function pointIdentityPool(
  { name, body }: FoundResource,
  { wanted, clients, pairing, targetPoolId }: PointingPlan,
): { resource: FoundResource; notes: Note[] } {
  const sourcePoolId = text(wanted.one('pool')?.body ?? {}, 'Id')
  const pools = [sourcePoolId, targetPoolId ?? ''].filter((id) => id !== '')
  const provider = targetPoolId === undefined ? ref(POOL_PROVIDER_REF) : providerNameOf(targetPoolId)
  const pointed = pointedAt(body, {
    isPool: (other) => pools.some((id) => isProviderOf(id, other)),
    provider,
    client: (id) => clients.of(id) ?? (pairing.samePool ? id : undefined),
  })
  const detail = pointed.leftOut.join(', ')
  const resource = { name, body: pointed.body }
  if (detail === '') return { resource, notes: [] }
  const pointsAtPool = objects(pointed.body, 'CognitoIdentityProviders').some((entry) =>
    sameJson(entry['ProviderName'], provider),
  )
  return { resource, notes: [{ code: pointsAtPool ? 'identity-pool-client-left-out' : NOT_MADE, detail }] }
}
