import { type JsonObject, sameJson } from '../../model/canonical.js'
import { canonicalBody, objects, only, text, without } from '../canonical-body.js'
import { answerOf, type CognitoApi } from '../cognito-api.js'
import { type PlannedOperation, POOL_REF, ref } from '../operation.js'
import { ofEachClient, unlessGone } from './of-each-client.js'
import { changedMembers, type CreateOptions, type FoundResource, type ResourceKind } from './resource-kind.js'

const OUTPUT_ONLY = ['ManagedLoginBrandingId', 'UserPoolId', 'ClientId', 'CreationDate', 'LastModifiedDate']
/** A request takes 2 MB; some room is left for its other members. */
const MOST_BYTES = 1_990_000

/**
 * Managed login's style of each client: DescribeManagedLoginBrandingByClient, CreateManagedLoginBranding,
 * UpdateManagedLoginBranding, which keeps what a request leaves out. Only the client's own values are read, not those
 * that the service adds.
 */
export const brandingKind: ResourceKind = {
  kind: 'branding',
  plural: 'brandings',
  ofClients: true,
  read: (reading) =>
    ofEachClient(reading, (ClientId) =>
      describe(reading.api, { UserPoolId: text(reading.pool, 'Id'), ClientId }),
    ),
  normalise: canonicalBody,
  settable,
  matchName: ({ name }) => name,
  create,
  update: (wanted, current) => {
    const { patch, expects } = changedMembers(settable(wanted.body), settable(current.body), sameJson)
    return Object.keys(patch).length === 0
      ? []
      : [{ operation: 'UpdateManagedLoginBranding', input: named(current), patch, expects }]
  },
  remove: (current) => [{ operation: 'DeleteManagedLoginBranding', input: named(current) }],
  find: (api, input) => unlessGone(describe(api, input)),
  updateRequest: settable,
}

/** With the service's own values a request may hold no others. */
function settable(body: JsonObject): JsonObject {
  const values = body['UseCognitoProvidedValues'] === true ? ['Settings', 'Assets'] : []
  return without(body, [...OUTPUT_ONLY, ...values])
}

/** By the style's id where the request has one, else by its client. */
async function describe(api: CognitoApi, input: JsonObject): Promise<JsonObject> {
  const byId = input['ManagedLoginBrandingId'] !== undefined
  const operation = byId ? 'DescribeManagedLoginBranding' : 'DescribeManagedLoginBrandingByClient'
  const whose = only(input, ['UserPoolId', byId ? 'ManagedLoginBrandingId' : 'ClientId'])
  const answer = await api.call(operation, { ...whose, ReturnMergedResources: false })
  return answerOf(operation, answer, 'ManagedLoginBranding')
}

function named({ body }: FoundResource): JsonObject {
  return { UserPoolId: ref(POOL_REF), ManagedLoginBrandingId: text(body, 'ManagedLoginBrandingId') }
}

/** Images that do not fit into the request that makes the style are added to it by further ones. */
function create({ name, body }: FoundResource, { clientId }: CreateOptions): readonly PlannedOperation[] {
  const settings = settable(body)
  const own = without(settings, ['Assets'])
  const batches = inBatches(objects(settings, 'Assets'), sizeOf(own))
  const [first, ...rest] = batches
  const binds = `branding/${name}`
  return [
    {
      operation: 'CreateManagedLoginBranding',
      input: {
        ...own,
        ...(settings['Assets'] === undefined ? {} : { Assets: first ?? [] }),
        UserPoolId: ref(POOL_REF),
        ClientId: clientId ?? '',
      },
      binds,
    },
    ...rest.map((Assets) => ({
      operation: 'UpdateManagedLoginBranding',
      input: { UserPoolId: ref(POOL_REF), ManagedLoginBrandingId: ref(binds), Assets },
    })),
  ]
}

/** The images in lists that each fit into a request, the first beside `taken` bytes. */
function inBatches(assets: readonly JsonObject[], taken: number): JsonObject[][] {
  const batches: JsonObject[][] = [[]]
  let size = taken
  for (const asset of assets) {
    size += sizeOf(asset)
    if (size > MOST_BYTES) {
      batches.push([])
      size = sizeOf(asset)
    }
    batches.at(-1)?.push(asset)
  }
  return batches
}

function sizeOf(value: JsonObject): number {
  return Buffer.byteLength(JSON.stringify(value), 'utf8') + 1
}
