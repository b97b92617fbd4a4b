import { type JsonObject, type JsonValue, sameJson } from '../../model/canonical.js'
import { canonicalBody, object, text, without } from '../canonical-body.js'
import type { CognitoApi, CognitoError } from '../cognito-api.js'
import { type FetchImage, isImageUnavailable } from '../fetch-image.js'
import { type PlannedOperation, POOL_REF, ref } from '../operation.js'
import { ALL_CLIENTS } from './client-name.js'
import { ofEachClient, unlessGone } from './of-each-client.js'
import { changedMembers, type ResourceKind } from './resource-kind.js'

const OUTPUT_ONLY = ['UserPoolId', 'ClientId', 'ImageUrl', 'CSSVersion', 'CreationDate', 'LastModifiedDate']

/**
 * The classic UI's style, of the pool and of each client that has its own: GetUICustomization, SetUICustomization. The
 * record holds the image's bytes as `ImageFile`, in base64, which the API gives by address only.
 */
export const uiKind: ResourceKind = {
  kind: 'ui',
  plural: 'uiCustomizations',
  ofClients: true,
  async *read(reading) {
    const UserPoolId = text(reading.pool, 'Id')
    let withoutImage: CognitoError | undefined
    // Stored without its image, a style would take the image away when it is restored.
    async function styleOf(ClientId: string): Promise<JsonObject | undefined> {
      try {
        return await find(reading.api, { UserPoolId, ClientId }, reading.fetchImage)
      } catch (error) {
        if (!isImageUnavailable(error)) throw error
        withoutImage ??= error
        return undefined
      }
    }
    const ofPool = await styleOf(ALL_CLIENTS)
    if (ofPool !== undefined) yield { name: ALL_CLIENTS, body: ofPool }
    yield* ofEachClient(reading, styleOf)
    if (withoutImage !== undefined) throw withoutImage
  },
  normalise: canonicalBody,
  settable,
  matchName: ({ name }) => name,
  create: ({ body }, { clientId }) => [set(settable(body), clientId ?? ALL_CLIENTS)],
  update: (wanted, current) => {
    const { patch, expects } = changedMembers(settable(wanted.body), settable(current.body), sameJson)
    return Object.keys(patch).length === 0 ? [] : [{ ...set({}, current.name), patch, expects }]
  },
  remove: () => [],
  find: (api, input, fetchImage) => unlessGone(find(api, input, fetchImage)),
  updateRequest: settable,
}

function settable(body: JsonObject): JsonObject {
  return without(body, OUTPUT_ONLY)
}

/** The style with its image; `undefined` where a client shows the pool's, or the pool has none. */
async function find(
  api: CognitoApi,
  { UserPoolId = '', ClientId = '' }: JsonObject,
  fetchImage: FetchImage,
): Promise<JsonObject | undefined> {
  const whose = ClientId === ALL_CLIENTS ? {} : { ClientId }
  const answer = await api.call('GetUICustomization', { UserPoolId, ...whose })
  const style = object(answer, 'UICustomization') ?? {}
  if (style['ClientId'] !== ClientId) return undefined
  const url = text(style, 'ImageUrl')
  if (url === '') return style
  return { ...style, ImageFile: Buffer.from(await fetchImage(url)).toString('base64') }
}

function set(settings: JsonObject, clientId: JsonValue): PlannedOperation {
  return {
    operation: 'SetUICustomization',
    input: { ...settings, UserPoolId: ref(POOL_REF), ClientId: clientId },
  }
}
