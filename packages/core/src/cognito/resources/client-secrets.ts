import type { JsonObject } from '../../model/canonical.js'
import { canonicalBody, objects, text } from '../canonical-body.js'
import { items } from '../paginate.js'
import { ofEachClient } from './of-each-client.js'
import { recordedKind } from './recorded-kind.js'

/** How many secrets a client has, with their ids and dates: ListUserPoolClientSecrets, which gives no value. */
export const clientSecretsKind = recordedKind({
  kind: 'client-secrets',
  plural: 'clientSecrets',
  ofClients: true,
  read: (reading) =>
    ofEachClient(reading, async (ClientId) => {
      const ClientSecrets: JsonObject[] = []
      const listing = {
        operation: 'ListUserPoolClientSecrets',
        input: { UserPoolId: text(reading.pool, 'Id'), ClientId },
        items: 'ClientSecrets',
        token: 'NextToken' as const,
      }
      for await (const secret of items(reading.api, listing)) ClientSecrets.push(secret)
      return ClientSecrets.length === 0 ? undefined : { ClientSecrets }
    }),
  normalise: canonicalBody,
  /** Ids and dates are the service's; a client that is made again has others. */
  settable: (body) => ({ ClientSecrets: countSecrets(body) }),
})

export function countSecrets(body: JsonObject): number {
  return objects(body, 'ClientSecrets').length
}
