import { RESOURCE_KINDS } from '../../src/cognito/resources/resource-kinds.js'

/** The kinds that belong to clients, by their names in gaps: unknown where the clients are. */
export const OF_CLIENTS = RESOURCE_KINDS.filter(({ ofClients }) => ofClients === true).map(
  ({ plural }) => plural,
)

/** What is read by asking for the clients, or by asking about each. */
export function readWith(resource: string, operation: string): string[] {
  // Terms have a listing of their own.
  const asked = OF_CLIENTS.filter((kind) => kind !== 'terms')
  return operation === 'ListUserPoolClients' ? [resource, ...asked] : [resource]
}

/** What cannot be compared where a resource is not known. */
export function unknownWith(resource: string): string[] {
  return resource === 'clients' ? [resource, ...OF_CLIENTS] : [resource]
}
